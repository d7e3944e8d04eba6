"""What comes up again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.errors import NotFound
from webapp.learning import queries
from webapp.learning.content.course import Course, Exercise, Module
from webapp.learning.services import courses

AT_A_TIME = 8  # exercises in one sitting: about eight minutes


@dataclass(frozen=True, slots=True)
class Due:
    """An exercise that comes up again."""

    course: Course
    module: Module
    exercise: Exercise


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
