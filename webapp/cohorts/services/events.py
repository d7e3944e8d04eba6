"""What happened with a cohort and when: it stands on its charts. Workshops are typed in, all else is known already."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.cohorts.tables import CohortEvent
from webapp.errors import NotFound, Refused
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort
from webapp.practice.services import group_trend
from webapp.supervision.services import read as supervision

KINDS = {"workshop": "Workshop", "booster": "Booster session", "other": "Something else"}
MOST = 100  # dates of one cohort


class Event(NamedTuple):
    """Something that happened on a day; ``kind`` is known to static/trend.js."""

    on: date
    kind: str
    words: str


def of(session: Session, cohort: Cohort) -> list[CohortEvent]:
    """The dates that were typed in, those to come among them; the earliest first."""
    found = select(CohortEvent).where(CohortEvent.cohort_id == cohort.id)
    return list(session.scalars(found.order_by(CohortEvent.held_on, CohortEvent.id)))


def add(session: Session, actor: Person, cohort: Cohort, told: Event) -> None:
    """Note a date.

    Raises:
        Refused: it is there already, or there are too many.
    """
    there = of(session, cohort)
    if told in [Event(one.held_on, one.kind, one.words) for one in there]:
        raise Refused("This date is on the list already.")
    if len(there) >= MOST:
        raise Refused(f"A cohort can have {MOST} dates. Remove one that is not needed any more.")
    session.add(CohortEvent(cohort_id=cohort.id, held_on=told.on, kind=told.kind, words=told.words))
    audit.record(session, "cohort.add_date", actor=actor, subject_id=cohort.id, kind=told.kind, on=told.on.isoformat())


def remove(session: Session, actor: Person, cohort: Cohort, number: int) -> None:
    """Take a date away.

    Raises:
        NotFound: this cohort has no such date.
    """
    found = session.get(CohortEvent, number)
    if found is None or found.cohort_id != cohort.id:
        raise NotFound
    kind, on = found.kind, found.held_on.isoformat()
    session.delete(found)
    audit.record(session, "cohort.remove_date", actor=actor, subject_id=cohort.id, kind=kind, on=on)


def happened(session: Session, trainer: Person, cohort: Cohort) -> tuple[Event, ...]:
    """Everything up to today that a trainer may know of, the earliest first."""
    found = [event for source in SOURCES for event in source(session, trainer, cohort)]
    return tuple(sorted(event for event in found if event.on <= clock.today()))


def _began(_session: Session, _trainer: Person, cohort: Cohort) -> Iterable[Event]:
    return [Event(cohort.starts_on, "start", f"{cohort.name} began")]


def _typed_in(session: Session, _trainer: Person, cohort: Cohort) -> Iterable[Event]:
    return [
        Event(one.held_on, one.kind, one.words if one.kind == "other" else _titled(one)) for one in of(session, cohort)
    ]


def _coached(session: Session, trainer: Person, cohort: Cohort) -> Iterable[Event]:
    days = group_trend.coached_on(session, trainer, cohorts.ids(cohort))
    return [Event(on, "coaching", "Coaching on a recording") for on in days]


def _supervised(session: Session, _trainer: Person, cohort: Cohort) -> Iterable[Event]:
    """Whoever trains the cohort may know of it; who was there is no part of it."""
    return [Event(on, "supervision", "Group supervision") for on in supervision.held_on(session, cohort)]


def _titled(one: CohortEvent) -> str:
    return f"{KINDS[one.kind]}: {one.words}" if one.words else KINDS[one.kind]


SOURCES: tuple[Callable[[Session, Person, Cohort], Iterable[Event]], ...] = (_began, _typed_in, _coached, _supervised)
"""Another kind of event is another function here, with its letter in static/trend.js and in the page's key."""
