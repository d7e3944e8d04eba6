"""An office that keeps records, and a record store to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp.interchange import record_store
from tests.webapp.interchange.record_store import RecordStore
from tests.webapp.learning import small_course
from tests.webapp.organisation import made as places
from tests.webapp.pages import Visitor
from webapp.learning.content.course import Course
from webapp.learning.services import courses

Set = Callable[..., None]


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
def office(visitor: Visitor, db: Session, course: Course) -> places.Office:
    """An authority with one administrator, who is signed in, and a course."""
    assert course.title
    return places.office(visitor, db)


@pytest.fixture
def settings(app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch) -> Set:
    """Sets what is named, for the application and all its sessions."""

    def change(**named: Any) -> None:
        changed = app.extensions["settings"].model_copy(update=named)
        monkeypatch.setitem(app.extensions, "settings", changed)
        app.extensions["sessions"].configure(info={"settings": changed})
        db.info["settings"] = changed

    return change


@pytest.fixture
def store(settings: Set) -> Iterator[RecordStore]:
    """A record store that is set up."""
    from pydantic import SecretStr

    with record_store.running(RecordStore()) as running:
        settings(
            xapi_store=running.address,
            xapi_user=record_store.USER,
            xapi_password=SecretStr(record_store.PASSWORD),
        )
        yield running
