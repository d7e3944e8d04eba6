"""Reads the people of one authority."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, load_only

from webapp import paging
from webapp.accounts.tables import TRAINING, Person, Role
from webapp.organisation.tables import Cohort, Team, cohort_members, cohort_trainers
from webapp.text import tidy

_WORDS = 5  # of a search that are looked at; more would only narrow it further
NO_TEAM = 0


class State(StrEnum):
    """How far a person has come."""

    INVITED = "invited"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"


STATE_NAMES = {
    State.INVITED: "Invited, not signed in yet",
    State.ACTIVE: "Active",
    State.DEACTIVATED: "Deactivated",
}


@dataclass(frozen=True)
class Wanted:
    """Which people a list shows; what is ``None`` or empty narrows nothing. ``NO_TEAM`` asks for people without one."""

    words: str = ""
    team_id: int | None = None
    role: str = ""
    discipline: str = ""
    state: str = ""


def state(person: Person) -> State:
    """How far this person has come."""
    if not person.active:
        return State.DEACTIVATED
    return State.ACTIVE if person.last_sign_in_at else State.INVITED


def by_id(session: Session, authority_id: int, person_id: int) -> Person | None:
    """A person of this authority."""
    return session.scalar(select(Person).where(Person.id == person_id, Person.authority_id == authority_id))


def by_ids(session: Session, authority_id: int, ids: Collection[int]) -> list[Person]:
    """Those of these people who are of this authority, by name."""
    found = select(Person).where(Person.authority_id == authority_id, Person.id.in_(ids))
    return list(session.scalars(found.order_by(*by_name())))


def by_emails(session: Session, authority_id: int, emails: Collection[str]) -> dict[str, Person]:
    """The people of this authority with these addresses, by address."""
    found = session.scalars(select(Person).where(Person.authority_id == authority_id, Person.email.in_(emails)))
    return {person.email: person for person in found}


def elsewhere(session: Session, authority_id: int, emails: Collection[str]) -> set[str]:
    """Those of the addresses that people of other authorities have."""
    return set(
        session.scalars(select(Person.email).where(Person.authority_id != authority_id, Person.email.in_(emails)))
    )


def administrators(session: Session, authority_id: int, *, lock: bool = False) -> set[int]:
    """Ids of the administrators who are active and have signed in.

    With ``lock`` they stay as they are until the work is done, so that two cannot each remove the other.
    """
    found = select(Person.id).where(
        Person.authority_id == authority_id,
        Person.role == Role.ADMINISTRATOR,
        Person.active,
        Person.last_sign_in_at.is_not(None),
    )
    return set(session.scalars(found.order_by(Person.id).with_for_update() if lock else found))


def listed() -> Select[*tuple[Any, ...]]:
    """Selects ``(person, team name or None)``; of the person what lists show, and nothing else can be read from her."""
    shown = (Person.name, Person.email, Person.discipline, Person.role, Person.active, Person.last_sign_in_at)
    found = select(Person, Team.name).outerjoin(Team, Team.id == Person.team_id)
    return found.options(load_only(*shown, raiseload=True))


def find(session: Session, authority_id: int, wanted: Wanted, page: int) -> paging.Paged[Any]:
    """A page of ``(person, team name or None)`` by name."""
    found = listed().where(Person.authority_id == authority_id, *_narrowing(wanted))
    return paging.fetch(session, found.order_by(*by_name()), page)


def cohorts_of(session: Session, person: Person) -> list[Cohort]:
    """The cohorts a person learns in, newest first."""
    found = select(Cohort).where(Cohort.members.any(Person.id == person.id), Cohort.authority_id == person.authority_id)
    return list(session.scalars(found.order_by(Cohort.starts_on.desc(), Cohort.id)))


def matching(words: str) -> list[ColumnElement[bool]]:
    """Each of the words stands in the name or the address."""
    return [
        or_(Person.sorts_as.contains(word, autoescape=True), Person.email.contains(word, autoescape=True))
        for word in tidy(words).lower().split()[:_WORDS]
    ]


def outside(session: Session, cohort: Cohort, words: str, most: int) -> list[Any]:
    """``(person, team name or None)`` of active people outside the cohort, by name: at most ``most``."""
    found = listed().where(
        Person.authority_id == cohort.authority_id,
        Person.active,
        Person.id.not_in(select(Person.id).join(Cohort.members).where(Cohort.id == cohort.id)),
        *matching(words),
    )
    return list(session.execute(found.order_by(*by_name()).limit(most)))


def active_in_team(session: Session, team: Team) -> list[int]:
    """Ids of the active people in a team."""
    return list(session.scalars(select(Person.id).where(Person.team_id == team.id, Person.active)))


def may_train(session: Session, authority_id: int) -> list[Person]:
    """Active trainers and administrators, by name."""
    found = select(Person).where(Person.authority_id == authority_id, Person.active, Person.role.in_(TRAINING))
    return list(session.scalars(found.order_by(*by_name())))


def trainers_of(session: Session, person: Person) -> list[Person]:
    """Active people who train a cohort she learns in, by name; where she is in none, the trainers of her authority."""
    mine = select(cohort_members.c.cohort_id).where(cohort_members.c.person_id == person.id)
    found = select(Person).where(
        Person.authority_id == person.authority_id, Person.active, Person.id != person.id, Person.role.in_(TRAINING)
    )
    if session.scalar(mine.limit(1)) is None:
        found = found.where(Person.role == Role.TRAINER)
    else:
        trains = select(cohort_trainers.c.person_id).where(cohort_trainers.c.cohort_id.in_(mine))
        found = found.where(Person.id.in_(trains))
    return list(session.scalars(found.order_by(*by_name())))


def by_name() -> tuple[ColumnElement[Any], ...]:
    """The order of lists of people."""
    return Person.sorts_as.expression, Person.id.expression


def _narrowing(wanted: Wanted) -> list[ColumnElement[bool]]:
    narrowing = matching(wanted.words)
    if wanted.team_id is not None:
        narrowing.append(Person.team_id == wanted.team_id if wanted.team_id != NO_TEAM else Person.team_id.is_(None))
    if wanted.role:
        narrowing.append(Person.role == wanted.role)
    if wanted.discipline:
        narrowing.append(Person.discipline == wanted.discipline)
    if wanted.state == State.DEACTIVATED:
        narrowing.append(~Person.active)
    elif wanted.state:
        has_been = Person.last_sign_in_at.is_not(None)
        narrowing.append(and_(Person.active, has_been if wanted.state == State.ACTIVE else ~has_been))
    return narrowing
