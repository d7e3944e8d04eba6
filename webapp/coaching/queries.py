"""Reads what trainers said of recordings."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.coaching.tables import Coaching, Rating


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


def ratings(session: Session, recording_id: int) -> list[Rating]:
    """All ratings of a recording."""
    return list(session.scalars(select(Rating).where(Rating.recording_id == recording_id).order_by(Rating.scale)))
