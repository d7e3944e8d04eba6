"""Reads what trainers said of recordings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.coaching.tables import Coaching, Rating
from webapp.practice.tables import Recording, Share


def by(session: Session, trainer: Person, recordings: Iterable[int]) -> dict[int, Coaching]:
    """What a trainer wrote on each of some recordings."""
    found = select(Coaching).where(Coaching.trainer_id == trainer.id, Coaching.recording_id.in_(list(recordings)))
    return {one.recording_id: one for one in session.scalars(found)}


def one(session: Session, recording_id: int, trainer: Person) -> Coaching | None:
    """What a trainer wrote on a recording."""
    return session.get(Coaching, (recording_id, trainer.id))


def of(session: Session, recording_id: int) -> list[tuple[Coaching, str]]:
    """All that was written on a recording, sent or not, with the trainer's name; what was sent first comes first."""
    found = select(Coaching, Person.name).join(Person, Person.id == Coaching.trainer_id)
    found = found.where(Coaching.recording_id == recording_id).order_by(Coaching.sent_at, Coaching.trainer_id)
    return [(coaching, name) for coaching, name in session.execute(found)]


def unread(session: Session, owner: Person, most: int) -> list[tuple[Coaching, Recording, str]]:
    """What was sent to somebody and not opened yet, the newest first, with its recording and its trainer's name."""
    found = select(Coaching, Recording, Person.name).join(Recording, Recording.id == Coaching.recording_id)
    found = found.join(Person, Person.id == Coaching.trainer_id).where(
        Recording.owner_id == owner.id, Coaching.sent_at.is_not(None), Coaching.read_at.is_(None)
    )
    found = found.order_by(Coaching.sent_at.desc()).limit(most)
    return [(coaching, recording, name) for coaching, recording, name in session.execute(found)]


def sent_by(session: Session, trainer: Person, since: datetime) -> list[tuple[Coaching, Recording, datetime | None]]:
    """What a trainer sent since a moment, the first first, each with when its recording was first shared with her."""
    mine = (Share.recording_id == Coaching.recording_id) & (Share.trainer_id == Coaching.trainer_id)
    first = select(func.min(Share.shared_at)).where(mine, Share.shared_at <= Coaching.sent_at).scalar_subquery()
    found = select(Coaching, Recording, first).join(Recording, Recording.id == Coaching.recording_id)
    found = found.where(Coaching.trainer_id == trainer.id, Coaching.sent_at >= since).order_by(Coaching.sent_at)
    return [(coaching, recording, at) for coaching, recording, at in session.execute(found)]


def waiting_since(session: Session, people: Select[int]) -> dict[int, datetime]:
    """Since when each of some people waits for coaching on a recording that is open to a trainer now."""
    found = select(Recording.owner_id, func.min(Share.shared_at)).join(Share, Share.recording_id == Recording.id)
    written = (Coaching.recording_id == Share.recording_id) & (Coaching.trainer_id == Share.trainer_id)
    found = found.outerjoin(Coaching, written).where(
        Recording.owner_id.in_(people), Share.withdrawn_at.is_(None), Coaching.sent_at.is_(None)
    )
    return {row[0]: row[1] for row in session.execute(found.group_by(Recording.owner_id))}


def ratings(session: Session, recording_id: int) -> list[Rating]:
    """All ratings of a recording."""
    return list(session.scalars(select(Rating).where(Rating.recording_id == recording_id).order_by(Rating.scale)))
