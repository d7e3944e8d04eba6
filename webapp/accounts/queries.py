"""Reads people, their links and recovery codes. ``lock`` makes others wait who want to change the same row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Link, Person, Purpose, RecoveryCode


def by_id(session: Session, person_id: int, *, lock: bool = False) -> Person | None:
    """A person, active or not."""
    return session.get(Person, person_id, with_for_update=True if lock else None, populate_existing=lock)


def by_email(session: Session, email: str) -> Person | None:
    """The person with this address, however it is written."""
    plain = email.strip().lower().replace("\0", "")  # PostgreSQL refuses to look for that one
    return session.scalar(select(Person).where(Person.email == plain))


def link(session: Session, token_hash: str, purpose: Purpose, *, lock: bool = False) -> Link | None:
    """The link with this hash."""
    asked = select(Link).where(Link.token_hash == token_hash, Link.purpose == purpose)
    return session.scalar(asked.with_for_update() if lock else asked)


def open_links(session: Session, person_id: int, now: datetime) -> Sequence[Link]:
    """A person's links that still work."""
    asked = select(Link).where(Link.person_id == person_id, Link.used_at.is_(None), Link.expires_at > now)
    return session.scalars(asked).all()


def recovery_codes(session: Session, person_id: int) -> int:
    """How many recovery codes a person has left."""
    asked = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id)
    return session.scalar(asked) or 0


def recovery_code(session: Session, person_id: int, fingerprint: str) -> RecoveryCode | None:
    """A person's recovery code, if she has it still."""
    asked = select(RecoveryCode).where(RecoveryCode.person_id == person_id, RecoveryCode.fingerprint == fingerprint)
    return session.scalar(asked)


def how_many(session: Session) -> int:
    """How many people there are in all: none on the very first start."""
    return session.scalar(select(func.count()).select_from(Person)) or 0
