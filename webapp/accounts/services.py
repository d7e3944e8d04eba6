"""Signing in, and the first person of all."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts import passwords, queries
from webapp.accounts.tables import DISCIPLINES, Person, Role
from webapp.errors import Refused
from webapp.organisation.tables import Authority
from webapp.text import tidy

_LONGEST_NAME = 120


def check_password(session: Session, *, email: str, password: str) -> Person | None:
    """The person these belong to, or ``None``: which of the two was wrong is nobody's business."""
    person = queries.by_email(session, email)
    right = passwords.matches(password, person.password_hash if person else None)
    return person if person and right and person.active else None


def from_provider(session: Session, *, email: str) -> Person:
    """The person whose address the single sign-on provider vouches for. None is made: administrators add people.

    Raises:
        Refused: there is no such person, or not any more.
    """
    person = queries.by_email(session, email)
    if person is None or not person.active:
        raise Refused("Your work account has no account here yet. Ask your administrator to add you.")
    return person


def signed_in(session: Session, person: Person, *, how: str) -> None:
    """Note that somebody came in, and ``how``: password, second factor, invitation, reset or single sign-on."""
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


def first_administrator(session: Session, *, name: str, email: str, password: str, authority_name: str) -> Person:
    """The first person on a new installation, and the authority she administers.

    Raises:
        Refused: there are people already, or something given makes no sense.
    """
    if queries.how_many(session):
        raise Refused("There are people here already. An administrator among them can add others.")
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise Refused(f"That is no e-mail address: {error}") from None
    place = Authority(name=tidy_name(authority_name, of="the authority"))
    session.add(place)
    session.flush()
    person = Person(
        authority_id=place.id,
        email=address,
        name=tidy_name(name),
        discipline=DISCIPLINES[-1],
        role=Role.ADMINISTRATOR,
        password_hash=passwords.hashed(password, name=name, email=address),
        created_at=clock.now(),
    )
    session.add(person)
    session.flush()
    audit.record(session, "person.add_first", actor=person, subject_id=person.id)
    return person


def tidy_name(name: str, *, of: str = "") -> str:
    """The name on one line, of a person or ``of`` something else.

    Raises:
        Refused: it is empty or too long.
    """
    found = tidy(name)
    if not found:
        raise Refused(f"Type the name of {of}." if of else "Type your name.")
    if len(found) > _LONGEST_NAME:
        raise Refused(f"A name may have at most {_LONGEST_NAME} characters.")
    return found
