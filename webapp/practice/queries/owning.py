"""Reads who has a recording, what was said about it, who opened it, when it goes, and what was exported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp import paging
from webapp.accounts.tables import Person
from webapp.audit import AuditEvent
from webapp.practice.tables import (
    Comment,
    Correction,
    EmptyFolder,
    Export,
    Goal,
    KeptCounts,
    Purge,
    Recording,
    RecordingMeasure,
    Retention,
    RetentionWarning,
    Share,
)

_OPENINGS = ("recording", "comment", "segment", "coding", "teaching")  # what the owner of a recording sees of others


def shares_now(session: Session, recording: Recording) -> list[tuple[Share, Person]]:
    """Who has it now, the first one first."""
    found = select(Share, Person).join(Person, Person.id == Share.trainer_id)
    found = found.where(Share.recording_id == recording.id, Share.withdrawn_at.is_(None))
    return [(share, person) for share, person in session.execute(found.order_by(Share.shared_at, Share.id))]


def shared_with(session: Session, trainer: Person) -> list[tuple[Recording, Person, Share]]:
    """What others have opened to her and not closed, the first one first."""
    found = select(Recording, Person, Share).join(Person, Person.id == Recording.owner_id)
    found = found.join(Share, Share.recording_id == Recording.id)
    found = found.where(
        Share.trainer_id == trainer.id, Share.withdrawn_at.is_(None), Recording.authority_id == trainer.authority_id
    )
    return [(r, owner, share) for r, owner, share in session.execute(found.order_by(Share.shared_at, Share.id))]


def shares_of(session: Session, person: Person) -> list[tuple[Share, str]]:
    """All shares of somebody's recordings there ever were, with the trainer's name."""
    found = select(Share, Person.name).join(Person, Person.id == Share.trainer_id)
    found = found.join(Recording, Recording.id == Share.recording_id).where(Recording.owner_id == person.id)
    return [(share, name) for share, name in session.execute(found.order_by(Share.shared_at, Share.id))]


def comments(session: Session, recording: Recording) -> list[tuple[Comment, str]]:
    """What was said about it with the author's name, in the order it is read: first about the whole, then by moment."""
    found = select(Comment, Person.name).join(Person, Person.id == Comment.author_id)
    found = found.where(Comment.recording_id == recording.id)
    in_order = found.order_by(Comment.moment.is_not(None), Comment.moment, Comment.at, Comment.id)
    return [(comment, name) for comment, name in session.execute(in_order)]


def comment(session: Session, recording: Recording, author: Person, number: int) -> Comment | None:
    """Something she said about it herself."""
    own = (Comment.id == number, Comment.recording_id == recording.id, Comment.author_id == author.id)
    return session.scalar(select(Comment).where(*own))


def last_comment_at(session: Session, recording: Recording, author: Person) -> datetime | None:
    """When she last said something about it."""
    own = (Comment.recording_id == recording.id, Comment.author_id == author.id)
    return session.scalar(select(func.max(Comment.at)).where(*own))


def opened(session: Session, recording: Recording, cohorts: Sequence[int], page: int) -> paging.Paged[Any]:
    """A page of what others did with it, the newest first: ``(at, name of the event, name of the person)``.

    ``cohorts`` are those its owner learns in: who looked at their skills while it was open to her saw its measures too.
    Nothing from before it was begun: a database that was restored may give a number out again.
    """
    alone = and_(
        AuditEvent.subject_id == recording.id,
        or_(*(AuditEvent.name.startswith(f"{subject}.") for subject in _OPENINGS)),
    )
    open_then = exists().where(
        Share.recording_id == recording.id,
        Share.trainer_id == AuditEvent.actor_id,
        Share.shared_at <= AuditEvent.at,
        or_(Share.withdrawn_at.is_(None), Share.withdrawn_at > AuditEvent.at),
    )
    among_others = and_(AuditEvent.subject_id.in_(cohorts), AuditEvent.name.startswith("cohort.skills"), open_then)
    found = select(AuditEvent.at, AuditEvent.name, Person.name.label("who"))
    found = found.join(Person, Person.id == AuditEvent.actor_id).where(
        AuditEvent.subject_id.in_([recording.id, *cohorts]),  # by the index, on every database
        AuditEvent.actor_id != recording.owner_id,
        or_(alone, among_others),
        AuditEvent.at >= recording.created_at,
    )
    return paging.fetch(session, found.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()), page)


def oldest(session: Session) -> list[tuple[int, int | None, datetime]]:
    """Each authority that has recordings, how many days it keeps them if it chose, and when its oldest came."""
    found = select(Recording.authority_id, Retention.days, func.min(Recording.created_at))
    found = found.outerjoin(Retention, Retention.authority_id == Recording.authority_id)
    of_each = found.group_by(Recording.authority_id, Retention.days)
    return [(number, days, at) for number, days, at in session.execute(of_each)]


def to_go(session: Session, authority_id: int, came: datetime, warned: datetime, most: int) -> Sequence[Recording]:
    """Recordings that came before a moment and whose owners were warned before another, the oldest first."""
    found = select(Recording).join(RetentionWarning, RetentionWarning.recording_id == Recording.id)
    found = found.where(
        Recording.authority_id == authority_id, Recording.created_at < came, RetentionWarning.at < warned
    )
    return session.scalars(found.order_by(Recording.created_at, Recording.id).limit(most)).all()


def to_warn(session: Session, authority_id: int, came: datetime, most: int) -> list[tuple[Recording, Person]]:
    """Recordings that came before a moment, whose owners know nothing yet; those of one owner follow each other."""
    warned = select(RetentionWarning.recording_id).where(RetentionWarning.recording_id == Recording.id)
    found = select(Recording, Person).join(Person, Person.id == Recording.owner_id)
    found = found.where(Recording.authority_id == authority_id, Recording.created_at < came, ~warned.exists())
    in_order = found.order_by(Recording.owner_id, Recording.created_at, Recording.id).limit(most)
    return [(recording, person) for recording, person in session.execute(in_order)]


def warnings(session: Session, person: Person) -> list[tuple[Recording, RetentionWarning]]:
    """Somebody's recordings of which she was warned, the one that goes first first."""
    found = select(Recording, RetentionWarning).join(RetentionWarning, RetentionWarning.recording_id == Recording.id)
    found = found.where(Recording.owner_id == person.id).order_by(Recording.created_at, Recording.id)
    return [(recording, warning) for recording, warning in session.execute(found)]


def warned_too_soon(authority_id: int, since: datetime) -> Select[int]:
    """Selects the recordings of an authority that came at or after a moment."""
    return select(Recording.id).where(Recording.authority_id == authority_id, Recording.created_at >= since)


def how_many_by_age(session: Session, authority_id: int, moments: Sequence[datetime]) -> list[int]:
    """How many recordings of an authority came before each moment, and how many there are, in one query."""
    sums = [func.coalesce(func.sum(case((Recording.created_at < at, 1), else_=0)), 0) for at in moments]
    return list(session.execute(select(*sums, func.count()).where(Recording.authority_id == authority_id)).one())


def purges(session: Session, authority_id: int, page: int) -> paging.Paged[Any]:
    """A page of the days on which recordings of an authority went by themselves, the newest first."""
    return paging.fetch(
        session, select(Purge).where(Purge.authority_id == authority_id).order_by(Purge.day.desc()), page
    )


def measures(session: Session, recording_id: int) -> Sequence[RecordingMeasure]:
    """The measures of a recording as they stand."""
    return session.scalars(select(RecordingMeasure).where(RecordingMeasure.recording_id == recording_id)).all()


def kept_counts(session: Session, person: Person) -> Sequence[KeptCounts]:
    """What is left of recordings she deleted."""
    found = select(KeptCounts).where(KeptCounts.owner_id == person.id)
    return session.scalars(found.order_by(KeptCounts.held_on, KeptCounts.id)).all()


def goals(session: Session, person: Person) -> Sequence[Goal]:
    """What she chose to try."""
    return session.scalars(select(Goal).where(Goal.person_id == person.id).order_by(Goal.chosen_at, Goal.id)).all()


def recording_ids(session: Session, person: Person) -> list[int]:
    """The numbers of all her recordings, the oldest first."""
    found = select(Recording.id).where(Recording.owner_id == person.id)
    return list(session.scalars(found.order_by(Recording.created_at, Recording.id)))


def empty_folders(session: Session, most: int) -> Sequence[EmptyFolder]:
    """Folders of the vault in which nothing may be left."""
    return session.scalars(select(EmptyFolder).order_by(EmptyFolder.folder).limit(most)).all()


def latest_export(session: Session, person: Person) -> Export | None:
    """The last export she asked for."""
    return session.scalar(select(Export).where(Export.person_id == person.id).order_by(Export.id.desc()).limit(1))


def exports_to_make(session: Session, now: datetime, asked: datetime) -> Sequence[Export]:
    """Exports that wait and that nobody makes: asked for before a moment, or left by whoever made them."""
    left = or_(Export.lease_until < now, and_(Export.lease_until.is_(None), Export.asked_at < asked))
    return session.scalars(select(Export).where(Export.state == "waiting", left).order_by(Export.id)).all()


def exports_to_drop(session: Session, now: datetime) -> Sequence[Export]:
    """Exports whose time is over."""
    return session.scalars(select(Export).where(Export.goes_at <= now)).all()


def export_folders(session: Session) -> set[str]:
    """The folders of all exports there are."""
    return set(session.scalars(select(Export.folder)))


def corrections(session: Session, recording: Recording) -> list[tuple[Correction, str]]:
    """What was put right, with the name of who did it, the first one first."""
    found = select(Correction, Person.name).join(Person, Person.id == Correction.person_id)
    found = found.where(Correction.recording_id == recording.id).order_by(Correction.id)
    return [(correction, name) for correction, name in session.execute(found)]


def all_measures(session: Session, person: Person) -> list[tuple[int, date, RecordingMeasure]]:
    """The measures of all her recordings, each with the recording's number and day."""
    found = select(Recording.id, Recording.held_on, RecordingMeasure)
    found = found.join(RecordingMeasure, RecordingMeasure.recording_id == Recording.id)
    found = found.where(Recording.owner_id == person.id).order_by(
        Recording.held_on, Recording.id, RecordingMeasure.name
    )
    return [(number, held_on, measure) for number, held_on, measure in session.execute(found)]
