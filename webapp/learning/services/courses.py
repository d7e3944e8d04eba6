"""Courses: loading them from files, and getting them for a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.learning import queries
from webapp.learning.content.check import Fault, check_course
from webapp.learning.content.course import Course, Exercise, Module, Step, as_loaded, digest
from webapp.learning.tables import CourseVersion

_read: dict[
    tuple[int, str], Course
] = {}  # by version and digest: a version never changes, so it is read from the database once


def load(session: Session, folder: Path) -> tuple[CourseVersion | None, list[Fault]]:
    """Load a course's folder as its present version, unless something is wrong with it: then nothing changes."""
    files, faults = check_course(folder)
    if files is None:
        return None, faults
    return _keep(session, folder.name, as_loaded(files), actor=None), []


def _keep(session: Session, slug: str, told: dict[str, Any], *, actor: Person | None) -> CourseVersion:
    mark = digest(told)
    found = queries.with_digest(session, slug, mark)
    if found is not None and found.current:
        return found
    for version in queries.versions(session, slug):
        version.current = False
    if found is None:
        found = CourseVersion(
            slug=slug,
            version=told["version"],
            digest=mark,
            title=told["title"],
            told=told,
            loaded_at=clock.now(),
            current=True,
        )
        session.add(found)
    found.current = True
    session.flush()
    audit.record(session, "course.load", actor=actor, subject_id=found.id, course=slug, version=told["version"])
    return found


@dataclass(frozen=True, slots=True)
class InFolder:
    """A course in the folder: its present version, if it was ever loaded, and how many faults its files have now."""

    slug: str
    present: CourseVersion | None
    faults: int
    changed: bool  # the files say something else than the present version
    version: str  # as the files number it now; empty where they have faults
    digest: str  # of what the files say now; empty where they have faults


def in_folder(session: Session, folder: Path) -> list[InFolder]:
    """Every course in the folder."""
    found = []
    for path in sorted(path.parent for path in folder.glob("*/course.yml")):
        files, faults = check_course(path)
        present = next((v for v in queries.versions(session, path.name) if v.current), None)
        told = as_loaded(files) if files else None
        mark, number = (digest(told), told["version"]) if told else ("", "")
        changed = told is not None and (present is None or present.digest != mark)
        found.append(InFolder(path.name, present, len(faults), changed, number, mark))
    return found


def use(
    session: Session, actor: Person, folder: Path, slug: str, *, looked_at: str
) -> tuple[CourseVersion | None, list[Fault]]:
    """Make what a course's files say now its present version, or say what is wrong with them: then nothing changes.

    ``looked_at`` is the digest of what the person saw, so that nobody brings to life what she has not looked at.

    Raises:
        NotFound: there is no such course in the folder.
        Refused: the files were changed since she looked.
    """
    found, faults = preview(folder, slug)
    if found is None:
        return None, faults
    if digest(found.told) != looked_at:
        raise Refused("The files have been changed since you looked at them. Have another look, then decide again.")
    return _keep(session, slug, dict(found.told), actor=actor), []


def preview(folder: Path, slug: str) -> tuple[Course | None, list[Fault]]:
    """A course as its files are now, or what is wrong with them.

    Raises:
        NotFound: there is no such course in the folder.
    """
    if slug not in {path.parent.name for path in folder.glob("*/course.yml")}:
        raise NotFound
    files, faults = check_course(folder / slug)
    told = [Fault(fault.path.relative_to(folder), fault.line, fault.message) for fault in faults]
    return (Course(slug, as_loaded(files)) if files else None), told


def every(session: Session) -> list[Course]:
    """All courses as they are now."""
    return [of_version(session, number) for number, _ in queries.current_ids(session)]


def get(session: Session, slug: str) -> tuple[Course, int]:
    """A course as it is now, and the number of this version.

    Raises:
        NotFound: there is no such course.
    """
    number = queries.current_id(session, slug)
    if number is None:
        raise NotFound
    return of_version(session, number), number


def of_version(session: Session, number: int) -> Course:
    """A course as it was in one version."""
    database = str(session.get_bind().engine.url)
    if (number, database) not in _read:
        version = queries.version(session, number)
        if version is None:
            raise NotFound
        _read[number, database] = Course(version.slug, version.told)
    return _read[number, database]


def forget() -> None:
    """Read every version from the database again."""
    _read.clear()


def module_of(course: Course, slug: str) -> Module:
    """A module of a course.

    Raises:
        NotFound: there is none of this name.
    """
    module = course.module(slug)
    if module is None:
        raise NotFound
    return module


def step_of(module: Module, slug: str) -> Step:
    """A step of a module.

    Raises:
        NotFound: there is none of this name.
    """
    step = module.step(slug)
    if step is None:
        raise NotFound
    return step


def exercise_of(module: Module, name: str) -> Exercise:
    """An exercise of a module.

    Raises:
        NotFound: there is none of this name.
    """
    exercise = module.exercises.get(name)
    if exercise is None:
        raise NotFound
    return exercise
