"""What comes up again, and how each skill stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.errors import NotFound
from webapp.learning import queries
from webapp.learning.content.course import SKILL_NAMES, Course, Exercise, Module
from webapp.learning.services import courses

AT_A_TIME = 8  # exercises in one sitting: about eight minutes


@dataclass(frozen=True, slots=True)
class Due:
    """An exercise that comes up again."""

    course: Course
    module: Module
    exercise: Exercise


@dataclass(frozen=True, slots=True)
class Skill:
    """How one skill stands, by exercises tried: shares of what was right at the first try and at best, 0 to 1."""

    name: str
    slug: str
    tried: int
    there_are: int
    first: float
    best: float


def due(session: Session, person: Person) -> list[Due]:
    """What is due today, the longest due first; what courses no longer hold is left out."""
    by_slug = {course.slug: course for course in courses.every(session)}
    found = []
    for standing in queries.due(session, person.id, clock.today(), AT_A_TIME):
        course = by_slug.get(standing.course)
        place = course.find(standing.exercise) if course else None
        if course and place:
            found.append(Due(course, *place))
    return found


def find(course: Course, exercise: str) -> tuple[Module, Exercise]:
    """An exercise of a course, or a question of a check, by its name.

    Raises:
        NotFound: there is none, or it is a note.
    """
    found = course.find(exercise)
    if found is None or found[1].kind == "reflective_note":
        raise NotFound
    return found


def how_many(session: Session, person: Person) -> int:
    """How many exercises come up again today."""
    return queries.how_many_due(session, person.id, clock.today())


def skills(session: Session, person: Person, course: Course) -> list[Skill]:
    """Each skill of a course, in the course's order of skills; those without exercises are left out."""
    standings = queries.standings(session, person.id, course.slug)
    there_are: dict[str, int] = {}
    for module in course.modules:
        for exercise in (*module.exercises.values(), *module.questions.values()):
            if exercise.kind != "reflective_note":
                there_are[exercise.skill] = there_are.get(exercise.skill, 0) + 1
    found = []
    for slug, name in SKILL_NAMES.items():
        own = [s for s in standings if s.skill == slug]
        if slug in there_are:
            n = max(len(own), 1)
            found.append(
                Skill(
                    name, slug, len(own), there_are[slug], sum(s.first for s in own) / n, sum(s.best for s in own) / n
                )
            )
    return found
