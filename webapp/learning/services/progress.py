"""How far somebody is, what is next, and what follows from finishing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.learning import queries
from webapp.learning.content.course import Course, Module, Step
from webapp.learning.services import records
from webapp.learning.tables import Certificate, ModuleDone, StepDone


@dataclass(frozen=True, slots=True)
class StepState:
    """A step and whether it is done."""

    step: Step
    done: bool


@dataclass(frozen=True, slots=True)
class ModuleState:
    """A module, its steps, and whether all of it is finished."""

    module: Module
    steps: tuple[StepState, ...]
    finished: bool

    @property
    def begun(self) -> bool:
        """Whether any step is done."""
        return any(s.done for s in self.steps)

    @property
    def next(self) -> Step | None:
        """The first step that is not done."""
        return next((s.step for s in self.steps if not s.done), None)

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(s.done for s in self.steps)

    @property
    def minutes_left(self) -> int:
        """How long the rest takes."""
        return max(1, round(sum(s.step.minutes for s in self.steps if not s.done)))

    def after(self, step: Step) -> Step | None:
        """The step that follows another in the module."""
        steps = [s.step for s in self.steps]
        place = steps.index(step) + 1
        return steps[place] if place < len(steps) else None


@dataclass(frozen=True, slots=True)
class CourseState:
    """A course and how far somebody is in it."""

    course: Course
    modules: tuple[ModuleState, ...]

    @property
    def finished(self) -> int:
        """How many modules are finished."""
        return sum(m.finished for m in self.modules)

    @property
    def next(self) -> ModuleState | None:
        """The module to go on with: one that was begun, else the first that is not finished."""
        open_ones = [m for m in self.modules if not m.finished]
        return next((m for m in open_ones if m.begun), open_ones[0] if open_ones else None)

    def module(self, module: Module) -> ModuleState:
        """The state of one of its modules."""
        return next(m for m in self.modules if m.module.slug == module.slug)


@dataclass(frozen=True, slots=True)
class Finished:
    """What somebody has just finished: a module or, without ``module``, the whole course.

    ``score`` is that of the module's check, 0 to 1; none where it has no check, and for a course.
    """

    course: Course
    module: Module | None
    at: datetime
    score: float | None


Listener = Callable[[Session, Person, Finished], None]
_listeners: list[Listener] = []


def on_finish(listener: Listener) -> Listener:
    """Have a function called whenever somebody finishes something. What it adds is kept if, and only if, that is."""
    _listeners.append(listener)
    return listener


def of_course(session: Session, person: Person, course: Course) -> CourseState:
    """How far somebody is in a course. Two queries, however long the course."""
    steps = queries.steps_done(session, person.id, course.slug)
    finished = queries.modules_done(session, person.id, course.slug)
    return CourseState(
        course,
        tuple(
            ModuleState(
                module,
                tuple(StepState(s, (module.slug, s.name) in steps) for s in module.steps),
                module.slug in finished,
            )
            for module in course.modules
        ),
    )


def done(session: Session, person: Person, course: Course, module: Module, step: str) -> None:
    """Note that a step is done, and what follows: perhaps the module, perhaps the certificate. Twice does no harm."""
    if session.get(StepDone, (person.id, course.slug, module.slug, step)) is not None:
        return
    session.add(StepDone(person_id=person.id, course=course.slug, module=module.slug, step=step, done_at=clock.now()))
    session.flush()
    state = of_course(session, person, course)
    own = state.module(module)
    if own.next is not None or own.finished:
        return
    check = queries.passed_check(session, person.id, course.slug, module.slug)
    finished = Finished(course, module, clock.now(), check.score if check else None)
    session.add(
        ModuleDone(
            person_id=person.id,
            course=course.slug,
            module=module.slug,
            done_at=finished.at,
            score=finished.score,
        )
    )
    session.flush()
    audit.record(session, "module.finish", actor=person, course=course.slug, module=module.slug)
    _tell(session, person, finished)
    # Who has the certificate keeps it: a module that a newer version adds earns no second one.
    if state.finished + 1 == len(course.modules) and not queries.has_certificate(session, person.id, course.slug):
        _certify(session, person, course)


def _certify(session: Session, person: Person, course: Course) -> None:
    certificate = Certificate(
        code=records.new_code(),
        person_id=person.id,
        course=course.slug,
        name=person.name,
        title=course.title,
        version=course.version,
        hours=round(course.minutes / 60, 1),
        issued_at=clock.now(),
    )
    session.add(certificate)
    session.flush()
    audit.record(session, "certificate.issue", actor=person, subject_id=certificate.id, course=course.slug)
    _tell(session, person, Finished(course, None, certificate.issued_at, None))


def _tell(session: Session, person: Person, finished: Finished) -> None:
    for listener in _listeners:
        listener(session, person, finished)
