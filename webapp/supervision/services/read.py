"""What other parts may ask about supervision: numbers, days and whose packs, nothing that was said or agreed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.organisation.tables import Cohort
from webapp.supervision import queries


def attended(session: Session, people: Select[int]) -> dict[int, int]:
    """How many supervisions each of some people attended, by id; those who attended none are left out. One query."""
    return queries.attended(session, people)


def attended_on(session: Session, people: Select[int]) -> dict[int, list[date]]:
    """The days of the supervisions that each of some people attended as somebody else recorded it, the earliest first.

    Two on a day are there twice. One query.
    """
    found: dict[int, list[date]] = {}
    for person_id, on in queries.attended_on(session, people):
        found.setdefault(person_id, []).append(on)
    return found


def makers(session: Session, moments: Sequence[int]) -> list[tuple[Person, list[int]]]:
    """Who has one of some moments in packs of hers, and in which. One query."""
    found: dict[int, tuple[Person, list[int]]] = {}
    for maker, pack in queries.holding(session, moments) if moments else ():
        found.setdefault(maker.id, (maker, []))[1].append(pack)
    return list(found.values())


def held_on(session: Session, cohort: Cohort) -> list[date]:
    """The days on which supervision was held with a cohort, the earliest first. One query."""
    return queries.held_on(session, cohort.id)
