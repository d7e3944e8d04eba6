"""Who else has opened a recording, from the audit trail, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp import paging
from webapp.accounts.tables import Person
from webapp.organisation.services import audit_trail, people
from webapp.practice.queries import owning as queries
from webapp.practice.tables import Recording


@dataclass(frozen=True, slots=True)
class Time:
    """One time that somebody did something with it."""

    at: datetime
    who: str
    what: str


def page(session: Session, recording: Recording, number: int) -> paging.Paged[Time]:
    """A page of what others than its owner did with a recording of hers, the newest first."""
    owner = session.get_one(Person, recording.owner_id)
    cohorts = [cohort.id for cohort in people.cohorts_of(session, owner)]
    found = queries.opened(session, recording, cohorts, number)
    times = [Time(row.at, row.who, audit_trail.words(row.name)) for row in found.items]
    return paging.Paged(times, found.number, found.total)
