"""Recovery codes: doing without the phone."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.accounts.setting_up import ASKED, SET_UP, events, set_up
from tests.webapp.pages import Visitor
from webapp.accounts import recovery_codes, second_factor
from webapp.accounts.tables import Role
from webapp.errors import Refused


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
