"""Knowledge checks: one question at a time, each answer kept as it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.learning import queries
from webapp.learning.content.course import Course, Exercise, Module
from webapp.learning.content.marking import Marked, mark, read_answer
from webapp.learning.services import attempts, courses, progress
from webapp.learning.tables import CheckTry


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was answered."""

    exercise: Exercise
    marked: Marked


def begin(session: Session, person: Person, course: Course, version: int, module: Module) -> CheckTry:
    """The go that is open, or a new one.

    Raises:
        NotFound: the module has no check.
    """
    if not module.questions:
        raise NotFound
    found = queries.open_check(session, person.id, course.slug, module.slug)
    if found is None or found.course_version_id != version:
        found = CheckTry(
            person_id=person.id, course_version_id=version, course=course.slug, module=module.slug,
            begun_at=clock.now(), answers={},
        )  # fmt: skip
        session.add(found)
        session.flush()
    return found


def answer(
    session: Session, person: Person, course: Course, module: Module, question: str, sent: Mapping[str, Sequence[str]]
) -> CheckTry:
    """Keep the answer to a question; the last one finishes the check.

    Raises:
        NotFound: no check is open, or there is no such question.
        Refused: nothing was answered.
    """
    check = queries.open_check(session, person.id, course.slug, module.slug)
    if check is None:
        raise NotFound("This check is finished. Begin it again from the module.")
    was = courses.module_of(courses.of_version(session, check.course_version_id), module.slug)
    if question not in was.questions:
        raise NotFound
    check.answers = {**check.answers, question: read_answer(was.questions[question], sent)}
    if len(check.answers) == len(was.questions):
        _finish(session, person, course, was, check)
    session.flush()
    return check


def open_one(session: Session, person: Person, course: Course, module: Module) -> CheckTry | None:
    """The go that was begun and not finished."""
    return queries.open_check(session, person.id, course.slug, module.slug)


def last(session: Session, person: Person, course: Course, module: Module) -> CheckTry | None:
    """The last go that was finished."""
    return queries.last_check(session, person.id, course.slug, module.slug)


def next_question(session: Session, check: CheckTry) -> tuple[int, Exercise, int] | None:
    """The first question without an answer, its number from 1, and how many there are."""
    module = courses.module_of(courses.of_version(session, check.course_version_id), check.module)
    for number, (name, question) in enumerate(module.questions.items(), 1):
        if name not in check.answers:
            return number, question, len(module.questions)
    return None


def result(session: Session, check: CheckTry) -> list[Question]:
    """The questions of a finished go, with what there is to say."""
    module = courses.module_of(courses.of_version(session, check.course_version_id), check.module)
    return [Question(q, mark(q, check.answers[name])) for name, q in module.questions.items() if name in check.answers]


def _finish(session: Session, person: Person, course: Course, module: Module, check: CheckTry) -> None:
    if check.finished_at is not None:
        raise Refused("This check is finished.")
    marks = {name: mark(q, check.answers[name]) for name, q in module.questions.items()}
    check.finished_at = clock.now()
    check.score = sum(m.right for m in marks.values()) / len(marks)
    check.passed = round(100 * check.score) >= module.pass_mark
    for name, one in marks.items():
        attempts.note_score(session, person.id, course.slug, module.questions[name], one.score)
    session.flush()
    audit.record(session, "check.finish", actor=person, subject_id=check.id, module=module.slug, passed=check.passed)
    if check.passed:
        progress.done(session, person, course, module, "check.yml")
