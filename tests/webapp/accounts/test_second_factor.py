"""The second factor: who has to set it up, how, and how its secret is kept."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.accounts.setting_up import ASKED, SET_UP, STAFF, events, now, secret_on, send, set_up
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor
from webapp.accounts import second_factor
from webapp.accounts.tables import Person, RecoveryCode, Role
from webapp.settings import Settings


@pytest.mark.parametrize("role", STAFF)
def test_nothing_opens_before_it_is_set_up(visitor: Visitor, db: Session, role: Role) -> None:
    someone = people.person(db, role=role, second_factor=None)
    assert visitor.sign_in(someone.email, people.PASSWORD).heading == SET_UP
    for path in ("/", "/account", "/account/password", "/account/recovery-codes"):
        assert visitor.get(path).heading == SET_UP
    assert visitor.last is not None
    assert visitor.last.soup.select("nav") == []
    assert visitor.send("/account/sign-out-everywhere").heading == SET_UP
    db.refresh(someone)
    assert someone.session_version == 0
    set_up(visitor)
    assert visitor.get("/").response.request.path == "/"


def test_from_set_up_to_signing_in(visitor: Visitor, db: Session, mailbox: Mailbox) -> None:
    someone = people.person(db, role=Role.TRAINER, second_factor=None)
    visitor.sign_in(someone.email, people.PASSWORD)
    secret, codes = set_up(visitor)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", code) for code in codes)
    visitor.send("/sign-out")
    db.refresh(someone)
    someone.second_factor_step = None
    db.commit()
    assert visitor.sign_in(someone.email, people.PASSWORD).heading == ASKED
    code = pyotp.TOTP(secret).now()
    assert visitor.send("/sign-in/code", {"code": f"{code[:3]} {code[3:]}"}).response.request.path == "/"
    assert events(db) == ["session.begin", "second_factor.on", "session.begin"]
    assert mailbox.letters(someone.email)[-1]["Subject"] == "Your second factor was turned on"


def test_the_picture_says_what_the_key_says(visitor: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    import segno

    make = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **how: drawn.append(text) or make(text, **how))
    someone = people.signed_in(visitor, people.person(db))
    page = someone.get("/account/second-factor")
    image = page.soup.select_one("img.qr")
    assert image is not None
    assert str(image["src"]).startswith("data:image/svg+xml")
    assert "<svg" in unquote(str(image["src"]))
    assert image["alt"]
    assert pyotp.parse_uri(drawn[0]).secret == secret_on(page)
    assert "issuer=Changetalk" in drawn[0]


def test_a_wrong_first_code_keeps_the_same_picture(visitor: Visitor, db: Session) -> None:
    people.signed_in(visitor, people.person(db))
    before = secret_on(visitor.get("/account/second-factor"))
    page = send(visitor, "000000")
    assert page.soup.select_one("[aria-invalid=true]")
    assert secret_on(page) == before
    assert send(visitor, pyotp.TOTP(before).now()).heading == "Your recovery codes"


@pytest.mark.parametrize("secret", ["", "nonsense", "AAAA", "é", "x" * 5000])
def test_a_forged_secret_is_not_taken(visitor: Visitor, db: Session, secret: str) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    visitor.get("/account/second-factor")
    page = send(visitor, now(), secret=secret)
    assert page.heading == SET_UP
    db.refresh(someone)
    assert someone.second_factor is None


def test_another_persons_secret_is_not_taken(db: Session) -> None:
    one, other = people.person(db), people.person(db)
    closed = second_factor.sealed(db, one, people.SECRET)
    assert second_factor.unsealed(db, one, closed) == people.SECRET
    assert second_factor.unsealed(db, other, closed) is None


def test_set_up_sent_twice_and_in_two_tabs(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    first = visitor.get("/account/second-factor")
    secret = secret_on(first)
    visitor.get("/account/second-factor")
    visitor.last = first
    assert send(visitor, pyotp.TOTP(secret).now()).heading == "Your recovery codes"
    db.refresh(someone)
    kept = someone.second_factor
    visitor.get("/account")
    page = visitor.send("/account/second-factor", {"code": "123456"})
    assert "on already" in page.text
    db.refresh(someone)
    assert someone.second_factor == kept


def test_setting_it_up_ends_other_sign_ins(app: Flask, visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    elsewhere = people.signed_in(Visitor(app.test_client()), someone)
    people.signed_in(visitor, someone)
    set_up(visitor)
    assert elsewhere.get("/").heading == "Sign in"
    assert visitor.get("/account").heading == "Your account"


def test_where_the_settings_need_none(
    app: Flask, visitor: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update={"second_factor": False}))
    someone = people.person(db, role=Role.TRAINER, second_factor=None)
    assert visitor.sign_in(someone.email, people.PASSWORD).response.request.path == "/"


def test_a_new_role_asks_at_once(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    someone.role = Role.TRAINER
    db.commit()
    assert visitor.get("/account").heading == SET_UP


def test_neither_secret_nor_codes_can_be_read_in_the_database(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    secret, codes = set_up(visitor)
    db.refresh(someone)
    assert someone.second_factor is not None
    assert secret.encode() not in someone.second_factor
    kept = set(db.scalars(select(RecoveryCode.fingerprint).where(RecoveryCode.person_id == someone.id)))
    assert len(kept) == 10
    assert not kept & {code.replace("-", "") for code in codes}
    other = people.person(db)
    other.second_factor = someone.second_factor  # copied into another row it opens nothing
    db.commit()
    assert not second_factor.accepts(db, other, pyotp.TOTP(secret).now())


def test_another_key_opens_none(db: Session, whole_app: Flask) -> None:
    someone: Person = people.person(db, role=Role.TRAINER)
    settings: Settings = whole_app.extensions["settings"]
    db.info["settings"] = settings.model_copy(update={"secret_key": type(settings.secret_key)("another key")})
    assert not second_factor.accepts(db, someone, now())
