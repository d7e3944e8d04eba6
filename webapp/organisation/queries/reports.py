"""Reads whom a report may be about, and who they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person, Role
from webapp.organisation.queries.cohorts import open_to
from webapp.organisation.tables import Cohort, Team, cohort_members


class About(NamedTuple):
    """Somebody in a report. ``team`` is empty for people without one."""

    id: int
    name: str
    email: str
    discipline: str
    team: str


def everybody(authority_id: int) -> Select[int]:
    """Selects the ids of all people of an authority, deactivated ones among them."""
    return select(Person.id).where(Person.authority_id == authority_id)


def people_open_to(actor: Person, team_id: int | None, cohort_id: int | None) -> Select[int]:
    """Selects the ids of the people whose learning this person may see, of one team or cohort if asked for.

    For an administrator that is everybody of her authority, for anybody else the people in cohorts she trains.
    """
    found = everybody(actor.authority_id)
    if cohort_id is not None or actor.role != Role.ADMINISTRATOR:
        cohorts = select(Cohort.id).where(*open_to(actor))
        if cohort_id is not None:
            cohorts = cohorts.where(Cohort.id == cohort_id)
        found = found.where(
            Person.id.in_(select(cohort_members.c.person_id).where(cohort_members.c.cohort_id.in_(cohorts)))
        )
    return found if team_id is None else found.where(Person.team_id == team_id)


def teams_open_to(session: Session, actor: Person) -> list[tuple[int, str]]:
    """Id and name of the teams that these people are in, by name; for an administrator of all teams."""
    found = select(Team.id, Team.name).where(Team.authority_id == actor.authority_id)
    if actor.role != Role.ADMINISTRATOR:
        own = people_open_to(actor, None, None)
        found = found.where(Team.id.in_(select(Person.team_id).where(Person.id.in_(own))))
    return [(row.id, row.name) for row in session.execute(found.order_by(Team.sorts_as, Team.id))]


def cohorts_open_to(session: Session, actor: Person) -> list[tuple[int, str]]:
    """Id and name of the cohorts that are open to this person, the newest first."""
    found = select(Cohort.id, Cohort.name).where(*open_to(actor))
    newest_first = found.order_by(Cohort.starts_on.desc(), Cohort.sorts_as, Cohort.id)
    return [(row.id, row.name) for row in session.execute(newest_first)]


def about(session: Session, authority_id: int, ids: Collection[int]) -> dict[int, About]:
    """Who these people of one authority are, by id."""
    found = (
        select(Person.id, Person.name, Person.email, Person.discipline, func.coalesce(Team.name, ""))
        .outerjoin(Team, Team.id == Person.team_id)
        .where(Person.authority_id == authority_id, Person.id.in_(ids))
    )
    return {row.id: About(*row) for row in session.execute(found)}
