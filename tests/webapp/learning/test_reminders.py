"""Letters that remind: to whom, when, how often, and not to those who said no."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor
from webapp import clock, mail
from webapp.accounts.tables import Person
from webapp.learning.content.course import Course
from webapp.learning.services import attempts, progress, reminders

MONDAY = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def miss(db: Session, someone: Person, course: Course) -> None:
    attempts.note_score(db, someone.id, course.slug, course.modules[0].exercises["choose"], 0.0)
    db.commit()


def test_what_is_due_is_said_once_a_week(
    app: Flask, db: Session, someone: Person, course: Course, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    miss(db, someone, course)
    assert reminders.send(db) == 0
    at(monkeypatch, MONDAY + timedelta(days=1))
    assert reminders.send(db) == 1
    assert reminders.send(db) == 0
    db.commit()
    mail.send_due(app.extensions["sessions"], app.extensions["settings"], clock.now())
    letter = mailbox.letters(someone.email)[0].get_content()
    assert "Hello Robin" in letter
    assert "1 exercise that went differently last time comes up again." in letter
    assert "/reminders" in letter
    at(monkeypatch, MONDAY + timedelta(days=7))
    assert reminders.send(db) == 0
    at(monkeypatch, MONDAY + timedelta(days=8))
    assert reminders.send(db) == 1


@pytest.mark.parametrize(
    "moment", [MONDAY.replace(day=6), MONDAY.replace(day=2, hour=5), MONDAY.replace(day=2, hour=18)]
)
def test_not_at_weekends_nor_at_night(
    db: Session, someone: Person, course: Course, monkeypatch: pytest.MonkeyPatch, moment: datetime
) -> None:
    miss(db, someone, course)
    at(monkeypatch, moment)
    assert reminders.send(db) == 0


def test_a_module_left_for_a_week_is_mentioned(
    db: Session, someone: Person, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.done(db, someone, course, course.modules[0], "first.md")
    at(monkeypatch, MONDAY + timedelta(days=3))
    assert reminders.send(db) == 0
    at(monkeypatch, MONDAY + timedelta(days=8))
    assert reminders.send(db) == 1
    at(monkeypatch, MONDAY + timedelta(days=71))
    assert reminders.send(db) == 0


def test_who_said_no_is_left_alone(
    learner: Visitor, db: Session, someone: Person, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = learner.get("/reminders")
    assert page.soup.select_one("input[name=letters][checked]")
    page = learner.send("/reminders", {})
    assert not page.soup.select_one("input[name=letters][checked]")
    miss(db, someone, course)
    db.expire_all()
    at(monkeypatch, MONDAY + timedelta(days=1))
    assert reminders.send(db) == 0
    learner.get("/reminders")
    learner.send("/reminders", {"letters": "on"})
    db.expire_all()
    assert reminders.send(db) == 1


def test_nobody_who_left_is_written_to(db: Session, course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    for person in (people.person(db, active=False), people.person(db, password_hash=None)):
        miss(db, person, course)
    at(monkeypatch, MONDAY + timedelta(days=1))
    assert reminders.send(db) == 0
