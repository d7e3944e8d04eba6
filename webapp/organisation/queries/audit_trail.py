"""Reads the audit trail of one authority, newest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from webapp import paging
from webapp.accounts.tables import Person
from webapp.audit import AuditEvent
from webapp.organisation.queries import people
from webapp.organisation.tables import Cohort, Team

# Events whose subject_id is a person's.
ABOUT_PEOPLE = ("person", "invitation", "second_factor")

_MOST_NAMED = 1_000  # ids in one question; above that all names are fetched


@dataclass(frozen=True)
class Wanted:
    """Which events: of or about the person with these words in name or address, of this name, from (inclusive), to."""

    words: str = ""
    name: str = ""
    start: datetime | None = None
    end: datetime | None = None


def find(session: Session, authority_id: int, wanted: Wanted, page: int) -> paging.Paged[Any]:
    """A page of ``(event, name of who did it or None)``."""
    return paging.fetch(session, _statement(authority_id, wanted), page)


def newest(session: Session, authority_id: int, wanted: Wanted, most: int) -> list[Any]:
    """The newest ``(event, name of who did it or None)``, at most ``most``."""
    return list(session.execute(_statement(authority_id, wanted).limit(most)))


def kinds(session: Session, authority_id: int) -> list[str]:
    """The names of events that have happened here."""
    found = select(AuditEvent.name).where(AuditEvent.authority_id == authority_id).distinct()
    return sorted(session.scalars(found))


def subjects(session: Session, authority_id: int, events: Collection[AuditEvent]) -> dict[tuple[str, int], str]:
    """Names of the people, teams and cohorts that the events are about, by ``(kind, id)``, in three queries."""
    found: dict[tuple[str, int], str] = {}
    for kind, table in (("person", Person), ("team", Team), ("cohort", Cohort)):
        ids = {event.subject_id for event in events if subject_kind(event) == kind and event.subject_id}
        rows = select(table.id, table.name).where(table.authority_id == authority_id)
        if len(ids) <= _MOST_NAMED:
            rows = rows.where(table.id.in_(ids))
        found |= {(kind, number): name for number, name in session.execute(rows)}
    return found


def subject_kind(event: AuditEvent) -> str:
    """What kind of thing ``subject_id`` is: "person", "team", "cohort", or the event's own word."""
    kind = event.name.partition(".")[0]
    return "person" if kind in ABOUT_PEOPLE else kind


def _statement(authority_id: int, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    where: list[ColumnElement[bool]] = [AuditEvent.authority_id == authority_id]
    matching = people.matching(wanted.words)
    if matching:
        ids = select(Person.id).where(Person.authority_id == authority_id, *matching)
        about = or_(*(AuditEvent.name.startswith(f"{kind}.", autoescape=True) for kind in ABOUT_PEOPLE))
        where.append(or_(AuditEvent.actor_id.in_(ids), and_(about, AuditEvent.subject_id.in_(ids))))
    if wanted.name:
        where.append(AuditEvent.name == wanted.name)
    if wanted.start:
        where.append(AuditEvent.at >= wanted.start)
    if wanted.end:
        where.append(AuditEvent.at < wanted.end)
    found = select(AuditEvent, Person.name).outerjoin(Person, Person.id == AuditEvent.actor_id).where(*where)
    return found.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
