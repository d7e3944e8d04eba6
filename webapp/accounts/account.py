"""What people change about their own account."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp import audit
from webapp.accounts import letters, links, passwords, services
from webapp.accounts.tables import DISCIPLINES, Person
from webapp.errors import Refused


class WrongPassword(Refused):
    """The password she has now was asked for, and this is not it."""


def sign_out_everywhere(session: Session, person: Person) -> None:
    """End every sign-in because she asked for it."""
    services.end_sessions(person)
    audit.record(session, "session.end_all", actor=person)


def change_details(session: Session, person: Person, *, name: str, discipline: str) -> None:
    """Change what a person may change about herself.

    Raises:
        Refused: the name is empty or too long, or there is no such discipline.
    """
    name = services.tidy_name(name)
    if discipline not in DISCIPLINES:
        raise Refused("Choose a discipline from the list.")
    if (name, discipline) != (person.name, person.discipline):
        person.name, person.discipline = name, discipline
        audit.record(session, "person.change", actor=person, subject_id=person.id, by_herself=True)


def change_password(session: Session, person: Person, *, current: str, password: str) -> None:
    """Choose another password, which ends every open sign-in and every link sent before.

    Raises:
        WrongPassword: ``current`` is not the password she has.
        Refused: the new one will not do.
    """
    if not passwords.matches(current, person.password_hash):
        raise WrongPassword("That is not the password you have now.")
    person.password_hash = passwords.hashed(password, name=person.name, email=person.email)
    services.end_sessions(person)
    links.end_all(session, person)
    letters.password_changed(session, person)
    audit.record(session, "password.change", actor=person)
