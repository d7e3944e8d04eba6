"""A short list of what would help now: from the goal, measures with room to grow, what comes up again, and the dose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.errors import NotFound
from webapp.learning.content.course import Course
from webapp.learning.services import courses, reviews
from webapp.practice.queries import trends as queries
from webapp.practice.services import dose, goals, measured
from webapp.practice.services.goals import Active, Aim
from webapp.practice.services.measured import Known, Value
from webapp.wording import count

MOST = 5  # things in the plan: a list that fits a week
_PER_AIM = 2  # exercises for one goal
_RECORDING = 30.0  # minutes: ten of talking, the rest for bringing it in and reading what comes of it


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. ``page`` is ``exercise`` (with where it is), ``review`` or ``recording``."""

    page: str
    title: str
    why: str
    minutes: int
    place: tuple[str, str, str] = ("", "", "")  # course, module, step


@dataclass(frozen=True, slots=True)
class Room:
    """A measure of the latest recording with room to grow, or one that had too little to be measured."""

    known: Known
    value: Value


@dataclass(frozen=True, slots=True)
class Plan:
    """What is in it, and the goal it begins with."""

    items: tuple[Item, ...]
    goal: Active | None
    recordings: int

    @property
    def minutes(self) -> int:
        """How long all of it takes."""
        return sum(item.minutes for item in self.items)


def of(session: Session, person: Person) -> Plan:
    """Somebody's own plan."""
    goal = goals.active(session, person)
    rows = [row for row in queries.numbers(session, person, list(_marked())) if row.recording_id is not None]
    items = _items(session, person, goal, _latest(rows), dose.of(session, person))
    return Plan(tuple(islice(_once(items), MOST)), goal, len({row.recording_id for row in rows}))


def _items(
    session: Session, person: Person, goal: Active | None, latest: list[Room], practised: dose.Dose
) -> Iterator[Item]:
    course = _course(session)
    if practised.due:
        why = practised.advice if goal is None else f"{practised.advice} Your goal for it: {goal.aim.title}."
        yield Item("recording", "Bring in a recording", why, round(_RECORDING))
    due = reviews.how_many(session, person)
    if due:
        seen = reviews.due(session, person)
        minutes = max(1, round(sum(one.exercise.minutes for one in seen)))
        title = f"Look again at {count(min(due, reviews.AT_A_TIME), 'exercise')}"
        yield Item("review", title, "They went differently last time, and come up again today.", minutes)
    if course is None:
        return
    if goal is not None:
        yield from _exercises(course, goal.aim, f"For your goal: {goal.aim.title}.")
    for room in latest:
        for aim in goals.catalogue().values():
            if aim.measure == room.known.name:
                yield from _exercises(course, aim, _why(room))


def _exercises(course: Course, aim: Aim, why: str) -> Iterator[Item]:
    for name in aim.exercises[:_PER_AIM]:
        found = course.find(name)
        if found is not None:
            module, exercise = found
            place = (course.slug, module.slug, exercise.name)
            yield Item("exercise", exercise.title, why, max(1, round(exercise.minutes)), place)


def _why(room: Room) -> str:
    if room.value.value is None:
        return f"“{room.known.title}” had too little to measure in your last recording."
    return f"Room to grow: {room.known.title.lower()}, {measured.about(room.known, room.value)} in your last recording."


def _latest(rows: Sequence[queries.Number]) -> list[Room]:
    """Of the measures with published marks, in her latest recording: those surely below fair, then those withheld."""
    rooms = [
        Room(_marked()[row.name], Value(row.value, row.low, row.high, row.n, row.duration))
        for row in rows
        if row.recording_id == rows[-1].recording_id
    ]
    below = [room for room in rooms if _below(room)]
    return below + [room for room in rooms if room.value.value is None]


def _marked() -> dict[str, Known]:
    return {name: known for name, known in measured.every().items() if known.marks}


def _below(room: Room) -> bool:
    span, marks = room.value.range, room.known.marks
    return span is not None and marks is not None and span[1] < marks.fair


def _once(items: Iterator[Item]) -> Iterator[Item]:
    seen: set[tuple[str, tuple[str, str, str]]] = set()
    for item in items:
        if (item.page, item.place) not in seen:
            seen.add((item.page, item.place))
            yield item


def _course(session: Session) -> Course | None:
    try:
        return courses.get(session, goals.course())[0]
    except NotFound:
        return None
