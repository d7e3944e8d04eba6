"""Which exercises a group misses at the first try: counts of people, no names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session

from webapp.learning import queries
from webapp.learning.content.course import SCORED, SKILL_NAMES
from webapp.learning.services import courses


@dataclass(frozen=True, slots=True)
class Missed:
    """An exercise of a course as it is now: how many people tried it, and how many first tries missed something."""

    course: str
    module: str
    title: str
    skill: str
    tried: int
    missed: int


def of(session: Session, people: Select[int], *, least: int) -> Sequence[Missed]:
    """The exercises that ``least`` people or more have tried, in the order of their course."""
    told = queries.firsts_by_exercise(session, people)
    counts = {(course, name): (tried, missed) for course, name, tried, missed in told}
    found = []
    for course in courses.every(session):
        for module in course.modules:
            for exercise in module.exercises.values():
                tried, missed = counts.get((course.slug, exercise.name), (0, 0))
                if exercise.kind in SCORED and tried >= least:
                    skill = SKILL_NAMES.get(exercise.skill, "")
                    found.append(Missed(course.title, module.title, exercise.title, skill, tried, missed))
    return found
