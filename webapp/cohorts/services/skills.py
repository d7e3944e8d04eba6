"""How the skills of a cohort move, from what its people have opened to the trainer who looks. Nobody is ranked.

A trainer sees the measures of recordings that are open to her, and the group's own course through them. Who has opened
none is counted and not named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from webapp import audit, clock, jobs
from webapp.accounts.tables import Person
from webapp.cohorts.services import worked_out
from webapp.cohorts.services.course import Course
from webapp.cohorts.services.worked_out import Found
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort
from webapp.practice.services import group_trend, measured
from webapp.practice.services.group_trend import Shared
from webapp.practice.services.measured import Known, Value
from webapp.wording import day

HEADS = ("Measure", "Who", "Date", "Value", "Low", "High", "Stands on")
GROUP = "The group, estimated"


@dataclass(frozen=True, slots=True)
class Line:
    """One person's recordings, the earliest first."""

    name: str
    points: tuple[Shared, ...]


@dataclass(frozen=True, slots=True)
class Skill:
    """One measure. ``found`` is empty while the worker is at it."""

    known: Known
    lines: tuple[Line, ...]
    found: Found | None

    @property
    def words(self) -> str:
        """What may be said of it in a sentence or two."""
        if self.found is None:
            return "The group's own line is being worked out."
        line = self.found.course
        return _words(self.known, line) if line else self.found.why


@dataclass(frozen=True, slots=True)
class Skills:
    """All measures; ``people`` is how many there are in the cohort, ``sharing`` how many of them opened something."""

    skills: tuple[Skill, ...]
    events: tuple[tuple[date, str, str], ...]
    people: int
    sharing: int
    recordings: int

    @property
    def waiting(self) -> bool:
        """Whether the worker is at it still."""
        return any(skill.found is None for skill in self.skills)


def of(session: Session, trainer: Person, cohort: Cohort) -> Skills:
    """How a cohort that she may see moves, in the same number of queries whatever its size."""
    known, selected = measured.every(), cohorts.ids(cohort)
    names = {number: name for number, name, _ in cohorts.everybody(session, cohort)}
    numbers = group_trend.numbers(session, trainer, selected)
    found = worked_out.read(session, cohort.id, trainer.id, worked_out.stamp(numbers)) if numbers else None
    by_measure: dict[str, dict[int, list[Shared]]] = {name: {} for name in known}
    for one in numbers:
        by_measure[one.name].setdefault(one.owner_id, []).append(one)
    skills = tuple(
        Skill(measure, _lines(names, by_measure[name]), (found or {}).get(name)) for name, measure in known.items()
    )
    begun = [(cohort.starts_on, "workshop", f"{cohort.name} began")] if cohort.starts_on <= clock.today() else []
    coached = [(on, "coaching", "Coaching on a recording") for on in group_trend.coached_on(session, trainer, selected)]
    sharing = len({one.owner_id for one in numbers})
    recordings = len({one.recording_id for one in numbers})
    return Skills(skills, (*begun, *coached), len(names), sharing, recordings)


def work_out(session: Session, cohort_id: int, trainer_id: int) -> None:
    """Find the group's course in each measure and keep it, unless that was done; for the worker."""
    cohort, trainer = session.get(Cohort, cohort_id), session.get(Person, trainer_id)
    if cohort is None or trainer is None:
        return
    numbers = group_trend.numbers(session, trainer, cohorts.ids(cohort))
    mark = worked_out.stamp(numbers)
    if not numbers or worked_out.read(session, cohort_id, trainer_id, mark) is not None:
        return
    jobs.let_go(session)  # nobody's writing waits for what may take half a minute
    found = worked_out.work_out(measured.every(), numbers)
    if session.get(Cohort, cohort_id) is not None:
        worked_out.keep(session, cohort_id, trainer_id, mark, found)


def drawn(skill: Skill, skills: Skills) -> dict[str, Any]:
    """What the page's script needs to draw a measure."""
    known, line = skill.known, skill.found.course if skill.found else None
    return {
        "unit": known.unit,
        "marks": [[known.marks.fair, "fair"], [known.marks.good, "good"]] if known.marks else [],
        "points": [],
        "people": [
            [
                {
                    "on": point.held_on.isoformat(),
                    "value": point.value,
                    "words": f"{one.name}, {day(point.held_on)}: {measured.about(known, value_of(point))}",
                }
                for point in one.points
                if point.value is not None
            ]
            for one in skill.lines
        ],
        "course": [
            {"on": date.fromordinal(on).isoformat(), "value": e.value, "range": [e.low, e.high]}
            for on, e in zip(line.days, line.line, strict=True)
        ]
        if line
        else [],
        "events": [
            {"on": on.isoformat(), "kind": kind, "words": f"{words}, {day(on)}"} for on, kind, words in skills.events
        ],
    }


def rows(skills: Skills) -> Iterator[tuple[object, ...]]:
    """The numbers for a spreadsheet, under ``HEADS``: every recording, then the group's course."""
    for skill in skills.skills:
        title = skill.known.of_a_group
        for line in skill.lines:
            for p in line.points:
                yield (title, line.name, p.held_on.isoformat(), p.value, p.low, p.high, p.n)
        if skill.found and skill.found.course:
            for on, e in zip(skill.found.course.days, skill.found.course.line, strict=True):
                yield (title, GROUP, date.fromordinal(on).isoformat(), e.value, e.low, e.high, skills.recordings)


def value_of(point: Shared) -> Value:
    """The measure of a recording, as it is put into words."""
    return Value(point.value, point.low, point.high, point.n)


def note_look(session: Session, actor: Person, cohort: Cohort) -> None:
    """Write down that somebody saw it: it shows single recordings."""
    audit.record(session, "cohort.skills", actor=actor, subject_id=cohort.id)


def note_export(session: Session, actor: Person, cohort: Cohort, kind: str) -> None:
    """Write down that somebody took the numbers with her."""
    audit.record(session, "cohort.skills_export", actor=actor, subject_id=cohort.id, kind=kind)


def _lines(names: dict[int, str], points: dict[int, list[Shared]]) -> tuple[Line, ...]:
    """By name, as ``names`` are ordered."""
    return tuple(Line(name, tuple(points[number])) for number, name in names.items() if number in points)


def _words(known: Known, line: Course) -> str:
    start, now = line.line[0], line.line[-1]
    told = (
        f"The group's line stands at about {known.in_words(start.value)} on {day(date.fromordinal(line.days[0]))} and "
        f"at about {known.in_words(now.value)} ({known.in_words(now.low)} to {known.in_words(now.high)}) on "
        f"{day(date.fromordinal(line.days[-1]))}."
    )
    if known.unit == "count":
        told += " These are counts, and a longer conversation has more of everything."
    if line.change.low <= 0 <= line.change.high:
        return f"{told} The difference is no larger than chance may make it."
    return f"{told} It went {'up' if line.change.value > 0 else 'down'} by more than chance easily makes."
