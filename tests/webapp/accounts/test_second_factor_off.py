"""The second factor turned off by its owner, and reset by an administrator."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.accounts.setting_up import SET_UP, STAFF, events
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor
from webapp.accounts import recovery_codes, second_factor
from webapp.accounts.tables import RecoveryCode, Role
from webapp.audit import AuditEvent
from webapp.errors import NotAllowed, NotFound, Refused


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
