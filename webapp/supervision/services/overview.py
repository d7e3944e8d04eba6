"""A trainer's cohorts as supervision sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from webapp import paging
from webapp.accounts.tables import Person
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort
from webapp.supervision import queries


@dataclass(frozen=True, slots=True)
class Row:
    """A cohort, how many people are in it, her packs for it, and what was held with it."""

    cohort: Cohort
    people: int
    packs: int
    held: int
    last_on: date | None


def of(session: Session, trainer: Person, page: int) -> paging.Paged[Row]:
    """A page of the cohorts that are open to her, in the same number of queries however many."""
    found = cohorts.find(session, trainer, page)
    known = queries.summaries(session, [cohort.id for cohort, _ in found.items], trainer)
    return paging.Paged([Row(c, n, *known[c.id]) for c, n in found.items], found.number, found.total)
