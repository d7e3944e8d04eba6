"""Trainers see a course as its files are, faults and answers included; learners do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.learning import small_course
from tests.webapp.pages import Visitor
from webapp.accounts.tables import Role


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_course.write(tmp_path)
    settings = app.extensions["settings"].model_copy(update={"courses": tmp_path})
    monkeypatch.setitem(app.extensions, "settings", settings)
    return tmp_path


@pytest.fixture
def trainer(visitor: Visitor, db: Session) -> Visitor:
    """Signed in, with the second factor that her role needs."""
    someone = people.person(db, role=Role.TRAINER)
    return people.signed_in(visitor, someone)


@pytest.mark.usefixtures("folder")
def test_a_trainer_sees_the_files_with_all_answers(trainer: Visitor) -> None:
    page = trainer.get("/courses")
    assert "not loaded yet" in page.text
    assert "/courses/small/one" in trainer.get("/courses/small").links()
    page = trainer.get("/courses/small/one")
    for words in ("Look at the first word.", "First you ask.", "It's been a long night.", "Right q4", "A note 2."):
        assert words in page.text
    trainer.get("/courses/gone", status=404)
    trainer.get("/courses/..", status=404)
    trainer.get("/courses/small/gone", status=404)


def test_faults_are_named_and_learners_keep_what_they_have(trainer: Visitor, db: Session, folder: Path) -> None:
    small_course.load(db, folder)
    assert "the same" in trainer.get("/courses").text
    path = folder / "small" / "one" / "exercises.yml"
    path.write_text(path.read_text("utf-8").replace("title: Choose one", "titel: Choose one"), "utf-8")
    assert "cannot be loaded" in trainer.get("/courses").text
    page = trainer.get("/courses/small")
    assert "small/one/exercises.yml, line" in page.text
    assert "titel is not known here" in page.text
    assert "Learners keep what they have." in page.text
    assert trainer.get("/learn/small/one/choose").heading == "Choose one"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("path", ["/courses", "/courses/small", "/courses/small/one"])
def test_answers_are_not_for_learners(visitor: Visitor, db: Session, path: str) -> None:
    people.signed_in(visitor, people.person(db)).get(path, status=403)
