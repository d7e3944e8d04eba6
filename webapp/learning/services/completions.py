"""What people have finished, for those who keep records of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from webapp import paging
from webapp.learning import queries
from webapp.learning.services import courses


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which completions: of the people whose ids ``people`` selects, of a course, from (inclusive), to (exclusive)."""

    people: Select[int]
    course: str = ""
    start: datetime | None = None
    end: datetime | None = None


class Completion(NamedTuple):
    """A module that somebody finished or, with an empty ``module``, a whole course.

    ``score`` is that of the module's check, 0 to 1, if it has one. ``certificate`` is a code, of a whole course.
    """

    person_id: int
    course: str
    module: str
    at: datetime
    score: float | None
    certificate: str

    @property
    def place(self) -> Place:
        """Where it stands among all completions, the oldest first."""
        return Place(self.at, self.person_id, self.course, self.module)


class Place(NamedTuple):
    """A place among all completions: there are no two in one place."""

    at: datetime
    person_id: int
    course: str
    module: str


def page(session: Session, wanted: Wanted, number: int) -> paging.Paged[Completion]:
    """A page of them, the newest first, in two queries."""
    table = queries.finished(wanted.people)
    newest_first = (column.desc() for column in _place(table))
    found = paging.fetch(session, select(table).where(*_narrowing(table, wanted)).order_by(*newest_first), number)
    return paging.Paged([Completion(*row) for row in found.items], found.number, found.total)


def how_many(session: Session, wanted: Wanted) -> int:
    """How many there are."""
    table = queries.finished(wanted.people)
    return session.scalar(select(func.count()).select_from(table).where(*_narrowing(table, wanted))) or 0


def following(session: Session, wanted: Wanted, place: Place | None, most: int) -> Sequence[Completion]:
    """Those that come after a place, the oldest first; from the beginning without one. At most ``most``, one query."""
    table = queries.finished(wanted.people)
    query = select(table).where(*_narrowing(table, wanted)).order_by(*_place(table)).limit(most)
    if place is not None:
        columns = _place(table)
        later_then = and_(columns[0] == place.at, tuple_(*columns[1:]) > place[1:])
        query = query.where(or_(columns[0] > place.at, later_then))
    return [Completion(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Titles:
    """What courses and modules are called now. One that is no longer there goes by the name of its folder."""

    courses: dict[str, str]
    modules: dict[tuple[str, str], str]

    def course(self, slug: str) -> str:
        """The title of a course."""
        return self.courses.get(slug) or _spoken(slug)

    def module(self, course: str, slug: str) -> str:
        """The title of a module."""
        return self.modules.get((course, slug)) or _spoken(slug)


def titles(session: Session) -> Titles:
    """The titles of all courses and modules."""
    found = courses.every(session)
    return Titles(
        {course.slug: course.title for course in found},
        {(course.slug, module.slug): module.title for course in found for module in course.modules},
    )


def known_course(session: Session, slug: str) -> bool:
    """Whether there is or was such a course."""
    return slug in queries.slugs(session)


def _place(table: Subquery) -> tuple[ColumnElement[Any], ...]:
    return table.c.at, table.c.person_id, table.c.course, table.c.module


def _narrowing(table: Subquery, wanted: Wanted) -> list[ColumnElement[bool]]:
    narrowing: list[ColumnElement[bool]] = []
    if wanted.course:
        narrowing.append(table.c.course == wanted.course)
    if wanted.start is not None:
        narrowing.append(table.c.at >= wanted.start)
    if wanted.end is not None:
        narrowing.append(table.c.at < wanted.end)
    return narrowing


def _spoken(slug: str) -> str:
    return slug.replace("-", " ").capitalize()
