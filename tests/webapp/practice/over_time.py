"""Made-up recordings of one person over time, with the measures a test wants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.webapp.practice import made
from webapp import clock
from webapp.accounts.tables import Person
from webapp.practice.tables import Coached, Recording, RecordingMeasure

Measured = tuple[float, float, float] | None


def recording(
    db: Session, owner: Person, days_ago: int, *, measures: dict[str, Measured] | None = None, **more: Any
) -> Recording:
    """One that was held some days ago; ``measures`` are value, low and high, or nothing where one is withheld."""
    at = clock.now() - timedelta(days=days_ago)
    found = made.ready(db, owner, **{"title": f"{days_ago} days ago", "held_on": at.date(), **more})
    found.created_at = found.ready_at = at
    for name, told in (measures or {}).items():
        row = db.get_one(RecordingMeasure, (found.id, name))
        row.value, row.low, row.high = told or (None, None, None)
    db.commit()
    return found


def coached(db: Session, recording: Recording, trainer: Person, days_ago: int) -> None:
    """That a trainer coached it."""
    db.add(Coached(recording_id=recording.id, trainer_id=trainer.id, at=clock.now() - timedelta(days=days_ago)))
    db.commit()
