"""One's own account."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor
from webapp.accounts import account, links
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.errors import Refused

NEW = "copper lantern meadow"
CHANGE = {"current": people.PASSWORD, "password": NEW, "again": NEW}


def test_the_name_in_the_header_leads_there(visitor: Visitor, db: Session) -> None:
    people.signed_in(visitor, people.person(db))
    assert "/account" in visitor.get("/").links()


def test_details(visitor: Visitor, db: Session) -> None:
    someone = people.person(db, name="Old Name")
    people.signed_in(visitor, someone)
    page = visitor.get("/account")
    assert page.heading == "Your account"
    assert someone.email in page.text
    assert page.soup.select("[name=email]") == []
    page = visitor.send(
        "/account", {"name": "  New \r\n\x0b <i>Name</i>\u200b ", "discipline": "Police", "email": "x@y.z"}
    )
    assert "Your details are kept." in page.text
    before = someone.email
    db.refresh(someone)
    assert (someone.name, someone.discipline, someone.email) == ("New <i>Name</i>", "Police", before)
    assert "<i>Name</i>" not in page.response.text
    visitor.send("/account", {"name": someone.name, "discipline": "Police"})
    assert len(db.scalars(select(AuditEvent).where(AuditEvent.name == "person.change")).all()) == 1


@pytest.mark.parametrize(
    ("name", "discipline"),
    [("", "Police"), ("   ", "Police"), ("x" * 5000, "Police"), ("Right", "Wizardry"), ("Right", "")],
)
def test_poor_details_are_told_at_their_field(visitor: Visitor, db: Session, name: str, discipline: str) -> None:
    someone = people.person(db, name="Before")
    people.signed_in(visitor, someone)
    visitor.get("/account")
    page = visitor.send("/account", {"name": name, "discipline": discipline})
    assert page.soup.select_one("[aria-invalid=true]")
    db.refresh(someone)
    assert someone.name == "Before"


def test_services_take_no_poor_details_either(db: Session) -> None:
    someone = people.person(db)
    for name, discipline in (("", "Police"), ("x" * 121, "Police"), ("Right", "Wizardry")):
        with pytest.raises(Refused):
            account.change_details(db, someone, name=name, discipline=discipline)


def test_another_password(app: Flask, visitor: Visitor, db: Session, mailbox: Mailbox) -> None:
    boss = people.person(db, role=Role.ADMINISTRATOR)
    someone = people.person(db, authority_id=boss.authority_id)
    old_link = links.invite(db, boss, someone).removeprefix("http://127.0.0.1:5000")
    db.commit()
    elsewhere = people.signed_in(Visitor(app.test_client()), someone)
    people.signed_in(visitor, someone)
    visitor.get("/account/password")
    page = visitor.send("/account/password", CHANGE)
    assert page.heading == "Your account"
    assert "Your new password is kept." in page.text
    assert elsewhere.get("/").heading == "Sign in"
    assert mailbox.letters(someone.email)[-1]["Subject"] == "Your password was changed"
    visitor.get(old_link, status=410)
    visitor.get("/account")
    visitor.send("/sign-out")
    assert visitor.sign_in(someone.email, people.PASSWORD).heading == "Sign in"
    assert visitor.sign_in(someone.email, NEW).response.request.path == "/"
    assert "password.change" in db.scalars(select(AuditEvent.name)).all()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"current": "not it"}, "current"),
        ({"current": ""}, "current"),
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "different"}, "again"),
        ({"current": "x" * 5000}, "current"),
    ],
)
def test_a_poor_change_changes_nothing(visitor: Visitor, db: Session, wrong: dict[str, str], field: str) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    visitor.get("/account/password")
    page = visitor.send("/account/password", {**CHANGE, **wrong})
    assert page.soup.select_one(f"[name={field}][aria-invalid=true]")
    before = someone.password_hash
    db.refresh(someone)
    assert someone.password_hash == before
    assert visitor.get("/account").heading == "Your account"


def test_guessing_the_password_of_an_open_session_is_slowed(visitor: Visitor, db: Session) -> None:
    people.signed_in(visitor, people.person(db))
    visitor.get("/account/password")
    for _ in range(10):
        visitor.send("/account/password", {**CHANGE, "current": "not it"})
    visitor.send("/account/password", CHANGE, status=429)


def test_without_a_password_there_is_none_to_change(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    someone.password_hash = None
    db.commit()
    page = visitor.get("/account/password")
    assert "work account" in page.text
    assert page.soup.select("[type=password]") == []
    assert visitor.send("/account/password", CHANGE).heading == "Change your password"


def test_out_everywhere(app: Flask, visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    elsewhere = people.signed_in(Visitor(app.test_client()), someone)
    people.signed_in(visitor, someone)
    visitor.get("/account")
    page = visitor.send("/account/sign-out-everywhere")
    assert page.heading == "Sign in"
    assert "You are signed out everywhere." in page.text
    assert visitor.get("/account").heading == "Sign in"
    assert elsewhere.get("/account").heading == "Sign in"
    assert "session.end_all" in db.scalars(select(AuditEvent.name)).all()


@pytest.mark.parametrize(
    "path", ["/account", "/account/password", "/account/sign-out-everywhere", "/account/second-factor"]
)
def test_forms_without_their_token_change_nothing(visitor: Visitor, db: Session, path: str) -> None:
    someone = people.person(db, name="Before")
    people.signed_in(visitor, someone)
    visitor.last = None
    visitor.send(path, {"name": "After", "discipline": "Police", **CHANGE}, status=400)
    db.refresh(someone)
    assert (someone.name, someone.session_version) == ("Before", 0)
