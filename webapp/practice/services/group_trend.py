"""The measures that a group has opened to one trainer: nothing that is hers alone, nor what was taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select
from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.practice.queries import trends as queries
from webapp.practice.queries.trends import Opened, Shared
from webapp.practice.services import measured


def opened(session: Session, trainer: Person, people: Select[int]) -> list[Opened]:
    """The recordings that are open to her, each with what changes when its measures do."""
    return queries.opened(session, trainer, people, list(measured.every()))


def numbers(
    session: Session,
    trainer: Person,
    people: Select[int],
    names: Collection[str] | None = None,
    owners: Collection[int] | None = None,
) -> list[Shared]:
    """Measures, all that are followed or some, of every recording that is open to her, or of some people's; by date."""
    wanted = list(measured.every() if names is None else names)
    return queries.shared_numbers(session, trainer, people, wanted, owners)


def coached_on(session: Session, trainer: Person, people: Select[int]) -> list[date]:
    """The days on which one of these recordings was coached, the earliest first."""
    return sorted({at.astimezone(clock.HERE).date() for at in queries.shared_coachings(session, trainer, people)})


__all__ = ["Opened", "Shared", "coached_on", "numbers", "opened"]
