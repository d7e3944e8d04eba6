"""Reads segments and codings."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from webapp.accounts.tables import Person
from webapp.coding.tables import Coding, CodingMeasure, Kind, PracticeCoding, Segment
from webapp.practice.tables import Recording, Share

Row = tuple[Coding, Segment, Recording, str, str]
"""A coding, what it is of, the owner's name, and the coder's."""


def segments_of(session: Session, recording_id: int) -> list[Segment]:
    """All segments of a recording, the first chosen first."""
    return list(session.scalars(select(Segment).where(Segment.recording_id == recording_id).order_by(Segment.id)))


def of_segments(session: Session, segments: Iterable[int]) -> list[tuple[Coding, str]]:
    """All codings of some segments with the coders' names, the first assigned first."""
    found = select(Coding, Person.name).join(Person, Person.id == Coding.coder_id)
    found = found.where(Coding.segment_id.in_(list(segments))).order_by(Coding.assigned_at, Coding.id)
    return [(coding, name) for coding, name in session.execute(found)]


def open_to(session: Session, trainer: Person) -> list[Row]:
    """Codings of every recording that is open to her now, the latest change first: hers and those of others."""
    owner, coder = aliased(Person), aliased(Person)
    found = select(Coding, Segment, Recording, owner.name, coder.name)
    found = found.join(Segment, Segment.id == Coding.segment_id).join(Recording, Recording.id == Coding.recording_id)
    found = found.join(owner, owner.id == Recording.owner_id).join(coder, coder.id == Coding.coder_id)
    shared = select(Share.recording_id).where(Share.trainer_id == trainer.id, Share.withdrawn_at.is_(None))
    found = found.where(
        Recording.authority_id == trainer.authority_id,
        Recording.owner_id != trainer.id,
        Coding.recording_id.in_(shared),
    )
    return [(c, s, r, o, k) for c, s, r, o, k in session.execute(found.order_by(Coding.changed_at.desc(), Coding.id))]


def coded_by(session: Session, coder: Person) -> list[tuple[Coding, Segment, bool]]:
    """All that somebody coded, and whether the recording is open to her now; the first assigned first. One query."""
    shared = select(Share.recording_id).where(Share.trainer_id == coder.id, Share.withdrawn_at.is_(None))
    found = select(Coding, Segment, Coding.recording_id.in_(shared)).join(Segment, Segment.id == Coding.segment_id)
    found = found.where(Coding.coder_id == coder.id).order_by(Coding.assigned_at, Coding.id)
    return [(coding, segment, bool(is_open)) for coding, segment, is_open in session.execute(found)]


def tries(session: Session, person: Person) -> list[PracticeCoding]:
    """Somebody's own tries at bundled conversations, the first first."""
    found = select(PracticeCoding).where(PracticeCoding.person_id == person.id).order_by(PracticeCoding.id)
    return list(session.scalars(found))


def own(session: Session, segment_id: int, coder: Person) -> Coding | None:
    """How somebody codes a segment herself."""
    found = select(Coding).where(Coding.segment_id == segment_id, Coding.coder_id == coder.id, Coding.kind == Kind.OWN)
    return session.scalars(found).first()


def agreed(session: Session, segment_id: int) -> Coding | None:
    """What was agreed on a segment, finished or not."""
    found = select(Coding).where(Coding.segment_id == segment_id, Coding.kind == Kind.AGREED)
    return session.scalars(found).first()


def measures(session: Session, coding_id: int) -> list[CodingMeasure]:
    """What a finished coding comes to."""
    return list(session.scalars(select(CodingMeasure).where(CodingMeasure.coding_id == coding_id)))


def how_many_finished(session: Session, segment_id: int) -> int:
    """How many people have finished coding a segment, each blind to the others."""
    found = select(func.count()).select_from(Coding)
    found = found.where(Coding.segment_id == segment_id, Coding.kind == Kind.OWN, Coding.finished_at.is_not(None))
    return session.scalar(found) or 0
