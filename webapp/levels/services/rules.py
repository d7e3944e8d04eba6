"""What a level can ask for. Each rule is judged by people, or by a course; none of them by the engine's numbers.

There is no kind that reads what the engine measured, and ``checked`` refuses one that names the engine as its judge,
whatever form or file it came with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from webapp.coaching.services import scales
from webapp.learning.services.completions import Titles
from webapp.organisation.services.unfit import Unfit
from webapp.practice.services import measured
from webapp.practice.services.measured import Known
from webapp.wording import count

MOST = 12  # rules of a level: more than fit a page are more than anybody keeps in mind
MOST_TIMES, MOST_MONTHS = 20, 36  # recordings or sessions of supervision, and how far back
ENGINE = "engine"
# How far experts agree on these is too little to hold anybody to them alone: docs/validity.md.
UNSTEADY = frozenset({"percent_complex", "SR", "CR", "Emphasize", "Confront"})


class Kind(StrEnum):
    """What a rule counts."""

    COACHED = "coached"
    HAND_CODED = "hand_coded"
    RATED = "rated"
    SUPERVISED = "supervised"
    MODULES = "modules"


KIND_NAMES = {
    Kind.COACHED: "Coached recordings",
    Kind.HAND_CODED: "A measure of hand coding",
    Kind.RATED: "A trainer's rating",
    Kind.SUPERVISED: "Group supervision attended",
    Kind.MODULES: "Modules with their checks",
}
JUDGES = {
    Kind.COACHED: "trainer",
    Kind.HAND_CODED: "coder",
    Kind.RATED: "trainer",
    Kind.SUPERVISED: "trainer",  # whoever recorded who was there
    Kind.MODULES: "course",
}
MARKS = ("fair", "good")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing asked for, in ``n`` recordings or sessions held in the last ``months``, or at any time where that is 0.

    ``name`` is a measure, a scale or a course; ``mark`` goes with a measure and ``least`` with a scale. No ``modules``
    means all that the course has.
    """

    kind: str
    judged_by: str
    n: int = 1
    months: int = 0
    name: str = ""
    mark: str = ""
    least: int = 0
    modules: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        """As it is kept."""
        return {**asdict(self), "modules": list(self.modules)}


def read(kept: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Rules as they were kept."""
    return tuple(Rule(**{**one, "modules": tuple(one["modules"])}) for one in kept)


def measures() -> dict[str, Known]:
    """The measures that a rule can name: those with published marks."""
    return {name: known for name, known in measured.every().items() if known.marks}


def checked(rules: Sequence[Rule], courses: Mapping[str, Sequence[str]]) -> tuple[Rule, ...]:
    """The rules, with nothing in them that their kind has no use for; ``courses`` are modules by course.

    Raises:
        Unfit: one of them, or all together, cannot be asked for. The field is ``rule-0-n`` and the like.
    """
    if not rules:
        raise Unfit("rules", "A level needs at least one rule. Add one, then save.")
    if len(rules) > MOST:
        raise Unfit("rules", f"{MOST} rules are the most. Ask for less, or make two levels of it.")
    for number, rule in enumerate(rules):
        if rule.judged_by == ENGINE:
            raise Unfit(
                f"rule-{number}-kind",
                "The engine's numbers alone never pass or fail anybody, so a rule cannot be judged by it. "
                "Ask for hand coding or a trainer's rating.",
            )
    skills = [rule for rule in rules if rule.kind in (Kind.HAND_CODED, Kind.RATED)]
    if skills and all(rule.kind == Kind.HAND_CODED and rule.name in UNSTEADY for rule in skills):
        raise Unfit(
            "rules",
            "Even experts hardly agree on simple against complex reflections, emphasising autonomy or confronting, so "
            "nobody is held to one of these alone. Add another rule about skill, such as a rating or reflections for "
            "each question.",
        )
    found = tuple(_checked(number, rule, courses) for number, rule in enumerate(rules))
    twice = next((number for number, rule in enumerate(found) if rule in found[:number]), None)
    if twice is not None:
        raise Unfit(f"rule-{twice}-kind", "The same rule stands here twice. Take one of them out.")
    return found


def _checked(number: int, rule: Rule, courses: Mapping[str, Sequence[str]]) -> Rule:
    def wrong(field: str, message: str) -> Unfit:
        return Unfit(f"rule-{number}-{field}", message)

    if rule.kind not in JUDGES or rule.judged_by != JUDGES[Kind(rule.kind)]:
        raise wrong("kind", "There is no such rule. Take it out, and choose one of those below.")
    bare = Rule(kind=rule.kind, judged_by=rule.judged_by)
    if rule.kind == Kind.MODULES:
        if rule.name not in courses:
            raise wrong("name", "Choose a course from the list.")
        if not set(rule.modules) <= set(courses[rule.name]):
            raise wrong("modules", "Choose modules of this course. For another course, add a rule of its own.")
        chosen = tuple(module for module in courses[rule.name] if module in rule.modules)
        return replace(bare, name=rule.name, modules=() if len(chosen) == len(courses[rule.name]) else chosen)
    if not 1 <= rule.n <= MOST_TIMES:
        things = "sessions" if rule.kind == Kind.SUPERVISED else "recordings"
        raise wrong("n", f"In how many {things}? Write a whole number from 1 to {MOST_TIMES}.")
    if not 0 <= rule.months <= MOST_MONTHS:
        raise wrong("months", f"In how many months? Write a whole number up to {MOST_MONTHS}, or leave it empty.")
    bare = replace(bare, n=rule.n, months=rule.months)
    if rule.kind == Kind.HAND_CODED:
        if rule.name not in measures():
            raise wrong("name", "Choose a measure from the list: it needs published marks.")
        if rule.mark not in MARKS:
            raise wrong("mark", "Choose fair or good.")
        return replace(bare, name=rule.name, mark=rule.mark)
    if rule.kind == Kind.RATED:
        if rule.name not in scales.catalogue():
            raise wrong("name", "Choose a scale from the list.")
        if not scales.LOWEST < rule.least <= scales.HIGHEST:
            raise wrong("least", f"Choose a rating from {scales.LOWEST + 1} to {scales.HIGHEST}.")
        return replace(bare, name=rule.name, least=rule.least)
    return bare


def since(rule: Rule, today: date) -> date | None:
    """From which day on something held counts; nothing where any does."""
    if not rule.months:
        return None
    months = today.year * 12 + today.month - 1 - rule.months
    year, month = divmod(months, 12)
    for day in range(today.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:  # a month that is shorter
            continue
    raise AssertionError("every month has a first day")


def threshold(rule: Rule) -> float:
    """What a measure or a rating has to reach."""
    if rule.kind == Kind.RATED:
        return rule.least
    marks = measures()[rule.name].marks
    assert marks is not None
    return marks.good if rule.mark == "good" else marks.fair


def in_words(rule: Rule, titles: Titles) -> str:
    """What it asks for, as a line of a list."""
    if rule.kind == Kind.MODULES:
        course = f"“{titles.course(rule.name)}”"
        if not rule.modules:
            return f"All modules of {course} finished, with their checks passed"
        named = "; ".join(titles.module(rule.name, module) for module in rule.modules)
        return f"Of {course} finished, with the checks passed: {named}"
    times = f" held in the last {count(rule.months, 'month')}" if rule.months else ""
    if rule.kind == Kind.COACHED:
        return f"{count(rule.n, 'coached recording')}{times}"
    if rule.kind == Kind.SUPERVISED:
        return f"Attended group supervision in {count(rule.n, 'session')}{times}"
    where = f"in {count(rule.n, 'recording')}{times}"
    if rule.kind == Kind.RATED:
        title = scales.catalogue()[rule.name].title
        return f"{title} rated {rule.least} or more by a trainer, {where}"
    known = measures()[rule.name]
    mark = known.in_words(threshold(rule))
    return f"{known.of_a_group} at {rule.mark} ({mark}) or better, as coded by hand by a person, {where}"
