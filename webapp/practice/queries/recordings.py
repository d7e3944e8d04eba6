"""Reads recordings: never without the person who asks, but where a worker does."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.accounts.tables import TRAINING, Person
from webapp.practice.tables import (
    Correction,
    Mask,
    Piece,
    Recording,
    RecordingText,
    Share,
    State,
    Work,
)

_Columns = TypeVarTuple("_Columns")


def open_to(person: Person) -> ColumnElement[bool]:
    """What is true of the recordings that somebody may look into: her own, and what is shared with her now.

    A share opens nothing to somebody who trains no more.
    """
    if person.role not in TRAINING:
        return and_(Recording.authority_id == person.authority_id, Recording.owner_id == person.id)
    shared = select(Share.id).where(
        Share.recording_id == Recording.id, Share.trainer_id == person.id, Share.withdrawn_at.is_(None)
    )
    return and_(Recording.authority_id == person.authority_id, or_(Recording.owner_id == person.id, shared.exists()))


def own(session: Session, person: Person, number: int) -> Recording | None:
    """A recording of hers."""
    return session.scalar(select(Recording).where(Recording.id == number, Recording.owner_id == person.id))


def visible(session: Session, person: Person, number: int) -> Recording | None:
    """A recording she may look into."""
    return session.scalar(select(Recording).where(Recording.id == number, open_to(person)))


def of_owner(person: Person) -> Select[Recording]:
    """All her recordings, the latest conversation first."""
    found = select(Recording).where(Recording.owner_id == person.id)
    return found.order_by(Recording.held_on.desc(), Recording.id.desc())


def unseen(session: Session, person: Person, at_most: int) -> list[Recording]:
    """Recordings of hers that are ready and that she has not opened since, the one that was ready last first."""
    found = select(Recording).where(
        Recording.owner_id == person.id, Recording.state == State.READY, Recording.seen_at.is_(None)
    )
    return list(session.scalars(found.order_by(Recording.ready_at.desc(), Recording.id.desc()).limit(at_most)))


def same_file(session: Session, recording: Recording) -> Recording | None:
    """Another recording of the same person that was made from the same bytes."""
    found = select(Recording).where(
        Recording.owner_id == recording.owner_id,
        Recording.fingerprint == recording.fingerprint,
        Recording.fingerprint.is_not(None),
        Recording.id != recording.id,
    )
    return session.scalars(found.order_by(Recording.id)).first()


def pieces(session: Session, recording_id: int) -> list[Piece]:
    """What has come in so far, in order."""
    found = select(Piece).where(Piece.recording_id == recording_id)
    return list(session.scalars(found.order_by(Piece.part, Piece.number)))


def arrived_bytes(session: Session, recording_id: int) -> int:
    """How much has come in so far."""
    return session.scalar(select(func.coalesce(func.sum(Piece.size), 0)).where(Piece.recording_id == recording_id)) or 0


def fairest(session: Session) -> Recording | None:
    """The waiting recording whose owner was served longest ago: ten of one person's do not hold up another's one."""
    return session.scalars(_in_turn(select(Recording)).limit(1)).first()


def owners_in_turn(session: Session) -> list[tuple[int, int]]:
    """``(recording id, owner id)`` of all that wait: by whose turn it is, and each owner's as they came."""
    return [(number, owner) for number, owner in session.execute(_in_turn(select(Recording.id, Recording.owner_id)))]


def _in_turn(found: Select[*_Columns]) -> Select[*_Columns]:
    other = aliased(Recording)
    served = (
        select(func.max(Work.begun_at))
        .join(other, other.id == Work.recording_id)
        .where(other.owner_id == Recording.owner_id)
        .correlate(Recording)
        .scalar_subquery()
    )
    found = found.where(Recording.state == State.WAITING)
    return found.order_by(served.is_not(None), served, Recording.arrived_at, Recording.id)


def being_worked_on(session: Session) -> int:
    """How many are being worked on."""
    return session.scalar(select(func.count()).select_from(Recording).where(Recording.state == State.WORKING)) or 0


def left_behind(session: Session, now: datetime) -> list[tuple[Recording, Work]]:
    """Recordings whose worker has not been heard of for too long."""
    found = select(Recording, Work).join(Work, Work.recording_id == Recording.id)
    found = found.where(Recording.state == State.WORKING, or_(Work.lease_until.is_(None), Work.lease_until < now))
    return [(recording, work) for recording, work in session.execute(found)]


def waiting(session: Session) -> int:
    """How many wait for a worker."""
    return session.scalar(select(func.count()).select_from(Recording).where(Recording.state == State.WAITING)) or 0


def done_with_pieces(session: Session) -> list[Recording]:
    """Recordings that were worked on, and of which the original is still there."""
    found = select(Recording).where(Recording.state == State.READY)
    return list(
        session.scalars(found.where(select(Piece.recording_id).where(Piece.recording_id == Recording.id).exists()))
    )


def masks(session: Session, recording_id: int) -> list[Mask]:
    """What may be covered in a recording, as it was found."""
    return list(session.scalars(select(Mask).where(Mask.recording_id == recording_id).order_by(Mask.id)))


def masks_to_cover(session: Session) -> list[int]:
    """Ids of recordings in which something that was chosen is still to be covered."""
    found = select(Mask.recording_id).where(Mask.state == "confirmed", Mask.covered_at.is_(None)).distinct()
    return list(session.scalars(found))


def corrections(session: Session, recording_id: int) -> list[Correction]:
    """What was put right in a recording and not taken back, in order."""
    found = select(Correction).where(Correction.recording_id == recording_id, Correction.withdrawn_at.is_(None))
    return list(session.scalars(found.order_by(Correction.id)))


def every_correction(session: Session, recording_id: int) -> list[Correction]:
    """What was put right in a recording, taken back or not."""
    return list(session.scalars(select(Correction).where(Correction.recording_id == recording_id)))


def history(recording_id: int) -> Select[Correction, Person]:
    """Everything that was ever put right in a recording, with who did it, the latest first."""
    found = select(Correction, Person).join(Person, Person.id == Correction.person_id)
    return found.where(Correction.recording_id == recording_id).order_by(Correction.id.desc())


def not_up_to_date(session: Session, part: str) -> list[int]:
    """Recordings that were put right after the text ``part`` was made that follows from it."""
    made = select(RecordingText).where(
        RecordingText.recording_id == Recording.id,
        RecordingText.part == part,
        RecordingText.revision == Recording.revision,
    )
    found = select(Recording.id).where(Recording.state == State.READY, Recording.revision > 0, ~made.exists())
    return list(session.scalars(found.order_by(Recording.id)))
