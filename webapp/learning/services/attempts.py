"""Tries at exercises, and when an exercise comes up again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.learning import queries
from webapp.learning.content.course import SPOKEN, Course, Exercise, Module
from webapp.learning.content.marking import Marked, mark, read_answer
from webapp.learning.services import courses, progress, spoken
from webapp.learning.tables import Attempt, Standing

# Days until something missed comes up again: each time it is right the distance grows, and after the last it is known.
INTERVALS = (1, 3, 7, 16, 35)
_ONCE = re.compile(r"[\w-]{8,40}", re.ASCII)  # a form's own mark


def answer(
    session: Session,
    person: Person,
    course: Course,
    version: int,
    module: Module,
    exercise: Exercise,
    *,
    once: str,
    sent: Mapping[str, Sequence[str]],
    sound: bytes | None = None,
) -> Attempt:
    """Take an answer and mark it. An answer in free words, typed or as ``sound``, waits for the engine.

    A form sent twice gives the try it gave the first time.

    Raises:
        Refused: nothing was answered, or it does not fit the exercise.
    """
    if not _ONCE.fullmatch(once):
        raise Refused("This page is out of date. Load it again and send your answer once more.")
    before = queries.attempt_sent(session, once, person.id)
    if before is not None:
        return before
    aloud = sound is not None and exercise.kind == "say_it_aloud"
    found = Attempt(
        once=once,
        person_id=person.id,
        course_version_id=version,
        course=course.slug,
        module=module.slug,
        exercise=exercise.name,
        at=clock.now(),
        answer={"spoken": True} if aloud else read_answer(exercise, sent),
        state="waiting",
    )
    session.add(found)
    session.flush()
    if sound is not None and aloud:
        spoken.keep(session, found, sound)
    progress.done(session, person, course, module, exercise.name)
    if exercise.kind not in SPOKEN:
        _settle(session, found, exercise, None)
    return found


def settle(session: Session, attempt: Attempt, heard: Mapping[str, Any]) -> None:
    """Mark a try by what the engine heard in it. A try that was settled before stays as it is."""
    if attempt.state == "waiting":
        _settle(session, attempt, exercise_of(session, attempt), heard)


def understood(session: Session, attempt: Attempt, words: str) -> None:
    """Put the words of a spoken answer in, and forget the recording."""
    attempt.answer = {**attempt.answer, "text": words}
    spoken.remove(session, attempt)
    session.flush()


def failed(session: Session, attempt: Attempt, problem: str) -> None:
    """Say what kept the engine from hearing an answer."""
    attempt.state, attempt.heard = "failed", {"problem": problem}
    spoken.remove(session, attempt)
    session.flush()


def get(session: Session, person: Person, number: int) -> Attempt:
    """One of somebody's own tries.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = queries.attempt(session, number, person.id)
    if found is None:
        raise NotFound
    return found


def marked(session: Session, attempt: Attempt) -> Marked:
    """A settled try with all there is to say about it, by the exercise as it was then."""
    return mark(exercise_of(session, attempt), attempt.answer, attempt.heard)


def exercise_of(session: Session, attempt: Attempt) -> Exercise:
    """The exercise as it was when it was tried."""
    found = courses.of_version(session, attempt.course_version_id).find(attempt.exercise)
    if found is None:
        raise NotFound
    return found[1]


def standing(session: Session, person: Person, course: str, exercise: str) -> Standing | None:
    """Where somebody stands with an exercise."""
    return queries.standing(session, person.id, course, exercise)


def _settle(session: Session, attempt: Attempt, exercise: Exercise, heard: Mapping[str, Any] | None) -> None:
    attempt.heard = dict(heard) if heard is not None else None
    attempt.score = mark(exercise, attempt.answer, heard).score
    attempt.state = "done"
    note_score(session, attempt.person_id, attempt.course, exercise, attempt.score)


def note_score(session: Session, person_id: int, course: str, exercise: Exercise, score: float) -> None:
    """Keep the first, the best and the last score of an exercise, and settle when it comes up again."""
    today = clock.today()
    standing = queries.standing(session, person_id, course, exercise.name)
    if standing is None:
        standing = Standing(
            person_id=person_id, course=course, exercise=exercise.name, skill=exercise.skill,
            tries=0, first=score, best=score, last=score, last_at=clock.now(), due_on=None, days=0,
        )  # fmt: skip
        session.add(standing)
    standing.tries += 1
    standing.best, standing.last, standing.last_at = max(standing.best, score), score, clock.now()
    standing.due_on, standing.days = comes_up(standing.due_on, standing.days, right=score >= 1, today=today)
    session.flush()


def comes_up(due_on: date | None, days: int, *, right: bool, today: date) -> tuple[date | None, int]:
    """When an exercise comes up again, and the distance in days.

    Missed: soon. Right when it was due: later than the last time, and in the end never. Right before it was due, as in
    a second try straight after the first: nothing changes, since that shows only that one can read the feedback.
    """
    if not right:
        return today + timedelta(days=INTERVALS[0]), INTERVALS[0]
    if due_on is None or today < due_on:
        return due_on, days
    longer = next((interval for interval in INTERVALS if interval > days), None)
    return (None, 0) if longer is None else (today + timedelta(days=longer), longer)
