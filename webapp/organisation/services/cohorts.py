"""Adding, changing and removing cohorts, and who is in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp import audit, paging
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.organisation.queries import cohorts as queries
from webapp.organisation.queries import people
from webapp.organisation.queries import teams as team_queries
from webapp.organisation.services.unfit import Unfit, as_seen, must_match
from webapp.organisation.tables import Cohort, cohort_members

SHOWN = 20  # people that a search offers; more are found by typing more
_TAKEN = "There is a cohort of this name already."


@dataclass(frozen=True)
class Details:
    """What an administrator says about a cohort. ``ends_on`` is not before ``starts_on``; ``trainers`` are ids."""

    name: str
    starts_on: date
    ends_on: date | None
    trainers: frozenset[int]


def find(session: Session, actor: Person, page: int) -> paging.Paged[Any]:
    """A page of ``(cohort, number of people)`` that are open to this person, newest first."""
    return queries.find(session, actor, page)


def members(session: Session, cohort: Cohort, page: int) -> paging.Paged[Any]:
    """A page of ``(person, team name or None)`` of a cohort, by name."""
    return queries.members(session, cohort, page)


def everybody(session: Session, cohort: Cohort) -> list[Any]:
    """All ``(person id, name, team name or None)`` of a cohort who are active, by name."""
    return queries.everybody(session, cohort)


def ids(cohort: Cohort) -> Select[int]:
    """Selects the ids of the people in a cohort, for other domains to count by."""
    return queries.ids(cohort)


def outside(session: Session, cohort: Cohort, words: str) -> list[Any]:
    """``(person, team name or None)`` of active people who match and are not in it, the first ``SHOWN`` by name."""
    return people.outside(session, cohort, words, SHOWN) if words else []


def get(session: Session, actor: Person, cohort_id: int) -> Cohort:
    """A cohort that is open to this person."""
    cohort = queries.by_id(session, actor, cohort_id)
    if cohort is None:
        raise NotFound
    return cohort


def add(session: Session, actor: Person, told: Details) -> Cohort:
    """Add a cohort.

    Raises:
        Unfit: there is one of this name, or a trainer cannot train.
    """
    if queries.by_name(session, actor.authority_id, told.name):
        raise Unfit("name", _TAKEN)
    trainers = _trainers(session, actor, told.trainers)
    cohort = Cohort(
        authority_id=actor.authority_id,
        name=told.name,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        trainers=trainers,
    )
    try:
        with session.begin_nested():
            session.add(cohort)
    except IntegrityError:
        raise Unfit("name", _TAKEN) from None
    audit.record(session, "cohort.add", actor=actor, subject_id=cohort.id)
    return cohort


def trained_by(trainer: Person) -> Select[int]:
    """Selects the ids of the people in the cohorts that somebody trains."""
    return queries.trained_by(trainer)


def may_train(session: Session, actor: Person, cohort: Cohort | None = None) -> list[Person]:
    """Who can be chosen as a trainer: active trainers and administrators, and whoever trains this cohort now."""
    found = people.may_train(session, actor.authority_id)
    known = {person.id for person in found}
    return found + [person for person in (cohort.trainers if cohort else []) if person.id not in known]


def trainers_of(session: Session, person: Person) -> list[Person]:
    """Who trains somebody: the trainers of her cohorts or, where she is in none, those of her authority."""
    return people.trainers_of(session, person)


def seen(cohort: Cohort) -> str:
    """The mark of what a cohort's form shows."""
    return as_seen(cohort.name, cohort.starts_on, cohort.ends_on, sorted(t.id for t in cohort.trainers))


def change(session: Session, actor: Person, cohort: Cohort, told: Details, *, since: str | None) -> None:
    """Change a cohort's name, dates and trainers; ``since`` is the mark that its form carried.

    Raises:
        Unfit: another cohort has the name, or a trainer cannot train.
        Refused: somebody else changed it meanwhile.
    """
    must_match(since, cohort.name, cohort.starts_on, cohort.ends_on, sorted(t.id for t in cohort.trainers))
    other = queries.by_name(session, actor.authority_id, told.name)
    if other is not None and other.id != cohort.id:
        raise Unfit("name", _TAKEN)
    trainers = _trainers(session, actor, told.trainers, cohort)
    before = seen(cohort)
    try:
        with session.begin_nested():
            cohort.name, cohort.starts_on, cohort.ends_on = told.name, told.starts_on, told.ends_on
            cohort.trainers = trainers
    except IntegrityError:
        raise Unfit("name", _TAKEN) from None
    if seen(cohort) != before:
        audit.record(session, "cohort.change", actor=actor, subject_id=cohort.id)


def remove(session: Session, actor: Person, cohort: Cohort, *, confirmed: bool) -> None:
    """Remove a cohort. The people in it stay, and what they learnt.

    Raises:
        Refused: somebody is in it, and that it may go all the same was not ``confirmed``.
    """
    number = len(queries.member_ids(session, cohort))
    if number and not confirmed:
        raise Refused("There are people in this cohort. Tick the box if it is to be removed all the same.")
    try:
        with session.begin_nested():
            session.delete(cohort)
    except IntegrityError:
        raise Refused("This cohort is still in use, so it cannot be removed.") from None
    audit.record(session, "cohort.remove", actor=actor, subject_id=cohort.id, people=number)


def add_people(session: Session, actor: Person, cohort: Cohort, ids: Collection[int]) -> int:
    """Put people of the same authority into a cohort; who is in it stays.

    Returns:
        How many are new in it. Ids of nobody, or of somebody elsewhere, are passed over.
    """
    queries.lock(session, cohort)
    here = {person.id for person in people.by_ids(session, actor.authority_id, ids) if person.active}
    coming = sorted(here - queries.member_ids(session, cohort))
    if coming:
        session.execute(insert(cohort_members), [{"cohort_id": cohort.id, "person_id": number} for number in coming])
        audit.record(session, "cohort.add_people", actor=actor, subject_id=cohort.id, people=len(coming))
    return len(coming)


def add_team(session: Session, actor: Person, cohort: Cohort, team_id: int) -> int:
    """Put everybody active in a team into a cohort.

    Returns:
        How many are new in it.

    Raises:
        NotFound: there is no such team in this authority.
    """
    team = team_queries.by_id(session, actor.authority_id, team_id)
    if team is None:
        raise NotFound
    return add_people(session, actor, cohort, people.active_in_team(session, team))


def take_out(session: Session, actor: Person, cohort: Cohort, person_id: int) -> Person:
    """Take somebody out of a cohort.

    Raises:
        NotFound: there is no such person in this authority.
    """
    person = people.by_id(session, actor.authority_id, person_id)
    if person is None:
        raise NotFound
    if person.id in queries.member_ids(session, cohort):
        place = (cohort_members.c.cohort_id == cohort.id, cohort_members.c.person_id == person.id)
        session.execute(delete(cohort_members).where(*place))
        audit.record(session, "cohort.take_out", actor=actor, subject_id=cohort.id, person=person.id)
    return person


def _trainers(session: Session, actor: Person, ids: Collection[int], cohort: Cohort | None = None) -> list[Person]:
    found = [person for person in may_train(session, actor, cohort) if person.id in ids]
    if len(found) != len(set(ids)):
        raise Unfit("trainers", "Choose trainers from the list.")
    return found
