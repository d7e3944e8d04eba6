"""The first person on a new installation."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Visitor
from webapp.accounts import services
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.errors import Refused
from webapp.organisation.tables import Authority

GIVEN = {
    "name": " Mo  Hart ",
    "email": " Mo.Hart@Council.Example ",
    "password": people.PASSWORD,
    "authority_name": "A council",
}


def test_she_can_come_in(db: Session, visitor: Visitor) -> None:
    made = services.first_administrator(db, **GIVEN)
    db.commit()
    assert (made.name, made.email, made.role) == ("Mo Hart", "mo.hart@council.example", Role.ADMINISTRATOR)
    assert db.get_one(Authority, made.authority_id).name == "A council"
    assert db.scalars(select(AuditEvent.name)).all() == ["person.add_first"]
    assert visitor.sign_in("mo.hart@council.example", people.PASSWORD).heading == "Set up your second factor"


def test_there_is_only_one_first(db: Session) -> None:
    people.person(db, active=False)
    with pytest.raises(Refused, match="already"):
        services.first_administrator(db, **GIVEN)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Type your name"),
        ({"name": "x" * 5000}, "120 characters"),
        ({"email": "nobody"}, "no e-mail address"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "no e-mail address"),
        ({"password": "short"}, "12 characters"),
        ({"authority_name": ""}, "the name of the authority"),
    ],
)
def test_what_makes_no_sense_is_refused(db: Session, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        services.first_administrator(db, **{**GIVEN, **wrong})
    db.rollback()
    assert db.scalars(select(Person)).all() == []
