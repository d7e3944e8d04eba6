"""Adding, changing and deactivating people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp import audit, clock, paging
from webapp.accounts import links, second_factor
from webapp.accounts.services import end_sessions
from webapp.accounts.tables import STAFF, Person, Role
from webapp.errors import NotFound, Refused
from webapp.organisation.queries import people as queries
from webapp.organisation.queries import teams
from webapp.organisation.services.unfit import Unfit, as_seen, must_match
from webapp.organisation.tables import Cohort

HERE_ALREADY = "Somebody here already has this address."
IN_USE = "This address cannot be used, because it is in use outside your authority. Use another address."
_LAST = (
    "This is the only active administrator. Make somebody else an administrator first, "
    "and wait until they have signed in."
)


@dataclass(frozen=True)
class Details:
    """What an administrator says about a person. ``email`` is in lower case; ``team_id`` is of her own authority."""

    name: str
    email: str
    discipline: str
    role: Role
    team_id: int | None = None


def find(session: Session, actor: Person, wanted: queries.Wanted, page: int) -> paging.Paged[Any]:
    """A page of ``(person, team name or None)`` of the acting administrator's authority."""
    return queries.find(session, actor.authority_id, wanted, page)


def get(session: Session, actor: Person, person_id: int) -> Person:
    """A person of the acting administrator's authority."""
    person = queries.by_id(session, actor.authority_id, person_id)
    if person is None:
        raise NotFound
    return person


def add(session: Session, actor: Person, told: Details) -> tuple[Person, str]:
    """Add somebody and invite them.

    Returns:
        The person, and the address of the invitation, which is not kept and cannot be shown again.

    Raises:
        Unfit: the address is taken, or there is no such team.
    """
    _check(session, actor, told)
    try:
        with session.begin_nested():
            person = new(session, actor, told)
            session.flush()
    except IntegrityError:
        raise Unfit("email", HERE_ALREADY) from None
    record_new(session, actor, person)
    return person, links.invite(session, actor, person)


def new(session: Session, actor: Person, told: Details) -> Person:
    """A person as told, who is not in the database before the next flush. The caller has looked that it may be."""
    person = Person(
        authority_id=actor.authority_id,
        team_id=told.team_id,
        email=told.email,
        name=told.name,
        discipline=told.discipline,
        role=told.role,
        active=True,
        created_at=clock.now(),
    )
    session.add(person)
    return person


def record_new(session: Session, actor: Person, person: Person) -> None:
    """Leave the audit event of somebody added."""
    audit.record(session, "person.add", actor=actor, subject_id=person.id, role=str(person.role))


def state(person: Person) -> queries.State:
    """How far this person has come."""
    return queries.state(person)


def state_name(person: Person) -> str:
    """The same in words."""
    return queries.STATE_NAMES[queries.state(person)]


def cohorts_of(session: Session, person: Person) -> list[Cohort]:
    """The cohorts a person learns in, newest first."""
    return queries.cohorts_of(session, person)


def seen(person: Person) -> str:
    """The mark of what a person's form shows."""
    return as_seen(person.name, person.email, person.discipline, str(person.role), person.team_id)


def change(session: Session, actor: Person, person: Person, told: Details, *, since: str | None) -> str | None:
    """Change what is known of a person; ``since`` is the mark that her form carried.

    Returns:
        The address of a new invitation, where one was needed because somebody who has not signed in yet got another
        e-mail address; else ``None``.

    Raises:
        Unfit: the address is taken, there is no such team, or she is the last administrator.
        Refused: somebody else changed her meanwhile.
    """
    must_match(since, person.name, person.email, person.discipline, str(person.role), person.team_id)
    _check(session, actor, told, person)
    if person.role == Role.ADMINISTRATOR and told.role != Role.ADMINISTRATOR:
        _not_the_last(session, person, field="role")
    moved_mail = told.email != person.email
    try:
        with session.begin_nested():
            apply(session, actor, person, told)
            session.flush()
    except IntegrityError:
        raise Unfit("email", HERE_ALREADY) from None
    invited = moved_mail and queries.state(person) is queries.State.INVITED
    return links.invite(session, actor, person) if invited else None


def apply(session: Session, actor: Person, person: Person, told: Details) -> None:
    """Write what differs. The caller has looked that it may be."""
    named = {"name": told.name, "email": told.email, "discipline": told.discipline, "role": told.role}
    differing = {
        key: value for key, value in {**named, "team_id": told.team_id}.items() if getattr(person, key) != value
    }
    if not differing:
        return
    joins_staff = told.role in STAFF and person.role not in STAFF
    for key, value in differing.items():
        setattr(person, key, value)
    if joins_staff or "email" in differing:
        end_sessions(person)  # who sees more needs a second factor, which is asked for at the door
    if "email" in differing:
        links.end_all(session, person)  # they lie in a mailbox that may be somebody else's
    facts: dict[str, Any] = {"role": str(told.role)} if "role" in differing else {}
    fields = ", ".join(key.removesuffix("_id") for key in differing)
    audit.record(session, "person.change", actor=actor, subject_id=person.id, fields=fields, **facts)


def deactivate(session: Session, actor: Person, person: Person) -> None:
    """End a person's sign-ins and let her in no more. What she did stays."""
    if not person.active:
        return
    if person.role == Role.ADMINISTRATOR:
        _not_the_last(session, person)
    person.active = False
    end_sessions(person)
    links.end_all(session, person)
    audit.record(session, "person.deactivate", actor=actor, subject_id=person.id)


def activate(session: Session, actor: Person, person: Person) -> None:
    """Let a person in again."""
    if person.active:
        return
    person.active = True
    audit.record(session, "person.activate", actor=actor, subject_id=person.id)


def invite_again(session: Session, actor: Person, person: Person) -> str:
    """Send a new invitation, whose address is returned and not kept.

    Raises:
        Refused: she is deactivated, or has signed in already and needs none.
    """
    if state(person) is queries.State.DEACTIVATED:
        raise Refused("This person is deactivated. Activate the account first, then send an invitation.")
    if state(person) is queries.State.ACTIVE:
        raise Refused(
            "This person has signed in already and needs no invitation. "
            "A forgotten password can be replaced from the sign-in page."
        )
    return links.invite(session, actor, person)


def reset_second_factor(session: Session, actor: Person, person: Person) -> None:
    """Forget a person's second factor, so that a new phone can be set up at the next sign-in.

    Raises:
        Refused: there is none.
    """
    second_factor.reset(session, actor, person)


def _check(session: Session, actor: Person, told: Details, person: Person | None = None) -> None:
    if person is None or told.email != person.email:
        if queries.by_emails(session, actor.authority_id, [told.email]):
            raise Unfit("email", HERE_ALREADY)
        if queries.elsewhere(session, actor.authority_id, [told.email]):
            raise Unfit("email", IN_USE)
    if told.team_id is not None and teams.by_id(session, actor.authority_id, told.team_id) is None:
        raise Unfit("team", "There is no such team any more. Choose another.")


def _not_the_last(session: Session, person: Person, field: str = "") -> None:
    if not queries.administrators(session, person.authority_id, lock=True) - {person.id}:
        raise Unfit(field, _LAST)
