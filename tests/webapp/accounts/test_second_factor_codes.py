"""Being asked for a code at the sign-in, and which codes count."""

from __future__ import annotations

import time

import pyotp
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.accounts.setting_up import ASKED, events, now, secret_on, send
from tests.webapp.clocks import wait
from tests.webapp.pages import Visitor
from webapp.accounts import second_factor
from webapp.accounts.tables import Role


@pytest.mark.parametrize("path", ["/", "/account", "/account/second-factor", "/account/recovery-codes"])
def test_half_signed_in_opens_nothing(visitor: Visitor, db: Session, path: str) -> None:
    someone = people.person(db, role=Role.ADMINISTRATOR)
    visitor.sign_in(someone.email, people.PASSWORD)
    page = visitor.get(path)
    assert page.heading == ASKED
    assert someone.name not in page.text
    assert page.soup.select("nav") == []
    assert visitor.send(path if path != "/" else "/sign-out", {"code": now()}).heading == ASKED


def test_half_signed_in_for_ten_minutes(visitor: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    someone = people.person(db, role=Role.TRAINER)
    visitor.sign_in(someone.email, people.PASSWORD)
    wait(monkeypatch, minutes=9, seconds=50)
    assert visitor.get("/sign-in/code").heading == ASKED
    wait(monkeypatch, minutes=10, seconds=1)
    page = visitor.send("/sign-in/code", {"code": now()})
    assert page.heading == "Sign in"
    assert "ten minutes" in page.text


def test_half_signed_in_ends_with_all_sign_ins(visitor: Visitor, db: Session) -> None:
    someone = people.person(db, role=Role.TRAINER)
    visitor.sign_in(someone.email, people.PASSWORD)
    someone.session_version += 1
    db.commit()
    assert visitor.send("/sign-in/code", {"code": now()}).heading == "Sign in"


def test_the_page_for_the_code_is_for_those_who_owe_one(visitor: Visitor, db: Session) -> None:
    assert visitor.get("/sign-in/code").heading == "Sign in"
    people.signed_in(visitor, people.person(db))
    assert visitor.get("/sign-in/code").response.request.path == "/"


def test_it_leads_on_to_where_one_wanted_to_go(visitor: Visitor, db: Session) -> None:
    someone = people.person(db, role=Role.TRAINER)
    visitor.get("/account")
    visitor.send("/sign-in?next=/account", {"email": someone.email, "password": people.PASSWORD})
    assert visitor.send("/sign-in/code", {"code": now()}).heading == "Your account"


@pytest.mark.parametrize(
    "code", ["", "000000", "12345", "1234567", "١٢٣٤٥٦", "<b>1</b>", "x" * 5000, "-1\x0b", "1 2 3"]
)
def test_wrong_codes(visitor: Visitor, db: Session, code: str) -> None:
    someone = people.person(db, role=Role.TRAINER)
    visitor.sign_in(someone.email, people.PASSWORD)
    page = visitor.send("/sign-in/code", {"code": code})
    assert page.heading == ASKED
    assert page.soup.select_one("[aria-invalid=true]")
    assert visitor.send("/sign-in/code?recovery=1", {"code": code}).heading == ASKED


def test_a_code_counts_once(app: Flask, visitor: Visitor, db: Session) -> None:
    someone = people.person(db, role=Role.TRAINER)
    step = int(time.time()) // 30
    app_on_phone = pyotp.TOTP(people.SECRET)
    visitor.sign_in(someone.email, people.PASSWORD)
    assert visitor.send("/sign-in/code", {"code": app_on_phone.generate_otp(step)}).response.request.path == "/"
    other = Visitor(app.test_client())
    other.sign_in(someone.email, people.PASSWORD)
    for earlier in (step, step - 1):
        assert other.send("/sign-in/code", {"code": app_on_phone.generate_otp(earlier)}).heading == ASKED
    assert other.send("/sign-in/code", {"code": app_on_phone.generate_otp(step + 1)}).response.request.path == "/"
    assert events(db).count("second_factor.refuse") == 2


def test_the_first_code_counts_once_too(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    first = pyotp.TOTP(secret_on(visitor.get("/account/second-factor"))).now()
    send(visitor, first)
    visitor.send("/sign-out")
    visitor.sign_in(someone.email, people.PASSWORD)
    assert visitor.send("/sign-in/code", {"code": first}).heading == ASKED


@pytest.mark.parametrize(("off", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_a_little(db: Session, monkeypatch: pytest.MonkeyPatch, off: int, right: bool) -> None:
    someone = people.person(db, role=Role.TRAINER)
    wait(monkeypatch, seconds=15 - time.time() % 30)  # the middle of a code's half minute
    step = int(time.time()) // 30
    assert second_factor.accepts(db, someone, pyotp.TOTP(people.SECRET).generate_otp(step + off)) is right


def test_strangers_who_send_codes_are_led_to_the_start(visitor: Visitor) -> None:
    visitor.get("/sign-in")
    for path in ("/sign-in/code", "/account/second-factor", "/account/recovery-codes"):
        assert visitor.send(path, {"code": "123456"}).heading == "Sign in"


def test_guessing_is_slowed(visitor: Visitor, db: Session) -> None:
    someone = people.person(db, role=Role.TRAINER)
    visitor.sign_in(someone.email, people.PASSWORD)
    for _ in range(10):
        visitor.send("/sign-in/code", {"code": "000000"})
    visitor.send("/sign-in/code", {"code": now()}, status=429)
