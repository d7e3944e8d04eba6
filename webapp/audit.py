"""Who did or saw what, and when. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp import clock
from webapp.accounts.tables import Person
from webapp.database import Base


class AuditEvent(Base):
    """One thing that happened. ``name`` is ``subject.action``; ``about`` holds ids and plain facts, never content."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_authority_id_at", "authority_id", "at"),
        Index("ix_audit_event_authority_id_name_at", "authority_id", "name", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("authority.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int | None] = mapped_column(index=True)
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(
    session: Session,
    name: str,
    *,
    actor: Person | None,
    subject_id: int | None = None,
    authority_id: int | None = None,
    **about: str | int | bool | None,
) -> None:
    """Add an event to this piece of work: it is kept if, and only if, the work is.

    It belongs to the actor's authority; ``authority_id`` is for what the platform does by itself.
    """
    session.add(
        AuditEvent(
            at=clock.now(),
            authority_id=actor.authority_id if actor else authority_id,
            actor_id=actor.id if actor else None,
            name=name,
            subject_id=subject_id,
            about=about,
        )
    )
