"""Made-up completions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.learning.content.course import Course
from webapp.learning.services import courses, progress
from webapp.learning.tables import Certificate, CheckTry, ModuleDone

NOON = datetime(2027, 6, 1, 12, tzinfo=UTC)
_numbers = count(1)


def module(
    db: Session,
    person: Person,
    slug: str = "one",
    *,
    at: datetime = NOON,
    score: float | None = 0.8,
    course: str = "small",
) -> ModuleDone:
    """Somebody finished a module."""
    made = ModuleDone(person_id=person.id, course=course, module=slug, done_at=at, score=score)
    db.add(made)
    db.commit()
    return made


def course(db: Session, person: Person, slug: str = "small", *, at: datetime = NOON) -> Certificate:
    """Somebody finished a course."""
    made = Certificate(
        code=f"CODE-{next(_numbers):04}-{person.id:04}",
        person_id=person.id,
        course=slug,
        name=person.name,
        title="A small course",
        version="1.0",
        hours=1.0,
        issued_at=at,
    )
    db.add(made)
    db.commit()
    return made


def many(db: Session, people: list[Person], modules: int) -> None:
    """Everybody finished so many modules, one a minute."""
    minutes = count()
    for person in people:
        for number in range(modules):
            at = NOON + timedelta(minutes=next(minutes))
            db.add(ModuleDone(person_id=person.id, course="small", module=f"m{number:02}", done_at=at, score=0.9))
    db.commit()


def learn(db: Session, person: Person, course: Course, *, score: float = 0.8) -> None:
    """Somebody does all of the small course, as the pages would."""
    version, now = courses.get(db, course.slug)[1], clock.now()
    for own in course.modules:
        for step in own.steps:
            if step.kind == "check":
                passed = CheckTry(
                    person_id=person.id, course_version_id=version, course=course.slug, module=own.slug,
                    begun_at=now, finished_at=now, answers={}, score=score, passed=True,
                )  # fmt: skip
                db.add(passed)
                db.flush()
            progress.done(db, person, course, own, step.name)
    db.commit()
