"""Completions for programs: who may ask, what they are told, and how answers go on."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.webapp import people
from tests.webapp.interchange import made
from tests.webapp.pages import Visitor, counted
from webapp import clock, jobs
from webapp.accounts.tables import Person, Role
from webapp.interchange.services import tokens
from webapp.interchange.tables import AccessToken, XapiStatement
from webapp.learning.content.course import Course
from webapp.learning.tables import CourseVersion
from webapp.organisation.tables import Authority
from webapp.permissions import PERMISSIONS, TOKEN

PATH = "/api/v1/completions"
DAY = timedelta(days=1)


class Program:
    """A program with an access token."""

    def __init__(self, app: Flask, word: str) -> None:
        self.client, self.word = app.test_client(), word

    def ask(self, query: str = "", **headers: str) -> TestResponse:
        """Ask for completions."""
        sent = {"Authorization": f"Bearer {self.word}"} | headers
        return self.client.get(f"{PATH}?{query}", headers=sent)

    def told(self, query: str = "") -> list[dict[str, Any]]:
        """The completions of an answer."""
        response = self.ask(query)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json["completions"]  # type: ignore[index]
        return found


@pytest.fixture
def place(db: Session, course: Course) -> Authority:
    """An authority, and a course to finish."""
    assert course.title
    return people.authority(db)


@pytest.fixture
def maker(db: Session, place: Authority) -> Person:
    """The administrator who makes the token."""
    return people.person(db, place, Role.ADMINISTRATOR)


@pytest.fixture
def program(app: Flask, db: Session, maker: Person) -> Program:
    """A program with a token."""
    word = tokens.make(db, maker, "A program")
    db.commit()
    return Program(app, word)


@pytest.fixture
def nia(db: Session, place: Authority) -> Person:
    """Somebody who has finished a module a day and the course."""
    nia = people.person(db, place, email="nia@council.example")
    made.module(db, nia, "one", score=0.8)
    made.module(db, nia, "two", at=made.NOON + DAY, score=None)
    made.course(db, nia, at=made.NOON + DAY + timedelta(microseconds=1))
    return nia


def refused(response: TestResponse, status: int) -> str:
    """What a problem says, once it is seen to be one."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    assert response.json is not None
    assert response.json["status"] == status
    assert set(response.json) == {"type", "title", "status", "detail"}
    assert "Set-Cookie" not in response.headers
    detail: str = response.json["detail"]
    return detail


def test_what_is_told(program: Program, nia: Person, db: Session, course: Course) -> None:
    response = program.ask()
    assert response.mimetype == "application/json"
    assert "Set-Cookie" not in response.headers
    one, two, whole = program.told()
    assert one == {
        "person_id": one["person_id"],
        "email": nia.email,
        "course": "small",
        "module": "one",
        "finished_at": "2027-06-01T12:00:00Z",
        "score": 0.8,
        "certificate": None,
    }
    assert (two["module"], two["score"], two["certificate"]) == ("two", None, None)
    assert (whole["module"], whole["finished_at"]) == (None, "2027-06-02T12:00:00.000001Z")
    assert whole["certificate"].startswith("CODE-")
    assert response.json["next_cursor"] is None  # type: ignore[index]
    later = people.person(db, db.get(Authority, nia.authority_id))
    made.learn(db, later, course)
    names = {s.statement["actor"]["account"]["name"] for s in db.scalars(select(XapiStatement))}
    assert names == {told["person_id"] for told in program.told() if told["email"] == later.email}
    assert one["person_id"] not in names


def test_answers_go_on_where_they_ended(program: Program, place: Authority, db: Session) -> None:
    for _ in range(4):
        someone = people.person(db, place)
        for slug in ("one", "two"):
            made.module(db, someone, slug)  # all in the same moment
        made.course(db, someone)
    found, query, asked = [], "limit=5", 0
    while True:
        answer = program.ask(query).json
        assert answer is not None
        found += [(told["email"], told["module"]) for told in answer["completions"]]
        asked += 1
        if answer["next_cursor"] is None:
            break
        query = f"limit=5&cursor={answer['next_cursor']}"
    assert asked == 3
    assert len(found) == len(set(found)) == 12
    assert len(program.told()) == 12


def test_what_comes_meanwhile_is_not_missed(program: Program, nia: Person, db: Session) -> None:
    cursor = program.ask("limit=2").json["next_cursor"]  # type: ignore[index]
    made.module(db, nia, "three", at=made.NOON + 2 * DAY)
    assert [told["module"] for told in program.told(f"cursor={cursor}")] == [None, "three"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("since=2027-06-01T12:00:00Z", ["one", "two", None]),
        ("since=2027-06-01T13:00:00%2B01:00", ["one", "two", None]),
        ("since=2027-06-01T12:00:00.000001Z", ["two", None]),
        ("since=2027-06-02T12:00:00.000001Z", [None]),
        ("since=2099-12-31T23:59:59-23:59", []),
        ("course=small", ["one", "two", None]),
        ("course=old", []),
        ("course=small&limit=1", ["one"]),
        ("limit=500", ["one", "two", None]),
    ],
)
def test_it_is_narrowed(program: Program, nia: Person, db: Session, query: str, found: list[str | None]) -> None:
    other = people.person(db)
    made.module(db, other, course="old")
    db.add(
        CourseVersion(slug="old", version="1", digest="x", title="Old", told={}, loaded_at=clock.now(), current=False)
    )
    db.commit()
    assert nia.id
    assert [told["module"] for told in program.told(query)] == found


def _cursor(*told: object) -> str:
    return "cursor=" + base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


NOW = "2027-06-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=yesterday", "since is a moment"), ("since=2027-06-01", "since is a moment"),
        ("since=2027-06-01T12:00:00", "since is a moment"), ("since=2027-13-01T12:00:00Z", "since is a moment"),
        ("since=2027-06-01T12:00:00+00:00", "since is a moment"),  # a plus sign that was not escaped is a blank
        ("since=0001-01-01T00:00:00%2B23:59", "since is a moment"), ("since=1700000000", "since is a moment"),
        ("since=", "since is a moment"), ("since=%0B", "since is a moment"),
        ("course=Small", "course is the short name"), ("course=", "course is the short name"),
        ("course=" + "x" * 5000, "course is the short name"), ("course=a%0B", "course is the short name"),
        ("course=%27%20OR%201=1", "course is the short name"), ("course=small%0A", "course is the short name"),
        ("limit=0", "limit is a whole number"), ("limit=501", "limit is a whole number"),
        ("limit=-1", "limit is a whole number"), ("limit=five", "limit is a whole number"),
        ("limit=1e2", "limit is a whole number"), ("limit=", "limit is a whole number"),
        ("limit=" + "9" * 5000, "limit is a whole number"), ("limit=%D9%A5", "limit is a whole number"),
        ("cursor=x", "cursor is the next_cursor"), ("cursor=", "cursor is the next_cursor"),
        ("cursor=" + "A" * 5000, "cursor is the next_cursor"), ("cursor=%E2%82%AC", "cursor is the next_cursor"),
        (_cursor(NOW, 1, "small"), "cursor is the next_cursor"), (_cursor(), "cursor is the next_cursor"),
        (_cursor(NOW, "1", "small", ""), "cursor is the next_cursor"),
        (_cursor(NOW, True, "small", ""), "cursor is the next_cursor"),
        (_cursor(NOW, 2**63, "small", ""), "cursor is the next_cursor"),
        (_cursor(NOW, 1, "a\x00", ""), "cursor is the next_cursor"),
        (_cursor(NOW, 1, "small", None), "cursor is the next_cursor"),
        (_cursor("0001-01-01T00:00:00+23:59", 1, "small", ""), "cursor is the next_cursor"),
        (_cursor(7, 1, "small", ""), "cursor is the next_cursor"),
        (_cursor(NOW, 1, 7, ""), "cursor is the next_cursor"),
        (_cursor(NOW, 1, ["small"], ""), "cursor is the next_cursor"),
        ("cursor=" + base64.urlsafe_b64encode(b"[" * 3000).decode(), "cursor is the next_cursor"),
        ("cursor=Nw==", "cursor is the next_cursor"), ("cursor=bnVsbA==", "cursor is the next_cursor"),
        ("limit=1&limit=2", "limit is given more than once"), ("course=small&course=small", "course is given more"),
        ("person=1", "There is no such parameter"), ("authority_id=1", "There is no such parameter"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(program: Program, nia: Person, query: str, words: str) -> None:
    assert words in refused(program.ask(query), 422)
    assert nia.id


def test_a_course_that_never_was(program: Program) -> None:
    assert refused(program.ask("course=nowhere"), 404) == "There is no course of this name."


def test_a_token_opens_its_own_authority_only(program: Program, nia: Person, db: Session, app: Flask) -> None:
    there = people.authority(db)
    foreign = people.person(db, there)
    made.module(db, foreign, at=made.NOON + DAY)
    word = tokens.make(db, people.person(db, there, Role.ADMINISTRATOR), "Theirs")
    db.commit()
    theirs = Program(app, word)
    assert {told["email"] for told in program.told()} == {nia.email}
    assert {told["email"] for told in theirs.told()} == {foreign.email}
    cursor = program.ask("limit=1").json["next_cursor"]  # type: ignore[index]
    assert {told["email"] for told in theirs.told(f"cursor={cursor}")} == {foreign.email}


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer " + "x" * 100_000, "Basic dXM6cGFzcw==", "{word}",
     "Token {word}", "Basic {word}", "Bearer {word}x", "Bearer {short}", "Bearer {word} {word}", "Bearer \xe9",
     "Bearer {hash}"],
)  # fmt: skip
def test_who_shows_no_right_token_is_told_nothing(
    program: Program, nia: Person, db: Session, app: Flask, header: str | None
) -> None:
    kept = db.scalars(select(AccessToken.token_hash)).one()
    told = header and header.format(word=program.word, short=program.word[:-1], hash=kept)
    response = app.test_client().get(PATH, headers={} if told is None else {"Authorization": told})
    assert "Authorization: Bearer" in refused(response, 401)
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert nia.email not in response.text


@pytest.mark.parametrize("header", ["bearer {word}", "BEARER {word}"])
def test_the_word_bearer_may_be_written_in_any_way(program: Program, app: Flask, header: str) -> None:
    response = app.test_client().get(PATH, headers={"Authorization": header.format(word=program.word)})
    assert response.status_code == 200


def test_a_token_in_the_address_is_none(program: Program, app: Flask) -> None:
    refused(app.test_client().get(f"{PATH}?token={program.word}"), 401)
    refused(app.test_client().get(f"{PATH}?access_token={program.word}"), 401)


def test_a_cookie_opens_nothing(visitor: Visitor, maker: Person) -> None:
    people.signed_in(visitor, maker)
    assert visitor.client.get(PATH).status_code == 401


def test_a_token_opens_no_page(program: Program) -> None:
    for path in ("/", "/completions", "/interchange"):
        response = program.client.get(path, headers={"Authorization": f"Bearer {program.word}"})
        assert response.status_code == 302
        assert "/sign-in" in response.headers["Location"]


def test_a_revoked_token_opens_nothing(program: Program, maker: Person, db: Session) -> None:
    tokens.revoke(db, maker, db.scalars(select(AccessToken.id)).one())
    db.commit()
    refused(program.ask(), 401)


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.TRAINER}])
def test_a_token_ends_with_its_makers_office(
    program: Program, maker: Person, db: Session, change: dict[str, object]
) -> None:
    for name, value in change.items():
        setattr(maker, name, value)
    db.commit()
    assert "no longer an administrator" in refused(program.ask(), 403)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(program: Program, app: Flask, method: str) -> None:
    response = app.test_client().open(PATH, method=method, headers={"Authorization": f"Bearer {program.word}"})
    refused(response, 405)
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/v1/people", "/api/v2/completions", "/api/v1/completions/", "/api/"])
def test_what_is_not_there(program: Program, path: str) -> None:
    refused(program.client.get(path, headers={"Authorization": f"Bearer {program.word}"}), 404)


def test_every_address_for_programs_asks_for_a_token(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if PERMISSIONS[rule.endpoint] == TOKEN]
    assert [rule.rule for rule in rules] == [PATH]
    for rule in rules:
        refused(app.test_client().get(rule.rule), 401)


def test_a_program_that_asks_too_often_is_slowed(program: Program, app: Flask, db: Session, maker: Person) -> None:
    assert {program.ask("limit=1").status_code for _ in range(120)} == {200}
    response = program.ask()
    assert "many" in refused(response, 429)
    assert int(response.headers["Retry-After"]) > 0
    word = tokens.make(db, maker, "Another")
    db.commit()
    assert Program(app, word).ask().status_code == 200


def test_guessing_is_slowed_whatever_is_guessed(program: Program, app: Flask) -> None:
    statuses = [Program(app, f"guess{n}").ask().status_code for n in range(40)]
    assert statuses == [401] * 30 + [429] * 10
    refused(program.ask(), 429)  # from the same place


def test_its_last_use_is_noted_now_and_then(
    program: Program, db: Session, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    real = jobs.send_now
    monkeypatch.setattr(jobs, "send_now", lambda app, name, *ids: (sent.append(name), real(app, name, *ids)))
    first = clock.now()
    for minutes, times in ((0, 1), (1, 1), (6, 2)):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: first + timedelta(minutes=minutes))
        program.ask()
        assert sent == ["interchange.note_use"] * times
    db.expire_all()
    assert db.scalars(select(AccessToken.last_used_at)).one() == first + timedelta(minutes=6)
    with counted(engine) as statements:
        program.ask()
    assert all(statement.startswith("SELECT") for statement in statements)


def test_it_costs_the_same_for_many(program: Program, nia: Person, db: Session, engine: Engine) -> None:
    program.ask()
    with counted(engine) as few:
        program.ask("course=small")
    place = db.get(Authority, nia.authority_id)
    made.many(db, [people.person(db, place) for _ in range(10)], 12)
    with counted(engine) as many:
        assert len(program.told("course=small&limit=100")) == 100
    assert len(many) == len(few) <= 5
