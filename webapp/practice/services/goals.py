"""One thing to try next time: chosen from the feedback, carried to the next recording, and looked at there.

The catalogue is ``practice/goals.toml``. A person has one goal at a time; choosing another lets the first one rest.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy.orm import Session

from fidelity.report.words import length
from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.practice.queries import trends as queries
from webapp.practice.services import analyses, measured
from webapp.practice.services.measured import Value
from webapp.practice.tables import Goal, Recording, RecordingMeasure, State
from webapp.wording import day


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal of the catalogue. ``measure`` is empty where the length of the recording is what it would move."""

    name: str
    title: str
    how: str
    measure: str
    way: str
    step: str
    module: str
    exercises: tuple[str, ...]

    @property
    def moves(self) -> str:
        """What it may do to a figure: a hope, and not the point of it."""
        if not self.measure:
            return "It makes a longer recording."
        return f"It may move “{measured.every()[self.measure].title}” {self.way}."


@dataclass(frozen=True, slots=True)
class Active:
    """The goal a person has now, and since when."""

    aim: Aim
    goal: Goal


@dataclass(frozen=True, slots=True)
class Panel:
    """What there is to choose from after the feedback on a recording: the goal she has can be kept."""

    fitting: tuple[Aim, ...]
    others: tuple[Aim, ...]
    active: Active | None


@dataclass(frozen=True, slots=True)
class Check:
    """How it went with the goal a recording was brought with. ``then`` and ``now`` are values with their ranges."""

    aim: Aim
    chosen: str
    title: str
    then: str
    now: str
    words: str


@cache
def course() -> str:
    """The course whose exercises train the goals."""
    return str(_told()["course"])


@cache
def catalogue() -> Mapping[str, Aim]:
    """All goals there are, by name."""
    return {
        name: Aim(**{**told, "name": name, "exercises": tuple(told["exercises"])})
        for name, told in _told()["goals"].items()
    }


def active(session: Session, person: Person) -> Active | None:
    """The goal somebody has now."""
    found = queries.active_goal(session, person)
    aim = catalogue().get(found.name) if found else None
    return Active(aim, found) if aim and found else None


def panel(session: Session, person: Person, recording: Recording) -> Panel:
    """The goals that fit the feedback on her recording first, then all others.

    Raises:
        NotFound: there is no feedback yet.
    """
    step = analyses.now(session, recording)[0].feedback.next_step
    present = active(session, person)
    aims = [aim for aim in catalogue().values() if present is None or aim != present.aim]
    fitting = [aim for aim in aims if _steps().get(step.title) == aim.step]
    fitting = fitting or [aim for aim in aims if aim.measure == step.measure]
    others = tuple(aim for aim in aims if aim not in fitting)
    return Panel(tuple(fitting), others, present)


def choose(session: Session, person: Person, recording: Recording, name: str) -> Aim:
    """Have a goal for the next recording, in place of the one before.

    Raises:
        Refused: there is no such goal.
        NotFound: the recording is somebody else's, or not ready.
    """
    if recording.owner_id != person.id or recording.state != State.READY:
        raise NotFound
    aim = catalogue().get(name)
    if aim is None:
        raise Refused("Choose one of the goals on the page, or none.")
    before = queries.active_goal(session, person)
    if before is not None and (before.name, before.recording_id) == (name, recording.id):
        return aim
    _end(before)
    session.add(Goal(person_id=person.id, recording_id=recording.id, name=name, chosen_at=clock.now()))
    audit.record(session, "goal.choose", actor=person, subject_id=recording.id)
    session.flush()
    return aim


def rest(session: Session, person: Person) -> None:
    """Have no goal for now. Nothing happens where there is none."""
    before = queries.active_goal(session, person)
    if before is not None:
        _end(before)
        audit.record(session, "goal.rest", actor=person, subject_id=before.recording_id)
        session.flush()


def check(session: Session, person: Person, recording: Recording) -> Check | None:
    """What is to be seen of the goal she had when she began this recording; nothing where she had none."""
    goal = queries.goal_at(session, person, recording.created_at)
    aim = catalogue().get(goal.name) if goal else None
    if goal is None or aim is None or goal.recording_id == recording.id:
        return None
    chosen = day(goal.chosen_at)
    found = queries.owned(session, person, [n for n in (goal.recording_id, recording.id) if n is not None])
    before = found.get(goal.recording_id) if goal.recording_id is not None else None
    if not aim.measure:
        then, now = (_length(one) for one in (before, recording))
        return Check(aim, chosen, "Length of the recording", then, now, _lengths(then, now))
    known = measured.every()[aim.measure]
    values = queries.measure_of(session, known.name, list(found))
    was, is_now = (_value(values.get(one.id) if one else None, one) for one in (before, recording))
    words = measured.compared(known, was, is_now)
    return Check(aim, chosen, known.title, measured.about(known, was), measured.about(known, is_now), words)


def _value(row: RecordingMeasure | None, recording: Recording | None) -> Value:
    length_of = recording.duration if recording else None
    if row is None:
        return Value(None, None, None, 0, length_of)
    return Value(row.value, row.low, row.high, row.n, length_of)


def _length(recording: Recording | None) -> str:
    return length(recording.duration) if recording and recording.duration else "not known"


def _lengths(then: str, now: str) -> str:
    if "not known" in (then, now):
        return f"This one is {now} long."
    return f"The one before was {then} long, this one {now}."


def _end(goal: Goal | None) -> None:
    if goal is not None:
        goal.ended_at = clock.now()


@cache
def _steps() -> Mapping[str, str]:
    """The next steps of the feedback, by the title they are shown with."""
    told = tomllib.loads((resources.files("fidelity") / "feedback.toml").read_text(encoding="utf-8"))
    return {step["title"]: name for name, step in told["next_step"].items()}


@cache
def _told() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("webapp.practice") / "goals.toml").read_text(encoding="utf-8"))
