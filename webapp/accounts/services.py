"""Signing in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts import passwords, queries
from webapp.accounts.tables import Person


def check_password(session: Session, *, email: str, password: str) -> Person | None:
    """The person these belong to, or ``None``: which of the two was wrong is nobody's business."""
    person = queries.by_email(session, email)
    right = passwords.matches(password, person.password_hash if person else None)
    return person if person and right and person.active else None


def signed_in(session: Session, person: Person, *, how: str) -> None:
    """Note that somebody came in, and ``how``: password, second factor or single sign-on."""
    person.last_sign_in_at = clock.now()
    audit.record(session, "session.begin", actor=person, how=how)


def from_cookie(session: Session, told: str) -> Person | None:
    """The person a session belongs to, unless it was ended on the server."""
    number, _, version = told.partition(":")
    if not (number.isdecimal() and version.isdecimal()):
        return None
    person = queries.by_id(session, int(number))
    return person if person and person.active and person.session_version == int(version) else None


def end_sessions(person: Person) -> None:
    """End every sign-in of a person, wherever it is open."""
    person.session_version += 1
