"""Statements for the record store: one for each thing that is finished, kept until the store has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp import audit, clock, database
from webapp.accounts.tables import Person
from webapp.interchange import queries
from webapp.interchange.services import pseudonyms
from webapp.interchange.services.record_store import Outcome
from webapp.interchange.tables import XapiStatement
from webapp.learning.services import progress

BATCH = 50
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)
_ADL = "http://adlnet.gov/expapi"


@dataclass(frozen=True, slots=True)
class Overview:
    """How an authority's statements stand. ``store`` is the record store's host, empty where none is set."""

    store: str
    waiting: int
    sent: int
    next_try_at: datetime | None
    problem: str
    problem_at: datetime | None


@progress.on_finish
def keep(session: Session, person: Person, finished: progress.Finished) -> None:
    """Note what the record store is to be told, as part of the work by which it was finished."""
    number, now = uuid4(), clock.now()
    session.add(
        XapiStatement(
            id=number,
            authority_id=person.authority_id,
            statement=_told(session, number, person, finished),
            created_at=now,
            next_try_at=now,
        )
    )


def take(session: Session) -> Sequence[XapiStatement]:
    """The next batch that is due, put off at once: if we die while we send it, it is sent again later, as it is."""
    now = clock.now()
    found = queries.due(session, now, BATCH)
    for statement in found:
        statement.next_try_at = now + wait_after(statement.attempts)
        statement.attempts += 1
        statement.tried_at = now
    session.flush()
    return found


def settle(session: Session, statements: Sequence[XapiStatement], outcome: Outcome) -> None:
    """Note which of a batch the store has, and what was wrong with the rest."""
    for statement in statements:
        if statement.id in outcome.taken:
            statement.sent_at, statement.next_try_at, statement.last_problem = clock.now(), None, ""
        else:
            statement.last_problem = outcome.problems[statement.id]
    session.flush()


def wait_after(attempts: int) -> timedelta:
    """How long to wait after one more try: twice as long each time, a day at most."""
    return min(_FIRST_WAIT * (1 << min(attempts, 20)), _LONGEST_WAIT)


def overview(session: Session, actor: Person) -> Overview:
    """How the statements of the acting administrator's authority stand."""
    counts = queries.counts(session, actor.authority_id)
    problem = queries.last_problem(session, actor.authority_id)
    store = urlsplit(database.settings_of(session).xapi_store).hostname or ""
    text, at = problem or ("", None)
    return Overview(store, counts.waiting, counts.sent, counts.next_try_at, text, at)


def try_now(session: Session, actor: Person) -> None:
    """Let every statement of the acting administrator's authority be due now."""
    waiting = XapiStatement.authority_id == actor.authority_id, XapiStatement.sent_at.is_(None)
    session.execute(update(XapiStatement).where(*waiting).values(next_try_at=clock.now()))
    audit.record(session, "record_store.try_now", actor=actor)


def _told(session: Session, number: UUID, person: Person, finished: progress.Finished) -> dict[str, Any]:
    course, module = finished.course, finished.module
    settings = database.settings_of(session)
    here = f"{settings.public_url}/learn/{course.slug}"
    whole = _activity(here, "course", course.title)
    result: dict[str, Any] = {"completion": True}
    if finished.score is not None:
        result |= {"success": True, "score": {"scaled": round(finished.score, 4)}}
    context: dict[str, Any] = {"platform": settings.service_name, "language": course.told["language"]}
    if module is not None:
        context["contextActivities"] = {"parent": [whole]}
    return {
        "id": str(number),
        "actor": _actor(session, person),
        "verb": _verb("completed" if finished.score is None else "passed"),
        "object": whole if module is None else _activity(f"{here}/{module.slug}", "module", module.title),
        "result": result,
        "context": context,
        "timestamp": finished.at.astimezone(UTC).isoformat(timespec="milliseconds"),
    }


def _actor(session: Session, person: Person) -> dict[str, Any]:
    settings = database.settings_of(session)
    if settings.xapi_actor == "mbox":
        return {"objectType": "Agent", "mbox": f"mailto:{person.email}"}
    account = {"homePage": settings.public_url, "name": pseudonyms.of(session, person.id)}
    return {"objectType": "Agent", "account": account}


def _verb(name: str) -> dict[str, Any]:
    return {"id": f"{_ADL}/verbs/{name}", "display": {"en-GB": name}}


def _activity(address: str, kind: str, title: str) -> dict[str, Any]:
    definition = {"type": f"{_ADL}/activities/{kind}", "name": {"en-GB": title}}
    return {"objectType": "Activity", "id": address, "definition": definition}
