"""Courses as they were loaded, and what people did in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base


class CourseVersion(Base):
    """A course as it was at one time. Rows are never changed but for ``current``, so past attempts stay true."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("slug", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    told: Mapped[dict[str, Any]] = mapped_column(JSON)  # see content/course.py
    loaded_at: Mapped[datetime]
    current: Mapped[bool] = mapped_column(index=True)


class StepDone(Base):
    """A step of a module that somebody has done; for an exercise, tried."""

    __tablename__ = "step_done"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course: Mapped[str] = mapped_column(String(60), primary_key=True)
    module: Mapped[str] = mapped_column(String(60), primary_key=True)
    step: Mapped[str] = mapped_column(String(80), primary_key=True)
    done_at: Mapped[datetime]


class ModuleDone(Base):
    """A module whose steps are all done and whose check is passed."""

    __tablename__ = "module_done"
    __table_args__ = (Index("ix_module_done_course_done_at", "course", "done_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course: Mapped[str] = mapped_column(String(60), primary_key=True)
    module: Mapped[str] = mapped_column(String(60), primary_key=True)
    done_at: Mapped[datetime]
    score: Mapped[float | None]  # of the check that was passed, 0 to 1; none where the module has no check


class Attempt(Base):
    """One try at one exercise. ``once`` is the form's own mark: sent twice, it is still one try.

    ``score`` runs from 0 to 1 and is empty while the engine has not answered. ``state`` is ``waiting``, ``done`` or
    ``failed``; ``heard`` is what the engine made of a typed or spoken answer.
    """

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_person_id_course_exercise", "person_id", "course", "exercise"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    course: Mapped[str] = mapped_column(String(60))
    module: Mapped[str] = mapped_column(String(60))
    exercise: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    score: Mapped[float | None]
    heard: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Standing(Base):
    """Where somebody stands with an exercise: the first and the best try, and when it comes up again."""

    __tablename__ = "standing"
    __table_args__ = (Index("ix_standing_person_id_due_on", "person_id", "due_on"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course: Mapped[str] = mapped_column(String(60), primary_key=True)
    exercise: Mapped[str] = mapped_column(String(60), primary_key=True)
    skill: Mapped[str] = mapped_column(String(40))
    tries: Mapped[int]
    first: Mapped[float]
    best: Mapped[float]
    last: Mapped[float]
    last_at: Mapped[datetime]
    due_on: Mapped[date | None]  # when it comes up again; never, once it is known well
    days: Mapped[int]  # the present distance between two reviews


class CheckTry(Base):
    """One go at a knowledge check. Answers are kept question by question, so a closed browser loses none."""

    __tablename__ = "check_try"
    __table_args__ = (Index("ix_check_try_person_id_course_module", "person_id", "course", "module"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    course: Mapped[str] = mapped_column(String(60))
    module: Mapped[str] = mapped_column(String(60))
    begun_at: Mapped[datetime]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    finished_at: Mapped[datetime | None]
    score: Mapped[float | None]  # 0 to 1
    passed: Mapped[bool | None]


class Note(Base):
    """A reflective note, encrypted for its writer; nobody else has a page that opens it."""

    __tablename__ = "note"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course: Mapped[str] = mapped_column(String(60), primary_key=True)
    exercise: Mapped[str] = mapped_column(String(60), primary_key=True)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]


class Reminder(Base):
    """Whether somebody wants letters that remind her, and when the last one left. No row: wanted, none sent yet."""

    __tablename__ = "reminder"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    wanted: Mapped[bool]
    last_sent_on: Mapped[date | None]


class Certificate(Base):
    """That somebody finished a course. Anyone who has the code can see that it is real."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("person_id", "course"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))  # as it was on the day
    title: Mapped[str] = mapped_column(String(300))
    version: Mapped[str] = mapped_column(String(20))
    hours: Mapped[float]
    issued_at: Mapped[datetime]
