"""What somebody did in the courses, as files for her to take away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import clock, csv_file
from webapp.accounts.tables import Person
from webapp.learning import queries
from webapp.learning.services import completions, notes

_MOST = 100_000  # of each; nobody comes near it


def files(session: Session, person: Person) -> Iterator[tuple[str, str]]:
    """Name and text of each file."""
    tries = [
        (_when(a.at), a.course, a.module, a.exercise, json.dumps(a.answer, ensure_ascii=False), a.score, a.state)
        for a in queries.attempts_of(session, person.id)
    ]
    heads = ("when", "course", "module", "exercise", "answer", "score, 0 to 1", "state")
    yield "attempts.csv", csv_file.as_csv(heads, tries)
    checks = [
        (_when(c.begun_at), _when(c.finished_at), c.course, c.module, json.dumps(c.answers), c.score, c.passed)
        for c in queries.checks_of(session, person.id)
    ]
    heads = ("begun", "finished", "course", "module", "answers", "score, 0 to 1", "passed")
    yield "checks.csv", csv_file.as_csv(heads, checks)
    wanted = completions.Wanted(people=select(Person.id).where(Person.id == person.id))
    finished = [
        (_when(c.at), c.course, c.module or "the whole course", c.score, c.certificate)
        for c in completions.following(session, wanted, None, _MOST)
    ]
    yield "finished.csv", csv_file.as_csv(("when", "course", "module", "score, 0 to 1", "certificate"), finished)
    written = [(_when(at), course, exercise, text) for at, course, exercise, text in notes.every(session, person)]
    yield "notes.csv", csv_file.as_csv(("changed", "course", "exercise", "note"), written)


def _when(at: datetime | None) -> str:
    return f"{at.astimezone(clock.HERE):%Y-%m-%d %H:%M}" if at else ""
