"""Whether a worker is there: it leaves a mark in the database each time it looks for work."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp import clock
from webapp.database import Base

LATELY = timedelta(minutes=3)  # a worker looks twice a minute, and may be held up by one long piece of work
_ONLY = 1


class WorkerSeen(Base):
    """When a worker was last there: one row, whichever worker it was; none after all were stopped."""

    __tablename__ = "worker_seen"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


def here(session: Session) -> None:
    """Say that a worker is there."""
    session.merge(WorkerSeen(id=_ONLY, at=clock.now()))


def gone(session: Session) -> None:
    """Say that a worker stops. Another that goes on says so at its next look."""
    found = session.get(WorkerSeen, _ONLY)
    if found is not None:
        session.delete(found)


def last_seen(session: Session) -> datetime | None:
    """When a worker was last there."""
    return session.scalar(select(WorkerSeen.at).where(WorkerSeen.id == _ONLY))


def seen_lately(session: Session) -> bool:
    """Whether one was there within the last minutes."""
    at = last_seen(session)
    return at is not None and clock.now() - at < LATELY
