"""Trainers see a course as its files are, faults and answers included; learners do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.learning import small_course
from tests.webapp.pages import Visitor, counted
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.learning import queries
from webapp.learning.services import courses


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


@pytest.fixture
def office(visitor: Visitor, db: Session) -> Visitor:
    """An administrator's browser, signed in."""
    return people.signed_in(visitor, people.person(db, role=Role.ADMINISTRATOR, name="Adam Admin"))


def events(db: Session) -> list[dict[str, object]]:
    """What the audit trail says of courses that people brought to life."""
    query = select(AuditEvent).where(AuditEvent.name == "course.load", AuditEvent.actor_id.is_not(None))
    return [event.about for event in db.scalars(query)]


def seen(visitor: Visitor) -> dict[str, str]:
    """The form of the button on the page of course files."""
    page = visitor.get("/courses")
    (form,) = page.soup.select("form[action='/courses/small/use']")
    assert form.get_text(" ", strip=True) == "Use this version of small"
    return {"digest": str(form.select_one("[name=digest]")["value"])}  # type: ignore[index]


def test_an_administrator_brings_a_changed_course_to_life(office: Visitor, db: Session, folder: Path) -> None:
    small_course.load(db, folder)
    page = office.get("/learn/small/one/choose")
    once = page.soup.select_one("input[name=once]")
    page = office.send("/learn/small/one/choose/answer", {"once": once["value"], "chosen": "1"})  # type: ignore[index]
    before = page.response.request.full_path
    assert office.get("/courses").soup.select("form[action*=use]") == []
    small_course.write(folder, version="1.1", prompt="Which one of them?")
    path = folder / "small" / "one" / "exercises.yml"
    path.write_text(path.read_text("utf-8").replace("Look at the first word.", "Something else."), "utf-8")
    assert "version 1.1, with nothing wrong" in office.get("/courses").text
    page = office.send("/courses/small/use", seen(office))
    assert "Version 1.1 of “A small course” is now the one that learners have." in page.text
    assert "Past tries keep the version they were made with." in page.text
    assert "version 1.1, since" in page.text
    assert page.soup.select("form[action*=use]") == []
    assert events(db) == [{"course": "small", "version": "1.1"}]
    assert "Which one of them?" in office.get("/learn/small/one/choose").text
    assert "Look at the first word." in office.get(before).text


def test_a_course_with_faults_is_refused_and_the_old_one_stays(office: Visitor, db: Session, folder: Path) -> None:
    small_course.load(db, folder)
    small_course.write(folder, version="1.1")
    form = seen(office)
    path = folder / "small" / "one" / "exercises.yml"
    path.write_text(path.read_text("utf-8").replace("title: Choose one", "titel: Choose one"), "utf-8")
    page = office.send("/courses/small/use", form, status=422)
    assert "small/one/exercises.yml, line" in page.text
    assert "titel is not known here" in page.text
    assert "version 1.0, since" in office.get("/courses").text
    assert events(db) == []


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_nobody_brings_to_life_what_she_has_not_looked_at(
    office: Visitor, db: Session, folder: Path, digest: str
) -> None:
    small_course.load(db, folder)
    small_course.write(folder, version="1.1")
    form = seen(office)
    small_course.write(folder, version="1.2")
    for sent in (form, {"digest": digest}):
        page = office.send("/courses/small/use", sent)
        assert "have been changed since you looked" in page.text
        assert "version 1.0, since" in page.text
    assert events(db) == []


def test_files_put_back_bring_the_old_version_back(office: Visitor, db: Session, folder: Path) -> None:
    small_course.load(db, folder)
    for version in ("1.1", "1.0"):
        small_course.write(folder, version=version)
        assert f"Version {version} of" in office.send("/courses/small/use", seen(office)).text
    assert [event["version"] for event in events(db)] == ["1.1", "1.0"]
    assert [v.version for v in queries.versions(db, "small") if v.current] == ["1.0"]
    assert len(queries.versions(db, "small")) == 2


def test_a_trainer_looks_and_cannot_use(trainer: Visitor, db: Session, folder: Path) -> None:
    page = trainer.get("/courses")
    assert "an administrator can bring it to the learners" in page.text
    assert page.soup.select("form[action*=use]") == []
    (one,) = courses.in_folder(db, folder)
    trainer.send("/courses/small/use", {"digest": one.digest}, status=403)
    assert events(db) == []


@pytest.mark.usefixtures("folder")
def test_there_is_nothing_to_use_of_a_course_that_is_not_there(office: Visitor) -> None:
    office.get("/courses")
    for slug in ("gone", "..", "%2e%2e"):
        office.send(f"/courses/{slug}/use", status=404)


def test_the_page_costs_few_queries(office: Visitor, db: Session, folder: Path, engine: Engine) -> None:
    small_course.load(db, folder)
    with counted(engine) as sent:
        office.get("/courses")
    assert len(sent) <= 3


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("path", ["/courses", "/courses/small", "/courses/small/one"])
def test_answers_are_not_for_learners(visitor: Visitor, db: Session, path: str) -> None:
    people.signed_in(visitor, people.person(db)).get(path, status=403)
