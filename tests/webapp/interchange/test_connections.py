"""The page where an administrator looks after the record store and the access tokens."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.interchange import made
from tests.webapp.interchange.conftest import Set
from tests.webapp.interchange.record_store import RecordStore
from tests.webapp.organisation.made import Office, rows
from tests.webapp.pages import Page, Visitor, counted
from webapp import clock, jobs
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.interchange.services import tokens
from webapp.interchange.tables import AccessToken, XapiStatement
from webapp.learning.content.course import Course


def make(visitor: Visitor, name: str = "Learning system", *, status: int = 200) -> Page:
    visitor.get("/interchange")
    return visitor.send("/interchange/tokens", {"name": name}, status=status)


def word(page: Page) -> str:
    """The token that the page shows."""
    field = page.soup.select_one("#token")
    assert field is not None
    return str(field["value"])


def test_how_statements_stand(
    office: Office, course: Course, settings: Set, store: RecordStore, app: Flask, db: Session
) -> None:
    address = store.address
    settings(xapi_store="")
    made.learn(db, office.person(), course)
    made.learn(db, people.person(db), course)  # elsewhere
    page = office.visitor.get("/interchange")
    assert "No record store is set" in page.text
    assert "3 statements wait. 0 statements have been sent." in page.text
    assert not page.soup.select("form[action$='/try-now']")
    settings(xapi_store=address)
    store.answers = [503]
    jobs.sweep(app)
    page = office.visitor.get("/interchange")
    assert "at 127.0.0.1 ." in page.text
    assert re.search(r"3 statements wait; the next try is on \d+ \w+ \d{4}, \d\d:\d\d\.", page.text)
    assert "Last problem: The record store had a fault of its own (503)." in page.text
    page = office.visitor.send("/interchange/try-now")
    assert "We are trying now" in page.text
    assert "0 statements wait. 3 statements have been sent." in page.text
    assert "Last problem" not in page.text
    assert db.scalars(select(AuditEvent.actor_id).where(AuditEvent.name == "record_store.try_now")).all() == [
        office.actor.id
    ]


def test_trying_now_leaves_other_authorities_alone(
    office: Office, course: Course, store: RecordStore, app: Flask, db: Session
) -> None:
    made.learn(db, office.person(), course)
    made.learn(db, people.person(db), course)
    store.answers = [500]
    jobs.sweep(app)
    office.visitor.get("/interchange")
    office.visitor.send("/interchange/try-now")
    db.expire_all()
    sent = {row.authority_id == office.place.id: row.sent_at for row in db.scalars(select(XapiStatement))}
    assert sent[True] is not None
    assert sent[False] is None


def test_trying_now_again_and_again_is_slowed(office: Office) -> None:
    for _ in range(6):
        office.visitor.get("/interchange")
        office.visitor.send("/interchange/try-now")
    office.visitor.get("/interchange")
    office.visitor.send("/interchange/try-now", status=429)


def test_a_token_is_shown_once_and_only_its_fingerprint_kept(office: Office, db: Session) -> None:
    page = make(office.visitor, "  Learning \u200b system ")
    shown = word(page)
    assert page.heading == "The token for Learning system"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert len(shown) > 50
    kept = db.scalars(select(AccessToken)).one()
    assert shown not in str({column.name: getattr(kept, column.name) for column in AccessToken.__table__.columns})
    page = office.visitor.get("/interchange")
    assert shown not in page.response.text
    assert rows(page)[0].startswith("Token Learning system Made ")
    assert "by Robin Admin Last used Never Change Revoke Learning system" in rows(page)[0]
    event = db.scalars(select(AuditEvent).where(AuditEvent.name == "access_token.make")).one()
    assert (event.subject_id, event.about) == (kept.id, {})
    assert "Made an access token" in office.visitor.get("/audit").text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Say which program will use it."), (" \u200b ", "Say which program will use it."),
        ("x" * 5000, "That is too long."), ("LEARNING SYSTEM", "There is a token of this name already."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_field(office: Office, db: Session, name: str, words: str) -> None:
    make(office.visitor)
    page = make(office.visitor, name, status=422)
    assert words in page.soup.select_one("#name-error").get_text()  # type: ignore[union-attr]
    assert len(db.scalars(select(AccessToken)).all()) == 1


def test_a_name_is_shown_as_it_is(office: Office) -> None:
    page = make(office.visitor, "<script>alert(1)</script>")
    assert "<script>alert(1)</script>" in page.heading
    assert "<script>alert(1)</script>" in office.visitor.get("/interchange").text


def test_there_are_not_ever_more_tokens(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST", 2)
    make(office.visitor, "one")
    make(office.visitor, "two")
    assert "There are 2 tokens already" in make(office.visitor, "three", status=422).text


def test_a_token_is_revoked(office: Office, db: Session) -> None:
    make(office.visitor)
    kept = db.scalars(select(AccessToken)).one()
    for _ in range(2):
        office.visitor.get("/interchange")
        page = office.visitor.send(f"/interchange/tokens/{kept.id}/revoke")
        assert "The token “Learning system” opens nothing any more." in page.text
        assert "There are no tokens" in page.text
    db.refresh(kept)
    assert kept.revoked_at is not None
    assert len(db.scalars(select(AuditEvent).where(AuditEvent.name == "access_token.revoke")).all()) == 1
    make(office.visitor)  # its name is free again


def test_nobody_reaches_the_tokens_of_another_authority(office: Office, db: Session) -> None:
    other = people.person(db, role=Role.ADMINISTRATOR)
    tokens.make(db, other, "Foreign token")
    db.commit()
    kept = db.scalars(select(AccessToken)).one()
    page = office.visitor.get("/interchange")
    assert "Foreign token" not in page.text
    for number in (kept.id, 999_999, 99_999_999_999_999_999_999):
        office.visitor.get("/interchange")
        office.visitor.send(f"/interchange/tokens/{number}/revoke", status=404)
    db.refresh(kept)
    assert kept.revoked_at is None
    make(office.visitor, "Foreign token")  # a name is taken within an authority only


def test_a_token_whose_maker_has_gone_is_shown_for_what_it_is(office: Office, db: Session) -> None:
    colleague = office.person(Role.ADMINISTRATOR)
    tokens.make(db, colleague, "Old one")
    colleague.active = False
    db.commit()
    assert "No longer an administrator, so this token opens nothing." in office.visitor.get("/interchange").text


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.LEAD, Role.TRAINER])
def test_nobody_else_gets_in(visitor: Visitor, db: Session, role: Role) -> None:
    someone = people.person(db, role=role)
    tokens.make(db, people.person(db, role=Role.ADMINISTRATOR), "One")
    db.commit()
    number = db.scalars(select(AccessToken.id)).one()
    people.signed_in(visitor, someone)
    visitor.get("/interchange", status=403)
    for path in ("tokens", f"tokens/{number}/revoke", "try-now"):
        visitor.get("/")
        visitor.send(f"/interchange/{path}", {"name": "x"}, status=403)


def test_forms_need_their_token(office: Office) -> None:
    for path in ("tokens", "tokens/1/revoke", "try-now"):
        office.visitor.last = None
        office.visitor.send(f"/interchange/{path}", {"name": "x"}, status=400)


def test_the_page_costs_the_same_for_many(office: Office, db: Session, engine: Engine, course: Course) -> None:
    make(office.visitor)
    made.learn(db, office.person(), course)
    office.visitor.get("/interchange")
    with counted(engine) as few:
        office.visitor.get("/interchange")
    for number in range(10):
        tokens.make(db, office.person(Role.ADMINISTRATOR), f"Token {number}")
        made.learn(db, office.person(), course)
    db.commit()
    with counted(engine) as many:
        office.visitor.get("/interchange")
    assert len(many) == len(few) <= 5
    assert clock.now()
