"""A learner, and a small course to learn from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.learning import small_course
from tests.webapp.pages import Visitor
from webapp.accounts.tables import Person
from webapp.learning.content.course import Course
from webapp.learning.services import courses


@pytest.fixture(autouse=True)
def _nothing_read() -> Iterator[None]:
    """Numbers of versions come again after a test is undone, so nothing read before may stay."""
    yield
    courses.forget()


@pytest.fixture
def course(db: Session, tmp_path: Path) -> Course:
    """The small course, loaded."""
    return small_course.load(db, tmp_path)


@pytest.fixture
def someone(db: Session) -> Person:
    """A practitioner."""
    return people.person(db, name="Robin Reed")


@pytest.fixture
def learner(visitor: Visitor, someone: Person, course: Course) -> Visitor:
    """Her browser, signed in."""
    assert course.title
    return people.signed_in(visitor, someone)
