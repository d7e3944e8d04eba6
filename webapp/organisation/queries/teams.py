"""Reads the teams of one authority."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp import paging
from webapp.accounts.tables import Person
from webapp.organisation.tables import Team


class Known(NamedTuple):
    """A team as lists to choose from show it."""

    id: int
    name: str


def all_of(session: Session, authority_id: int) -> list[Known]:
    """All teams, by name."""
    found = select(Team.id, Team.name).where(Team.authority_id == authority_id)
    return [Known(*row) for row in session.execute(found.order_by(Team.sorts_as, Team.id))]


def by_id(session: Session, authority_id: int, team_id: int) -> Team | None:
    """A team of this authority."""
    return session.scalar(select(Team).where(Team.id == team_id, Team.authority_id == authority_id))


def by_name(session: Session, authority_id: int, name: str) -> Team | None:
    """The team of this name, whatever its capitals."""
    found = select(Team).where(Team.authority_id == authority_id, Team.sorts_as == name.lower())
    return session.scalars(found.order_by(Team.id)).first()


def with_counts(session: Session, authority_id: int, page: int) -> paging.Paged[Any]:
    """A page of ``(team, active people, deactivated people)`` by name."""
    active = func.coalesce(func.sum(case((Person.active, 1), else_=0)), 0)
    rest = func.count(Person.id) - active
    found = select(Team, active, rest).outerjoin(Person, Person.team_id == Team.id)
    found = found.where(Team.authority_id == authority_id).group_by(Team.id)
    return paging.fetch(session, found.order_by(Team.sorts_as, Team.id), page)


def how_many_in(session: Session, team: Team) -> tuple[int, int]:
    """Active and deactivated people in a team."""
    rows = select(Person.active, func.count()).where(Person.team_id == team.id).group_by(Person.active)
    counts = {bool(active): number for active, number in session.execute(rows)}
    return counts.get(True, 0), counts.get(False, 0)
