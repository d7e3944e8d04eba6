"""Reads courses and what people did in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Float, Select, Subquery, case, func, literal, null, select, tuple_, type_coerce, union_all
from sqlalchemy.orm import Session, defer

from webapp.accounts.tables import Person
from webapp.learning.tables import (
    Attempt,
    Certificate,
    CheckTry,
    CourseVersion,
    ModuleDone,
    Note,
    Reminder,
    Standing,
    StepDone,
)


def current_ids(session: Session) -> list[tuple[int, str]]:
    """The id and slug of every course as it is now, by title."""
    query = select(CourseVersion.id, CourseVersion.slug).where(CourseVersion.current).order_by(CourseVersion.title)
    return [(row.id, row.slug) for row in session.execute(query)]


def current_id(session: Session, slug: str) -> int | None:
    """The id of a course as it is now."""
    return session.scalar(select(CourseVersion.id).where(CourseVersion.slug == slug, CourseVersion.current))


def version(session: Session, version_id: int) -> CourseVersion | None:
    """A course as it was at one time."""
    return session.get(CourseVersion, version_id)


def versions(session: Session, slug: str) -> Sequence[CourseVersion]:
    """All that was ever loaded of a course, without its content."""
    query = select(CourseVersion).where(CourseVersion.slug == slug).options(defer(CourseVersion.told))
    return session.scalars(query.order_by(CourseVersion.id)).all()


def with_digest(session: Session, slug: str, digest: str) -> CourseVersion | None:
    """The version that says exactly this."""
    return session.scalar(select(CourseVersion).where(CourseVersion.slug == slug, CourseVersion.digest == digest))


def steps_done(session: Session, person_id: int, course: str) -> set[tuple[str, str]]:
    """Module and step of all that somebody has done in a course."""
    query = select(StepDone.module, StepDone.step).where(StepDone.person_id == person_id, StepDone.course == course)
    return {(row.module, row.step) for row in session.execute(query)}


def modules_done(session: Session, person_id: int, course: str) -> dict[str, ModuleDone]:
    """The modules somebody has finished, by name."""
    query = select(ModuleDone).where(ModuleDone.person_id == person_id, ModuleDone.course == course)
    return {done.module: done for done in session.scalars(query)}


def people_by_module(session: Session, people: Select[int]) -> dict[tuple[str, str], int]:
    """How many of some people finished each module, by course and module."""
    found = select(ModuleDone.course, ModuleDone.module, func.count()).where(ModuleDone.person_id.in_(people))
    rows = session.execute(found.group_by(ModuleDone.course, ModuleDone.module))
    return {(course, module): number for course, module, number in rows}


def modules_by_person(session: Session, people: Select[int], modules: Sequence[tuple[str, str]]) -> dict[int, int]:
    """How many of some modules each person finished; those with none are left out."""
    found = select(ModuleDone.person_id, func.count()).where(
        ModuleDone.person_id.in_(people), tuple_(ModuleDone.course, ModuleDone.module).in_(modules)
    )
    return {row[0]: row[1] for row in session.execute(found.group_by(ModuleDone.person_id))}


def last_steps(session: Session, people: Select[int]) -> dict[int, datetime]:
    """When each person last did a step; those who did none are left out."""
    found = select(StepDone.person_id, func.max(StepDone.done_at)).where(StepDone.person_id.in_(people))
    return {row[0]: row[1] for row in session.execute(found.group_by(StepDone.person_id))}


def attempt(session: Session, attempt_id: int, person_id: int) -> Attempt | None:
    """One of somebody's own tries."""
    return session.scalar(select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id))


def attempt_sent(session: Session, once: str, person_id: int) -> Attempt | None:
    """The try that this form has sent before."""
    return session.scalar(select(Attempt).where(Attempt.once == once, Attempt.person_id == person_id))


def standing(session: Session, person_id: int, course: str, exercise: str) -> Standing | None:
    """Where somebody stands with an exercise."""
    return session.get(Standing, (person_id, course, exercise))


def standings(session: Session, person_id: int, course: str) -> Sequence[Standing]:
    """Where somebody stands with every exercise tried."""
    return session.scalars(select(Standing).where(Standing.person_id == person_id, Standing.course == course)).all()


def firsts_by_exercise(session: Session, people: Select[int]) -> list[tuple[str, str, int, int]]:
    """``(course, exercise, people who tried, of whose first try something was missed)`` among active people."""
    missed = func.sum(case((Standing.first < 1, 1), else_=0))
    found = select(Standing.course, Standing.exercise, func.count(), missed)
    found = found.join(Person, Person.id == Standing.person_id).where(Standing.person_id.in_(people), Person.active)
    rows = session.execute(found.group_by(Standing.course, Standing.exercise))
    return [(course, exercise, tried, int(number)) for course, exercise, tried, number in rows]


def scores(session: Session, person_id: int, course: str, since: datetime) -> list[tuple[str, datetime, float]]:
    """Exercise, moment and score of each of somebody's tries since a moment that has a score."""
    query = select(Attempt.exercise, Attempt.at, Attempt.score).where(
        Attempt.person_id == person_id, Attempt.course == course, Attempt.at >= since, Attempt.score.is_not(None)
    )
    return [(row.exercise, row.at, row.score) for row in session.execute(query)]


def due(session: Session, person_id: int, on: date, limit: int) -> Sequence[Standing]:
    """What comes up again by a day, the longest due first."""
    query = select(Standing).where(Standing.person_id == person_id, Standing.due_on <= on)
    return session.scalars(query.order_by(Standing.due_on, Standing.exercise).limit(limit)).all()


def how_many_due(session: Session, person_id: int, on: date) -> int:
    """How many exercises come up again by a day."""
    query = select(func.count()).select_from(Standing).where(Standing.person_id == person_id, Standing.due_on <= on)
    return session.scalar(query) or 0


def open_check(session: Session, person_id: int, course: str, module: str) -> CheckTry | None:
    """The go at a check that was begun and not finished."""
    query = select(CheckTry).where(
        CheckTry.person_id == person_id,
        CheckTry.course == course,
        CheckTry.module == module,
        CheckTry.finished_at.is_(None),
    )
    return session.scalar(query.order_by(CheckTry.id.desc()).limit(1))


def last_check(session: Session, person_id: int, course: str, module: str) -> CheckTry | None:
    """The last go that was finished."""
    query = select(CheckTry).where(
        CheckTry.person_id == person_id,
        CheckTry.course == course,
        CheckTry.module == module,
        CheckTry.finished_at.is_not(None),
    )
    return session.scalar(query.order_by(CheckTry.id.desc()).limit(1))


def passed_check(session: Session, person_id: int, course: str, module: str) -> CheckTry | None:
    """The last go that was passed, whatever came after it."""
    query = select(CheckTry).where(
        CheckTry.person_id == person_id,
        CheckTry.course == course,
        CheckTry.module == module,
        CheckTry.passed.is_(True),
    )
    return session.scalar(query.order_by(CheckTry.id.desc()).limit(1))


def note(session: Session, person_id: int, course: str, exercise: str) -> Note | None:
    """Somebody's own note."""
    return session.get(Note, (person_id, course, exercise))


def notes_of(session: Session, person_id: int) -> Sequence[Note]:
    """All of somebody's notes."""
    query = select(Note).where(Note.person_id == person_id)
    return session.scalars(query.order_by(Note.course, Note.exercise)).all()


def attempts_of(session: Session, person_id: int) -> Sequence[Attempt]:
    """All of somebody's tries, the first one first."""
    return session.scalars(select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.id)).all()


def checks_of(session: Session, person_id: int) -> Sequence[CheckTry]:
    """All of somebody's goes at knowledge checks, the first one first."""
    return session.scalars(select(CheckTry).where(CheckTry.person_id == person_id).order_by(CheckTry.id)).all()


def certificates(session: Session, person_id: int) -> Sequence[Certificate]:
    """What somebody has earned."""
    query = select(Certificate).where(Certificate.person_id == person_id)
    return session.scalars(query.order_by(Certificate.issued_at)).all()


def has_certificate(session: Session, person_id: int, course: str) -> bool:
    """Whether somebody has earned a course's certificate before."""
    query = select(Certificate.id).where(Certificate.person_id == person_id, Certificate.course == course)
    return session.scalar(query) is not None


def finished(people: Select[int]) -> Subquery:
    """All that these people have finished: ``person_id, course, module, at, score, certificate``.

    A whole course has an empty ``module`` and the code of its certificate; a module has an empty ``certificate``.
    """
    modules = select(
        ModuleDone.person_id,
        ModuleDone.course,
        ModuleDone.module,
        ModuleDone.done_at.label("at"),
        ModuleDone.score,
        literal("").label("certificate"),
    ).where(ModuleDone.person_id.in_(people))
    courses = select(
        Certificate.person_id,
        Certificate.course,
        literal(""),
        Certificate.issued_at,
        type_coerce(null(), Float),
        Certificate.code,
    ).where(Certificate.person_id.in_(people))
    return union_all(modules, courses).subquery("finished")


def slugs(session: Session) -> set[str]:
    """Every course there is or was."""
    return set(session.scalars(select(CourseVersion.slug).distinct()))


def certificate(session: Session, code: str) -> Certificate | None:
    """The certificate with this code."""
    return session.scalar(select(Certificate).where(Certificate.code == code))


def waiting_attempt(session: Session, attempt_id: int) -> Attempt | None:
    """A try that still waits for the engine."""
    return session.scalar(select(Attempt).where(Attempt.id == attempt_id, Attempt.state == "waiting"))


def left_waiting(session: Session, before: datetime, limit: int = 100) -> Sequence[Attempt]:
    """Tries that have waited for the engine since before some moment, the oldest first."""
    query = select(Attempt).where(Attempt.state == "waiting", Attempt.at < before)
    return session.scalars(query.order_by(Attempt.id).limit(limit)).all()


def latest_attempt(session: Session, person_id: int, course: str, exercise: str) -> Attempt | None:
    """Somebody's last try at an exercise."""
    query = select(Attempt).where(
        Attempt.person_id == person_id, Attempt.course == course, Attempt.exercise == exercise
    )
    return session.scalar(query.order_by(Attempt.id.desc()).limit(1))


def to_remind(
    session: Session, today: date, *, since: date, idle: tuple[datetime, datetime], limit: int
) -> list[tuple[Person, int]]:
    """Active people who want letters and got none after ``since``, with how many exercises are due for them.

    Those for whom none is due are among them if their last step was between the two moments of ``idle`` and the
    module of it is not finished.
    """
    due = (
        select(Standing.person_id, func.count().label("n"))
        .where(Standing.due_on <= today)
        .group_by(Standing.person_id)
        .subquery()
    )
    last = select(StepDone.person_id, func.max(StepDone.done_at).label("at")).group_by(StepDone.person_id).subquery()
    finished = select(ModuleDone.person_id, func.max(ModuleDone.done_at).label("at")).group_by(ModuleDone.person_id)
    done = finished.subquery()
    left = last.c.at.between(*idle) & (done.c.at.is_(None) | (done.c.at < last.c.at))
    query = (
        select(Person, func.coalesce(due.c.n, 0))
        .outerjoin(due, due.c.person_id == Person.id)
        .outerjoin(last, last.c.person_id == Person.id)
        .outerjoin(done, done.c.person_id == Person.id)
        .outerjoin(Reminder, Reminder.person_id == Person.id)
        .where(Person.active, Person.password_hash.is_not(None), due.c.n.is_not(None) | left)
        .where(
            Reminder.person_id.is_(None)
            | (Reminder.wanted & (Reminder.last_sent_on.is_(None)))
            | (Reminder.wanted & (Reminder.last_sent_on <= since))
        )
        .order_by(Person.id)
        .limit(limit)
    )
    return [(person, int(n)) for person, n in session.execute(query)]
