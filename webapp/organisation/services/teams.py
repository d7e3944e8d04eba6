"""Adding, renaming and removing teams."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp import audit, paging
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.organisation.queries import teams as queries
from webapp.organisation.services.unfit import Unfit
from webapp.organisation.tables import Team

_TAKEN = "There is a team of this name already."


def everyones(session: Session, actor: Person) -> list[queries.Known]:
    """All teams of the acting person's authority, by name."""
    return queries.all_of(session, actor.authority_id)


def with_counts(session: Session, actor: Person, page: int) -> paging.Paged[Any]:
    """A page of ``(team, active people, deactivated people)``, by name."""
    return queries.with_counts(session, actor.authority_id, page)


def how_many_in(session: Session, team: Team) -> tuple[int, int]:
    """Active and deactivated people in a team."""
    return queries.how_many_in(session, team)


def get(session: Session, actor: Person, team_id: int) -> Team:
    """A team of the acting administrator's authority."""
    team = queries.by_id(session, actor.authority_id, team_id)
    if team is None:
        raise NotFound
    return team


def add(session: Session, actor: Person, name: str) -> Team:
    """Add a team.

    Raises:
        Unfit: there is one of this name.
    """
    if queries.by_name(session, actor.authority_id, name):
        raise Unfit("name", _TAKEN)
    team = Team(authority_id=actor.authority_id, name=name)
    try:
        with session.begin_nested():
            session.add(team)
    except IntegrityError:
        raise Unfit("name", _TAKEN) from None
    audit.record(session, "team.add", actor=actor, subject_id=team.id)
    return team


def add_all(session: Session, actor: Person, names: Collection[str]) -> dict[str, int]:
    """Add teams of which the caller has looked that none is there yet; their ids by name."""
    made = [Team(authority_id=actor.authority_id, name=name) for name in names]
    session.add_all(made)
    session.flush()
    for team in made:
        audit.record(session, "team.add", actor=actor, subject_id=team.id)
    return {team.name: team.id for team in made}


def rename(session: Session, actor: Person, team: Team, name: str) -> None:
    """Give a team another name.

    Raises:
        Unfit: another team has it.
    """
    if name == team.name:
        return
    other = queries.by_name(session, actor.authority_id, name)
    if other is not None and other.id != team.id:
        raise Unfit("name", _TAKEN)
    try:
        with session.begin_nested():
            team.name = name
    except IntegrityError:
        raise Unfit("name", _TAKEN) from None
    audit.record(session, "team.rename", actor=actor, subject_id=team.id)


def remove(session: Session, actor: Person, team: Team) -> None:
    """Remove a team that nobody is in.

    Raises:
        Refused: somebody is, be it a deactivated person.
    """
    active, deactivated = queries.how_many_in(session, team)
    if active or deactivated:
        raise Refused(
            "A team can be removed once nobody is in it. Move its people to another team first, "
            "those whose accounts are deactivated too."
        )
    try:
        with session.begin_nested():
            session.delete(team)
    except IntegrityError:
        raise Refused("This team is still in use, so it cannot be removed.") from None
    audit.record(session, "team.remove", actor=actor, subject_id=team.id)
