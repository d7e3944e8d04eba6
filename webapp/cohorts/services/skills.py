"""How the skills of a cohort move, from what its people have opened to the trainer who looks. Nobody is ranked.

A trainer sees the measures of recordings that are open to her, and the group's own course through them. Who has opened
none is counted and not named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from webapp import audit, jobs, paging
from webapp.accounts.tables import Person
from webapp.cohorts.services import events, worked_out
from webapp.cohorts.services.course import Course, Estimate
from webapp.cohorts.services.events import Event
from webapp.cohorts.services.worked_out import Found
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort
from webapp.practice.services import group_trend, measured
from webapp.practice.services.group_trend import Opened, Shared
from webapp.practice.services.measured import Known, Value
from webapp.wording import day

HEADS = ("Measure", "Who", "Date", "Value", "Low", "High", "Stands on")
GROUP = "The group, estimated"
DRAWN = 60  # people whose lines a chart shows: more are a grey cloud, and take long to come


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
    """Measures; ``people`` is how many there are in the cohort, ``sharing`` how many of them opened something.

    ``skills`` are all of them; only those that were asked for have lines, of ``drawn`` people.
    """

    skills: tuple[Skill, ...]
    events: tuple[Event, ...]
    people: int
    sharing: int
    recordings: int
    drawn: int

    @property
    def waiting(self) -> bool:
        """Whether the worker is at it still."""
        return any(skill.found is None for skill in self.skills)


def of(
    session: Session, trainer: Person, cohort: Cohort, *, names: Collection[str] | None = None, most: int | None = None
) -> Skills:
    """How a cohort that she may see moves, in the same number of queries whatever its size.

    Args:
        session: of the database.
        trainer: who looks.
        cohort: one that she may see.
        names: the measures whose lines are read; all, if it is left out.
        most: of so many people and no more; of all, if it is left out.
    """
    known, selected = measured.every(), cohorts.ids(cohort)
    people = {number: name for number, name, _ in cohorts.everybody(session, cohort)}
    opened = group_trend.opened(session, trainer, selected)
    found = _kept(session, trainer, cohort, opened) or {}
    owners = {one.owner_id for one in opened}
    drawn = _some(owners, most)
    by_measure: dict[str, dict[int, list[Shared]]] = {name: {} for name in known}
    if names is None or names:
        for one in group_trend.numbers(session, trainer, selected, names, None if drawn == owners else drawn):
            by_measure[one.name].setdefault(one.owner_id, []).append(one)
    skills = tuple(Skill(measure, _lines(people, by_measure[name]), found.get(name)) for name, measure in known.items())
    return Skills(skills, events.happened(session, trainer, cohort), len(people), len(owners), len(opened), len(drawn))


def overview(session: Session, trainer: Person, cohort: Cohort) -> Skills:
    """The main measures with lines of some people, and what may be said of all measures."""
    main = [name for name, known in measured.every().items() if known.main]
    return of(session, trainer, cohort, names=main, most=DRAWN)


def few(skill: Skill) -> Skill:
    """A measure with the lines that are drawn, where it has those of all."""
    owners = {line.points[0].owner_id for line in skill.lines}
    drawn = _some(owners, DRAWN)
    return Skill(skill.known, tuple(li for li in skill.lines if li.points[0].owner_id in drawn), skill.found)


def page(skill: Skill, number: int) -> paging.Paged[tuple[str, Shared]]:
    """A page of the table behind a chart: by name, each person's first recording first."""
    return paging.cut([(line.name, point) for line in skill.lines for point in line.points], number)


def ready(session: Session, trainer: Person, cohort: Cohort) -> bool:
    """Whether the worker is done."""
    opened = group_trend.opened(session, trainer, cohorts.ids(cohort))
    return not opened or _kept(session, trainer, cohort, opened) is not None


def work_out(session: Session, cohort_id: int, trainer_id: int) -> None:
    """Find the group's course in each measure and keep it, unless that was done; for the worker."""
    cohort, trainer = session.get(Cohort, cohort_id), session.get(Person, trainer_id)
    if cohort is None or trainer is None:
        return
    opened = group_trend.opened(session, trainer, cohorts.ids(cohort))
    mark = worked_out.stamp(opened)
    if not opened or worked_out.read(session, cohort_id, trainer_id, mark) is not None:
        return
    numbers = group_trend.numbers(session, trainer, cohorts.ids(cohort))
    jobs.let_go(session)  # nobody's writing waits for what may take half a minute
    found = worked_out.work_out(measured.every(), numbers)
    if session.get(Cohort, cohort_id) is not None:
        worked_out.keep(session, cohort_id, trainer_id, mark, found)


def drawn(skill: Skill, skills: Skills) -> dict[str, Any]:
    """What the page's script needs to draw a measure."""
    known = skill.known
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
        "course": [{"on": on.isoformat(), "value": e.value, "range": [e.low, e.high]} for on, e in group_line(skill)],
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
        for on, e in group_line(skill):
            yield (title, GROUP, on.isoformat(), e.value, e.low, e.high, skills.recordings)


def group_line(skill: Skill) -> list[tuple[date, Estimate]]:
    """The group's own course by day; nothing where there is none."""
    line = skill.found.course if skill.found else None
    return [(date.fromordinal(on), e) for on, e in zip(line.days, line.line, strict=True)] if line else []


def value_of(point: Shared) -> Value:
    """The measure of a recording, as it is put into words."""
    return Value(point.value, point.low, point.high, point.n)


def note_look(session: Session, actor: Person, cohort: Cohort) -> None:
    """Write down that somebody saw it: it shows single recordings."""
    audit.record(session, "cohort.skills", actor=actor, subject_id=cohort.id)


def note_export(session: Session, actor: Person, cohort: Cohort, kind: str) -> None:
    """Write down that somebody took the numbers with her."""
    audit.record(session, "cohort.skills_export", actor=actor, subject_id=cohort.id, kind=kind)


def _kept(session: Session, trainer: Person, cohort: Cohort, opened: list[Opened]) -> dict[str, Found] | None:
    return worked_out.read(session, cohort.id, trainer.id, worked_out.stamp(opened)) if opened else None


def _some(owners: set[int], most: int | None) -> set[int]:
    """The same people each time, in no order that says anything of them."""
    if most is None or len(owners) <= most:
        return owners
    return set(sorted(owners, key=lambda number: hashlib.sha256(b"%d" % number).digest())[:most])


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
