"""Reads people and their links."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Link, Person


def by_id(session: Session, person_id: int) -> Person | None:
    """A person, active or not."""
    return session.get(Person, person_id)


def by_email(session: Session, email: str) -> Person | None:
    """The person with this address, however it is written."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def link(session: Session, token_hash: str, purpose: str) -> Link | None:
    """The link with this hash."""
    return session.scalar(select(Link).where(Link.token_hash == token_hash, Link.purpose == purpose))


def how_many(session: Session) -> int:
    """How many people there are in all: none on the very first start."""
    return session.scalar(select(func.count()).select_from(Person)) or 0
