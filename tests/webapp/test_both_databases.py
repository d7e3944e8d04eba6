"""The platform on each kind of database: signing in, an exercise, the trail it leaves, and two who write at once."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.conftest import NewApp
from tests.webapp.learning import small_course
from tests.webapp.pages import Visitor
from webapp import database
from webapp.audit import AuditEvent
from webapp.learning.services import courses, hearing
from webapp.learning.tables import Attempt, Standing
from webapp.organisation.tables import Authority

CHOOSE = "/learn/small/one/choose"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, new_app: NewApp, tmp_path: Path) -> Iterator[Flask]:
    app = new_app(request.param)
    courses.forget()
    with app.extensions["sessions"]() as session:
        small_course.load(session, tmp_path)
    yield app
    courses.forget()


@pytest.fixture
def session(place: Flask) -> Iterator[Session]:
    with place.extensions["sessions"]() as made:
        yield made


def test_from_the_front_door_to_the_trail(place: Flask, session: Session) -> None:
    someone = people.person(session, name="Zoë O’Neil 🙂")
    learner = people.signed_in(Visitor(place.test_client()), someone)
    page = learner.get(CHOOSE)
    sent = {"once": page.soup.select_one("input[name=once]")["value"], "chosen": "1"}  # type: ignore[index]
    assert "Look at the first word." in learner.send(f"{CHOOSE}/answer", sent).text
    attempt = session.scalars(select(Attempt)).one()
    assert (attempt.person_id, attempt.answer, attempt.score, attempt.heard) == (someone.id, {"chosen": [1]}, 0, None)
    assert attempt.at.tzinfo is not None
    event = session.scalars(select(AuditEvent).where(AuditEvent.actor_id == someone.id)).one()
    assert (event.name, event.about) == ("session.begin", {"how": "password"})


def test_what_two_write_at_once_is_all_kept(place: Flask, session: Session) -> None:
    """The same person in several tabs, all sending their first answer to one exercise together."""
    someone = people.person(session)
    tabs = [people.signed_in(Visitor(place.test_client()), someone) for _ in range(4)]
    session.commit()
    ready = threading.Barrier(len(tabs))
    answers: list[int] = []

    def work(tab: Visitor) -> None:
        page = tab.get(CHOOSE)
        token, once = (page.soup.select_one(f"input[name={name}]")["value"] for name in ("csrf_token", "once"))  # type: ignore[index]
        ready.wait()
        told = {"csrf_token": token, "once": once, "chosen": "1"}
        answers.append(tab.client.post(f"{CHOOSE}/answer", data=told).status_code)

    threads = [threading.Thread(target=work, args=(tab,)) for tab in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * len(tabs)
    assert session.scalars(select(Standing.tries)).all() == [len(tabs)]
    assert len(session.scalars(select(Attempt)).all()) == len(tabs)


def test_who_reads_waits_for_no_writer(place: Flask, session: Session) -> None:
    someone = people.person(session)
    learner = people.signed_in(Visitor(place.test_client()), someone)
    session.add(AuditEvent(at=someone.created_at, name="half.done"))
    session.flush()  # and not committed: this one writes, and is not finished
    assert learner.get("/").heading.startswith("Hello")
    session.rollback()


@pytest.mark.parametrize("exercise", ["say", "aloud"])
def test_nobody_waits_while_the_engine_listens(
    place: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, exercise: str
) -> None:
    def meanwhile(what: str) -> None:
        with place.extensions["engine"].begin() as another:
            another.execute(insert(Authority).values(name=what))

    def hear(*_: object) -> list[dict[str, Any]]:
        meanwhile("heard")
        return [{"text": "You've been up.", "code": "SR", "belief": 0.9, "sure": True, "why": "So it is."}]

    def words_in(_sound: bytes) -> str:
        meanwhile("written down")
        return "You've been up."

    monkeypatch.setattr(hearing, "hear_text", hear)
    monkeypatch.setattr(hearing, "words_in", words_in)
    learner = people.signed_in(Visitor(place.test_client()), people.person(session))
    page = learner.get(f"/learn/small/one/{exercise}")
    once = page.soup.select_one("input[name=once]")["value"]  # type: ignore[index]
    said = {"text": "You've been up."} if exercise == "say" else {"sound": (BytesIO(b"a voice"), "answer.webm")}
    page = learner.send(f"/learn/small/one/{exercise}/answer", {"once": once, **said})
    assert "We hear simple reflection" in page.text
    assert "heard" in session.scalars(select(Authority.name)).all()


def test_who_waits_too_long_is_told_so(new_app: NewApp, place: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    settings: dict[str, Any] = {"database": place.extensions["settings"].database_url}
    hurried = new_app("sqlite", tables_too=False, **settings)
    with place.extensions["sessions"]() as writer:
        writer.add(AuditEvent(at=people.person(writer).created_at, name="long.work"))
        writer.flush()
        visitor = Visitor(hurried.test_client())
        visitor.get("/sign-in")
        page = visitor.send("/sign-in", {"email": "x@y.example", "password": people.PASSWORD}, status=503)
        assert page.heading == "Busy just now"
        with (
            pytest.raises(OperationalError, match=re.compile("lock", re.IGNORECASE)),
            hurried.extensions["engine"].begin(),
        ):
            pass
