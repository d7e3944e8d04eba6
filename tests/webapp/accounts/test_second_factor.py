"""The second factor: setting it up, being asked for it, and doing without the phone."""

from __future__ import annotations

import re
import time
from urllib.parse import unquote

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.clocks import wait
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Page, Visitor
from webapp.accounts import recovery_codes, second_factor
from webapp.accounts.tables import Person, RecoveryCode, Role
from webapp.audit import AuditEvent
from webapp.errors import NotAllowed, NotFound, Refused
from webapp.settings import Settings

STAFF = [Role.TRAINER, Role.LEAD, Role.ADMINISTRATOR]
ASKED, SET_UP = "Your second factor", "Set up your second factor"


def now() -> str:
    return pyotp.TOTP(people.SECRET).now()


def secret_on(page: Page) -> str:
    key = page.soup.select_one("code.key")
    assert key is not None
    return key.get_text().replace(" ", "")


def set_up(visitor: Visitor) -> tuple[str, list[str]]:
    """Go through the set-up page: the secret, and the recovery codes."""
    page = visitor.get("/account/second-factor")
    secret = secret_on(page)
    page = send(visitor, pyotp.TOTP(secret).now())
    assert page.heading == "Your recovery codes"
    return secret, [code.get_text() for code in page.soup.select(".codes code")]


def send(visitor: Visitor, code: str, **more: str) -> Page:
    """Type a code on the set-up page."""
    assert visitor.last is not None
    hidden = visitor.last.soup.select_one("input[name=secret]")
    assert hidden is not None
    return visitor.send("/account/second-factor", {"secret": hidden["value"], "code": code, **more})


def events(db: Session) -> list[str]:
    return list(db.scalars(select(AuditEvent.name).order_by(AuditEvent.id)))


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


def test_recovery_codes_work_once_each(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    _, codes = set_up(visitor)
    for code, heading in ((codes[0].lower(), "Hello"), (codes[0], ASKED), (codes[1].replace("-", " "), "Hello")):
        visitor.get("/")
        visitor.send("/sign-out")
        visitor.sign_in(someone.email, people.PASSWORD)
        page = visitor.get("/sign-in/code?recovery=1")
        assert page.soup.select_one("label[for=code]").get_text() == "Recovery code"
        assert visitor.send("/sign-in/code?recovery=1", {"code": code}).heading.startswith(heading)
    assert "8 recovery codes" in visitor.get("/account").text
    assert events(db).count("recovery_code.use") == 2


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


def test_another_persons_recovery_code_opens_nothing(db: Session) -> None:
    one, other = people.person(db, role=Role.LEAD), people.person(db, role=Role.LEAD)
    code = recovery_codes.make(db, one)[0]
    db.flush()
    assert not second_factor.accepts(db, other, code)
    assert second_factor.accepts(db, one, code)


def test_new_recovery_codes(visitor: Visitor, db: Session) -> None:
    someone = people.person(db, role=Role.TRAINER)
    old = recovery_codes.make(db, someone)
    db.commit()
    people.signed_in(visitor, someone)
    visitor.get("/account/recovery-codes")
    assert visitor.send("/account/recovery-codes", {"code": "000000"}).heading == "Make new recovery codes"
    page = visitor.send("/account/recovery-codes", {"code": people.code(someone)})
    new = [code.get_text() for code in page.soup.select(".codes code")]
    assert len(new) == 10
    assert not second_factor.accepts(db, someone, old[0])
    assert second_factor.accepts(db, someone, new[0])


def test_no_recovery_codes_without_a_second_factor(visitor: Visitor, db: Session) -> None:
    someone = people.person(db)
    people.signed_in(visitor, someone)
    assert visitor.get("/account/recovery-codes").heading == SET_UP
    with pytest.raises(Refused):
        second_factor.renew_recovery_codes(db, someone)


def test_turning_it_off(visitor: Visitor, db: Session, mailbox: Mailbox) -> None:
    someone = people.with_second_factor(db, people.person(db))
    recovery_codes.make(db, someone)
    db.commit()
    people.signed_in(visitor, someone)
    visitor.get("/account/second-factor/off")
    assert visitor.send("/account/second-factor/off", {"code": "000000"}).heading == "Turn off your second factor"
    page = visitor.send("/account/second-factor/off", {"code": people.code(someone)})
    assert "Your second factor is off." in page.text
    db.refresh(someone)
    assert someone.second_factor is None
    assert db.scalars(select(RecoveryCode)).all() == []
    assert mailbox.letters(someone.email)[-1]["Subject"] == "Your second factor was turned off"
    assert visitor.get("/account/second-factor/off", status=400).text.count("no second factor")
    assert "second_factor.off" in events(db)


@pytest.mark.parametrize("role", STAFF)
def test_who_needs_one_cannot_turn_it_off(visitor: Visitor, db: Session, role: Role) -> None:
    someone = people.person(db, role=role)
    people.signed_in(visitor, someone)
    assert "/account/second-factor/off" not in visitor.get("/account").links()
    visitor.get("/account/second-factor/off", status=403)
    visitor.get("/account")
    visitor.send("/account/second-factor/off", {"code": people.code(someone)}, status=403)
    db.refresh(someone)
    assert someone.second_factor is not None


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


def test_an_administrator_resets_it(visitor: Visitor, db: Session) -> None:
    boss = people.person(db, role=Role.ADMINISTRATOR)
    someone = people.person(db, role=Role.TRAINER, authority_id=boss.authority_id)
    recovery_codes.make(db, someone)
    db.commit()
    people.signed_in(visitor, someone)
    second_factor.reset(db, boss, someone)
    db.commit()
    assert visitor.get("/").heading == "Sign in"
    assert visitor.sign_in(someone.email, people.PASSWORD).heading == SET_UP
    assert db.scalars(select(RecoveryCode)).all() == []
    event = db.scalars(select(AuditEvent).where(AuditEvent.name == "second_factor.reset")).one()
    assert (event.actor_id, event.subject_id) == (boss.id, someone.id)


def test_who_may_reset_whose(db: Session) -> None:
    boss = people.person(db, role=Role.ADMINISTRATOR)
    trainer = people.person(db, role=Role.TRAINER, authority_id=boss.authority_id)
    foreign = people.person(db, role=Role.TRAINER)
    without = people.person(db, authority_id=boss.authority_id)
    with pytest.raises(NotFound):
        second_factor.reset(db, boss, foreign)
    with pytest.raises(NotAllowed):
        second_factor.reset(db, trainer, boss)
    with pytest.raises(Refused):
        second_factor.reset(db, boss, without)
    second_factor.reset(db, None, boss)  # the command on the server, for the only administrator there is
    assert boss.second_factor is None


def test_another_key_opens_none(db: Session, whole_app: Flask) -> None:
    someone: Person = people.person(db, role=Role.TRAINER)
    settings: Settings = whole_app.extensions["settings"]
    db.info["settings"] = settings.model_copy(update={"secret_key": type(settings.secret_key)("another key")})
    assert not second_factor.accepts(db, someone, now())
