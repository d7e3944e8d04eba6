"""Statements: what they say, and that each reaches the record store whatever happens on the way."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.webapp import clocks, people
from tests.webapp.interchange import made
from tests.webapp.interchange.conftest import Set
from tests.webapp.interchange.record_store import RecordStore, problem
from webapp import clock, database, jobs, tables
from webapp.accounts.tables import Person
from webapp.interchange import tasks
from webapp.interchange.services import record_store, statements
from webapp.interchange.tables import XapiStatement
from webapp.learning.content.course import Course
from webapp.learning.services import progress
from webapp.organisation.tables import Authority


@pytest.fixture
def someone(db: Session) -> Person:
    """Somebody who learns."""
    return people.person(db, name="Robin Reed", email="robin@council.example")


def kept(db: Session) -> list[XapiStatement]:
    db.expire_all()
    return list(db.scalars(select(XapiStatement).order_by(XapiStatement.created_at, XapiStatement.id)))


def told(db: Session) -> list[dict[str, Any]]:
    return [row.statement for row in kept(db)]


def keep(db: Session, person: Person, course: Course, number: int) -> list[str]:
    """So many statements, a second apart; their ids, the oldest first."""
    now = clock.now()
    for _ in range(number):
        statements.keep(db, person, progress.Finished(course, course.modules[0], now, 0.9))
    db.flush()
    for n, row in enumerate(kept(db)):
        row.created_at = now - timedelta(seconds=number - n)
    db.commit()
    return [str(row.id) for row in kept(db)]


def send(app: Flask) -> None:
    """What the worker does twice a minute."""
    jobs.sweep(app)


def test_what_is_said(db: Session, someone: Person, course: Course, app: Flask, settings: Set) -> None:
    settings(public_url="https://learn.council.example", service_name="Learning here")
    made.learn(db, someone, course, score=0.8)
    by_object = {s["object"]["id"]: s for s in told(db)}
    with app.test_request_context(base_url="https://learn.council.example"):
        one = app.url_for("learning.module", course="small", module="one", _external=True)
        two = app.url_for("learning.module", course="small", module="two", _external=True)
        whole = app.url_for("learning.course", course="small", _external=True)
    assert set(by_object) == {one, two, whole}
    assert [problem(s) for s in told(db)] == ["", "", ""]
    assert by_object[one]["verb"] == {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en-GB": "passed"}}
    assert by_object[one]["result"] == {"completion": True, "success": True, "score": {"scaled": 0.8}}
    assert by_object[one]["object"]["definition"] == {
        "type": "http://adlnet.gov/expapi/activities/module",
        "name": {"en-GB": "Module 1"},
    }
    assert by_object[one]["context"]["contextActivities"] == {"parent": [by_object[whole]["object"]]}
    assert by_object[one]["context"]["platform"] == "Learning here"
    for address in (two, whole):
        assert by_object[address]["verb"]["id"] == "http://adlnet.gov/expapi/verbs/completed"
        assert by_object[address]["result"] == {"completion": True}
    assert by_object[whole]["object"]["definition"]["type"] == "http://adlnet.gov/expapi/activities/course"
    assert [UUID(row.statement["id"]) for row in kept(db)] == [row.id for row in kept(db)]


def test_people_go_by_made_up_names(db: Session, someone: Person, course: Course, settings: Set) -> None:
    settings(public_url="https://learn.council.example")
    made.learn(db, someone, course)
    made.learn(db, people.person(db), course)
    text = json.dumps(told(db))
    for private in (someone.email, someone.name, "Robin"):
        assert private not in text
    actors = [s["actor"] for s in told(db)]
    assert {a["account"]["homePage"] for a in actors} == {"https://learn.council.example"}
    assert [len({a["account"]["name"] for a in some}) for some in (actors[:3], actors[3:], actors)] == [1, 1, 2]


def test_people_go_by_their_address_where_that_is_set(
    db: Session, someone: Person, course: Course, settings: Set
) -> None:
    settings(xapi_actor="mbox")
    made.learn(db, someone, course)
    assert {json.dumps(s["actor"]) for s in told(db)} == {
        '{"objectType": "Agent", "mbox": "mailto:robin@council.example"}'
    }
    assert [problem(s) for s in told(db)] == ["", "", ""]


def test_what_is_not_finished_after_all_is_not_told(db: Session, someone: Person, course: Course) -> None:
    progress.done(db, someone, course, course.modules[1], "second.md")
    assert len(told(db)) == 1
    db.rollback()
    assert told(db) == []


def test_without_a_store_they_are_kept_and_a_later_one_gets_them_all(
    app: Flask, db: Session, someone: Person, course: Course, request: pytest.FixtureRequest
) -> None:
    ids = keep(db, someone, course, 120)
    send(app)
    jobs.do(app, "interchange.send")
    assert {(row.sent_at, row.attempts) for row in kept(db)} == {(None, 0)}
    store: RecordStore = request.getfixturevalue("store")
    send(app)
    assert store.asked == [ids[:50], ids[50:100], ids[100:]]
    assert store.stored == {s["id"]: s for s in told(db)}
    assert all(row.sent_at and row.next_try_at is None and row.last_problem == "" for row in kept(db))
    send(app)
    assert len(store.asked) == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (500, "The record store had a fault of its own (500)."),
        (503, "The record store had a fault of its own (503)."),
        (401, "The record store did not accept our name and password (401)."),
        (403, "The record store does not let us write to it (403)."),
        (404, "There is no record store at the address that is set (404)."),
        (429, "The record store asked us to slow down (429)."),
        (302, "The record store gave an answer that we do not know (302)."),
        (204, "The record store gave an answer that we do not know (204)."),
        (200, "Something answers at the address that is set, but not as a record store does."),
    ],
)
def test_a_store_that_fails_gets_them_later(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore,
    monkeypatch: pytest.MonkeyPatch, answer: int, words: str,
) -> None:  # fmt: skip
    ids = keep(db, someone, course, 60)
    store.answers, store.body = [answer], b"<html>Robin Reed robin@council.example</html>"
    send(app)
    assert store.asked == [ids[:50]]  # and no second batch: the store is given a rest
    rows = kept(db)
    assert {row.last_problem for row in rows[:50]} == {words}
    assert {(row.attempts, row.sent_at) for row in rows} == {(1, None), (0, None)}
    clocks.wait(monkeypatch, seconds=61)
    send(app)
    assert set(store.stored) == set(ids)
    assert all(row.sent_at and row.last_problem == "" for row in kept(db))


def test_a_store_that_lies_about_what_it_has_is_not_believed(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore
) -> None:
    ids = keep(db, someone, course, 2)
    store.answers, store.body = [200], json.dumps(ids[:1]).encode()
    send(app)
    assert [row.sent_at for row in kept(db)] == [None, None]


def test_a_store_that_is_silent(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_store, "TIMEOUT_S", 0.05)
    store.silent = True
    keep(db, someone, course, 1)
    send(app)
    assert kept(db)[0].last_problem == "The record store did not answer within 0.05 seconds."
    assert kept(db)[0].sent_at is None


def test_a_store_that_is_not_there(app: Flask, db: Session, someone: Person, course: Course, settings: Set) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        settings(xapi_store=f"http://127.0.0.1:{taken.getsockname()[1]}")
        keep(db, someone, course, 1)
        send(app)
    assert kept(db)[0].last_problem == "The record store could not be reached."


def test_a_store_whose_certificate_nobody_knows(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore, settings: Set
) -> None:
    settings(xapi_store=store.address.replace("http://", "https://"))
    keep(db, someone, course, 1)
    send(app)
    assert kept(db)[0].sent_at is None
    assert store.asked == []


def test_a_statement_that_is_there_already_counts_as_sent(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore
) -> None:
    ids = keep(db, someone, course, 1)
    store.stored[ids[0]] = {"id": ids[0], "and": "something the store has added"}
    send(app)
    assert kept(db)[0].sent_at is not None


def test_one_that_is_there_already_does_not_hide_the_others(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore
) -> None:
    ids = keep(db, someone, course, 50)
    store.stored[ids[17]] = {"id": ids[17], "and": "something the store has added"}
    send(app)
    assert set(store.stored) == set(ids)
    assert all(row.sent_at for row in kept(db))


def test_one_that_the_store_does_not_like_holds_nothing_up(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = keep(db, someone, course, 120)
    store.dislikes = {ids[0], ids[31]}
    send(app)
    assert set(store.stored) == set(ids) - store.dislikes
    waiting = {str(row.id): row.last_problem for row in kept(db) if row.sent_at is None}
    assert waiting == dict.fromkeys(store.dislikes, "The record store did not accept a statement (400).")
    store.dislikes = set()
    clocks.wait(monkeypatch, minutes=2)
    send(app)
    assert set(store.stored) == set(ids)


def test_a_store_that_fails_half_way_through_a_batch(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = keep(db, someone, course, 8)
    store.dislikes = {ids[1]}
    answers = iter([[], [], [], [500]])  # to the batch, its first half, its first quarter, and the first of all

    def prepare() -> None:
        store.answers = next(answers, [])

    store.meanwhile = prepare
    send(app)
    rows = kept(db)
    assert {row.last_problem for row in rows} == {"The record store had a fault of its own (500)."}
    store.meanwhile, store.dislikes = (lambda: None), set()
    clocks.wait(monkeypatch, minutes=2)
    send(app)
    assert set(store.stored) == set(ids)


def test_waits_grow_to_a_day_and_never_end(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [statements.wait_after(n) / timedelta(minutes=1) for n in (0, 1, 2, 10, 11, 10_000)] == [
        1, 2, 4, 1024, 1440, 1440,
    ]  # fmt: skip
    keep(db, someone, course, 1)
    now = clock.now()
    for number in range(30):
        store.answers = [500]
        monkeypatch.setattr(clock, "now", lambda: now)  # noqa: B023 - it is read before it changes
        send(app)
        send(app)
        assert len(store.asked) == number + 1  # not before its time
        due = kept(db)[0].next_try_at
        assert due is not None
        assert due - now == statements.wait_after(number)
        now = due
    assert kept(db)[0].attempts == 30
    send(app)
    assert kept(db)[0].sent_at == now


def test_a_worker_that_dies_after_sending_repeats_the_same_statement(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = keep(db, someone, course, 3)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(statements, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.do(app, "interchange.send")
    before = dict(store.stored)
    assert set(before) == set(ids)
    assert [row.sent_at for row in kept(db)] == [None] * 3
    clocks.wait(monkeypatch, minutes=2)
    send(app)
    assert store.asked == [ids, ids]
    assert store.stored == before
    assert all(row.sent_at for row in kept(db))


def test_other_slow_work_gets_its_turn(
    app: Flask, db: Session, someone: Person, course: Course, store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_ROUND_S", 0)
    ids = keep(db, someone, course, 60)
    send(app)
    assert store.asked == [ids[:50]]
    send(app)
    assert store.asked == [ids[:50], ids[50:]]


def test_nothing_is_locked_while_the_store_thinks(
    request: pytest.FixtureRequest, app: Flask, store: RecordStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 200)
    elsewhere = {"data": tmp_path}  # the application's own database is held by its test
    if app.extensions["settings"].database:
        elsewhere["database"] = request.getfixturevalue("postgresql").database()
    settings = app.extensions["settings"].model_copy(update=elsewhere)
    engine = database.connect(settings)
    tables.metadata.create_all(engine)
    sessions = sessionmaker(engine, expire_on_commit=False, info={"settings": settings})
    monkeypatch.setitem(app.extensions, "sessions", sessions)
    with sessions.begin() as session:
        session.add(Authority(id=1, name="Here"))
        session.flush()
        now, number = clock.now(), UUID(int=7)
        row = XapiStatement(id=number, authority_id=1, statement={"id": str(number)}, created_at=now, next_try_at=now)
        session.add(row)

    def write() -> None:
        with sessions.begin() as session:
            session.add(Authority(id=2, name="There"))

    store.meanwhile, store.answers, store.body = write, [200], json.dumps([str(number)]).encode()
    jobs.do(app, "interchange.send")
    with sessions() as session:
        assert len(session.scalars(select(Authority)).all()) == 2
        assert session.scalars(select(XapiStatement)).one().sent_at is not None
    engine.dispose()
