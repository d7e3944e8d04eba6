"""How each skill of a course stands: the first try, the best and the last, and the tries week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.learning import queries
from webapp.learning.content.course import SCORED, SKILL_NAMES, Course

WEEKS = 12  # that are looked back on: about the time that skills need to settle
_MOVED = 0.05  # of what fitted; less is chance, and not worth words


@dataclass(frozen=True, slots=True)
class Week:
    """A week's tries at the exercises of one skill. ``fitted`` is the share that did, 0 to 1."""

    monday: date
    tries: int
    fitted: float


@dataclass(frozen=True, slots=True)
class Skill:
    """How one skill stands, by exercises tried: shares of what fitted at the first try, at best and at the last."""

    name: str
    slug: str
    tried: int
    there_are: int
    first: float
    best: float
    now: float
    weeks: tuple[Week, ...]  # the present one last; knowledge checks are not in them


def of_course(session: Session, person: Person, course: Course) -> list[Skill]:
    """Each skill of a course, in the course's order of skills; those without exercises are left out. Two queries."""
    standings = queries.standings(session, person.id, course.slug)
    there_are: dict[str, int] = {}
    skill_of: dict[str, str] = {}
    for module in course.modules:
        for exercise in (*module.exercises.values(), *module.questions.values()):
            if exercise.kind in SCORED:
                there_are[exercise.skill] = there_are.get(exercise.skill, 0) + 1
                skill_of[exercise.name] = exercise.skill
    mondays = _mondays()
    since = datetime.combine(mondays[0], time(), clock.HERE)
    scored: dict[tuple[str, date], list[float]] = {}
    for exercise_name, at, score in queries.scores(session, person.id, course.slug, since):
        if exercise_name in skill_of:
            scored.setdefault((skill_of[exercise_name], _monday(at.astimezone(clock.HERE).date())), []).append(score)
    found = []
    for slug, name in SKILL_NAMES.items():
        if slug in there_are:
            own = [s for s in standings if s.skill == slug]
            weeks = tuple(
                Week(monday, len(tries), _mean(tries))
                for monday in mondays
                for tries in [scored.get((slug, monday), [])]
            )
            first, best, now = (_mean([getattr(s, name) for s in own]) for name in ("first", "best", "last"))
            found.append(Skill(name, slug, len(own), there_are[slug], first, best, now, weeks))
    return found


def moved_most(skills: Sequence[Skill]) -> Skill | None:
    """The skill with the longest way up from the first try, if any has come some way."""
    best = max(skills, key=lambda skill: skill.now - skill.first, default=None)
    return best if best is not None and best.now - best.first > _MOVED else None


def _mondays() -> list[date]:
    this = _monday(clock.today())
    return [this - timedelta(weeks=back) for back in reversed(range(WEEKS))]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0
