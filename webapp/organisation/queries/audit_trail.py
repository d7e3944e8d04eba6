"""Reads the audit trail of one authority, newest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from webapp import paging
from webapp.accounts.tables import Person
from webapp.audit import AuditEvent
from webapp.organisation.queries import people
from webapp.organisation.tables import Cohort, Team

# Events whose subject_id is a person's.
ABOUT_PEOPLE = ("person", "invitation", "second_factor")
ABOUT_RECORDINGS = ("share", "comment", "teaching")

_MOST_NAMED = 1_000  # ids in one question; above that all names are fetched


@dataclass(frozen=True)
class Wanted:
    """Which events: of or about the person with these words in name or address, of this name, from (inclusive), to."""

    words: str = ""
    name: str = ""
    start: datetime | None = None
    end: datetime | None = None


def find(session: Session, authority_id: int, wanted: Wanted, page: int) -> paging.Paged[Any]:
    """A page of events, newest first: rows with ``at``, ``name``, ``subject_id``, ``about`` and ``who``.

    ``who`` is the name of the person who did it, or None.
    """
    where = _where(session, authority_id, wanted)
    total = session.scalar(select(func.count()).select_from(AuditEvent).where(*where)) or 0
    page = min(page, paging.pages(total))
    rows = session.execute(_newest(where).limit(paging.SIZE).offset((page - 1) * paging.SIZE))
    return paging.Paged(list(rows), page, total)


def newest(session: Session, authority_id: int, wanted: Wanted, most: int) -> list[Any]:
    """The newest events, at most ``most``: rows as of ``find``."""
    return list(session.execute(_newest(_where(session, authority_id, wanted)).limit(most)))


def kinds(session: Session, authority_id: int) -> list[str]:
    """The names of events that have happened here. It leaps from each to the next, however many there are of each."""
    here = AuditEvent.authority_id == authority_id
    first = select(func.min(AuditEvent.name).label("name")).where(here).cte("kind", recursive=True)
    following = select(func.min(AuditEvent.name)).where(here, AuditEvent.name > first.c.name).scalar_subquery()
    names = first.union_all(select(following).where(first.c.name.is_not(None)))
    return list(session.scalars(select(names.c.name).where(names.c.name.is_not(None))))


def subjects(session: Session, authority_id: int, events: Collection[Any]) -> dict[tuple[str, int], str]:
    """Names of the people, teams and cohorts that the events are about, by ``(kind, id)``, in three queries."""
    found: dict[tuple[str, int], str] = {}
    for kind, table in (("person", Person), ("team", Team), ("cohort", Cohort)):
        ids = {event.subject_id for event in events if subject_kind(event) == kind and event.subject_id}
        rows = select(table.id, table.name).where(table.authority_id == authority_id)
        if len(ids) <= _MOST_NAMED:
            rows = rows.where(table.id.in_(ids))
        found |= {(kind, number): name for number, name in session.execute(rows)}
    return found


def subject_kind(event: Any) -> str:
    """What kind of thing ``subject_id`` is: "person", "team", "cohort", or the event's own word."""
    kind = event.name.partition(".")[0]
    return "person" if kind in ABOUT_PEOPLE else "recording" if kind in ABOUT_RECORDINGS else kind


def _newest(where: list[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    columns = (AuditEvent.at, AuditEvent.name, AuditEvent.subject_id, AuditEvent.about, Person.name.label("who"))
    found = select(*columns).outerjoin(Person, Person.id == AuditEvent.actor_id).where(*where)
    return found.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())


def _where(session: Session, authority_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [AuditEvent.authority_id == authority_id]
    matching = people.matching(wanted.words)
    if matching:
        found = select(Person.id).where(Person.authority_id == authority_id, *matching)
        few = list(session.scalars(found.limit(_MOST_NAMED + 1)))  # as values, so that the columns' indexes are used
        ids = few if len(few) <= _MOST_NAMED else found
        about = or_(*(AuditEvent.name.startswith(f"{kind}.", autoescape=True) for kind in ABOUT_PEOPLE))
        of_them = or_(AuditEvent.actor_id.in_(ids), and_(AuditEvent.subject_id.in_(ids), about))
        where.append(of_them if few else false())
    if wanted.name:
        where.append(AuditEvent.name == wanted.name)
    if wanted.start:
        where.append(AuditEvent.at >= wanted.start)
    if wanted.end:
        where.append(AuditEvent.at < wanted.end)
    return where
