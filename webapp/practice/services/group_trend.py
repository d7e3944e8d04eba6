"""The measures that a group has opened to one trainer: nothing that is hers alone, nor what was taken back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select
from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.practice.queries import trends as queries
from webapp.practice.queries.trends import Shared
from webapp.practice.services import measured


def numbers(session: Session, trainer: Person, people: Select[int]) -> list[Shared]:
    """Every measure that is followed, of every recording that is open to her, the earliest first."""
    return queries.shared_numbers(session, trainer, people, list(measured.every()))


def coached_on(session: Session, trainer: Person, people: Select[int]) -> list[date]:
    """The days on which one of these recordings was coached, the earliest first."""
    return sorted({at.astimezone(clock.HERE).date() for at in queries.shared_coachings(session, trainer, people)})


__all__ = ["Shared", "coached_on", "numbers"]
