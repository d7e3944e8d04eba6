"""Each measure across somebody's recordings, with what happened in between. Hers alone, and beside nobody else's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.learning.services import completions
from webapp.organisation.services import people as organisation
from webapp.practice.queries import trends as queries
from webapp.practice.services import measured
from webapp.practice.services.measured import Known, Value, range_in_words
from webapp.practice.tables import Kind
from webapp.wording import day

_MOST_COMPLETIONS = 500  # modules and courses on the chart: far more than there are
KIND_NAMES = {Kind.ROLE_PLAY: "Role-play", Kind.REAL: "Real conversation"}
DELETED = "A recording you deleted"
HEADS = ("Date", "Recording", "Kind", "Measure", "Value", "Low", "High", "Stands on", "Fair", "Good")


@dataclass(frozen=True, slots=True)
class Point:
    """A measure in one recording; one of a deleted recording has no ``recording_id``."""

    recording_id: int | None
    held_on: date
    title: str
    kind: Kind
    value: Value


@dataclass(frozen=True, slots=True)
class Event:
    """Something between the recordings: ``start``, ``module`` or ``coaching``."""

    on: date
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A measure, its points from the first recording to the last, and what may be said of them."""

    known: Known
    points: tuple[Point, ...]
    words: str

    @property
    def measured(self) -> tuple[Point, ...]:
        """The points that have a value."""
        return tuple(point for point in self.points if point.value.value is not None)


@dataclass(frozen=True, slots=True)
class Trend:
    """All there is to show; ``recordings`` is how many conversations it stands on."""

    lines: tuple[Line, ...]
    events: tuple[Event, ...]
    recordings: int


def of(session: Session, person: Person) -> Trend:
    """The trend of somebody's own recordings, in the same number of queries however many there are."""
    lines = _lines(session, person)
    recordings = max((len(line.points) for line in lines), default=0)
    return Trend(lines, tuple(_events(session, person)) if recordings else (), recordings)


def rows(session: Session, person: Person) -> Iterator[tuple[object, ...]]:
    """The numbers for a spreadsheet, under ``HEADS``."""
    for line in _lines(session, person):
        fair, good = (line.known.marks.fair, line.known.marks.good) if line.known.marks else (None, None)
        for point in line.points:
            value = point.value
            numbers = (value.value, value.low, value.high, value.n)
            told = (point.held_on.isoformat(), point.title, KIND_NAMES[point.kind], line.known.title)
            yield (*told, *numbers, fair, good)


def drawn(line: Line, events: Sequence[Event]) -> dict[str, Any]:
    """What the page's script needs to draw a line."""
    known = line.known
    return {
        "unit": known.unit,
        "title": known.title,
        "marks": [[known.marks.fair, "fair"], [known.marks.good, "good"]] if known.marks else [],
        "points": [
            {
                "on": point.held_on.isoformat(),
                "value": point.value.value,
                "range": point.value.range,
                "kind": point.kind,
                "words": f"{point.title}, {day(point.held_on)}: {measured.about(known, point.value)}",
            }
            for point in line.measured
        ],
        "events": [{"on": e.on.isoformat(), "kind": e.kind, "words": f"{e.words}, {day(e.on)}"} for e in events],
    }


def _lines(session: Session, person: Person) -> tuple[Line, ...]:
    known = measured.every()
    found: dict[str, list[Point]] = {name: [] for name in known}
    for row in queries.numbers(session, person, list(known)):
        value = Value(row.value, row.low, row.high, row.n, row.duration)
        point = Point(row.recording_id, row.held_on, row.title or DELETED, Kind(row.kind), value)
        found[row.name].append(point)
    return tuple(Line(known[name], tuple(points), _words(known[name], points)) for name, points in found.items())


def _words(known: Known, points: Sequence[Point]) -> str:
    """One sentence or two that claim no more than the ranges allow."""
    whole = [point for point in points if point.value.value is not None]
    if not whole:
        return "There was too little to measure this in any recording so far. Ten minutes or more show more."
    if len(whole) == 1:
        return f"One recording shows it so far: {measured.about(known, whole[0].value)}. A line needs two."
    told = measured.compared(known, whole[0].value, whole[-1].value, before="in the first")
    left_out = len(points) - len(whole)
    if left_out:
        told += f" {left_out} of {len(points)} recordings had too little to measure it."
    return told


def _events(session: Session, person: Person) -> Iterator[Event]:
    for cohort in organisation.cohorts_of(session, person):
        if cohort.starts_on <= clock.today():
            yield Event(cohort.starts_on, "start", f"{cohort.name} began")
    for on, title in queries.coachings(session, person):
        yield Event(on.astimezone(clock.HERE).date(), "coaching", f"Coaching on “{title}”")
    wanted = completions.Wanted(people=select(Person.id).where(Person.id == person.id))
    titles = completions.titles(session)
    for done in completions.following(session, wanted, None, _MOST_COMPLETIONS):
        if done.module:
            title = titles.module(done.course, done.module)
            yield Event(done.at.astimezone(clock.HERE).date(), "module", f"Module “{title}” finished")


__all__ = ["HEADS", "KIND_NAMES", "Event", "Line", "Point", "Trend", "drawn", "of", "range_in_words", "rows"]
