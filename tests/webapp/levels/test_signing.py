"""Signing off: a trainer decides and says why, and what it stood on stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.webapp import people
from tests.webapp.levels import made
from tests.webapp.levels.made import field
from tests.webapp.levels.signing import REASON, Signing
from tests.webapp.mailbox import Mailbox
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.levels.services import levels, told
from webapp.organisation.services import cohorts
from webapp.practice.services import deleting, sharing


def test_a_trainer_signs_with_a_reason_and_the_person_is_told(it: Signing, mailbox: Mailbox) -> None:
    it.coach()
    mailbox.empty()
    page = it.theirs.get(it.address)
    assert "It is there. 1 of 1." in page.text
    page = it.sign()
    assert page.heading == "Olu Owner: Practising safely"
    assert "Tess Trainer signed version 1 of it" in page.text
    about = "You were signed off for a level"
    (letter,) = (one for one in mailbox.letters(it.person.email) if one["Subject"] == about)
    words = letter.get_content()
    assert "Tess Trainer has signed you off for a level." in words
    assert REASON not in words
    assert "Practising safely" not in words
    mine = it.hers.get("/levels/mine")
    assert "You are signed off: signed by Tess Trainer" in mine.text
    own = it.hers.get(f"/levels/sign-offs/{it.signed()[0].id}")
    assert REASON in own.text
    assert "Exception" not in own.text
    event = it.db.scalars(select(AuditEvent).where(AuditEvent.name == "sign_off.give")).one()
    assert event.about == {"person": it.person.id, "level": it.level.id, "version": 1, "exceptions": 0}


def test_reasons_are_encrypted_and_of_their_own_row_alone(it: Signing) -> None:
    it.sign(**{"exception-0": "Coached elsewhere."})
    it.revoke()
    (one,) = it.signed()
    assert b"She stayed" not in one.told
    assert one.revoked_told is not None
    assert b"slip" not in one.revoked_told
    opened = told.of(it.db, one)
    assert (opened.reason, opened.exceptions) == (REASON, {0: "Coached elsewhere."})
    assert (opened.revoked_reason, opened.revoked_by) == ("A slip of mine.", "Tess Trainer")
    one.code = "AAAA-BBBB-CCCC"  # as if it had been copied into another row
    assert "cannot be opened" in told.of(it.db, one).reason


@pytest.mark.parametrize("reason", ["", "   \n ", "x" * 2001])
def test_without_a_reason_nothing_is_signed(it: Signing, reason: str) -> None:
    it.coach()
    page = it.sign(status=400, reason=reason)
    assert "Not signed yet" in page.text
    assert it.signed() == []


def test_what_is_missing_needs_an_exception_in_writing_which_is_shown_as_one(it: Signing) -> None:
    page = it.sign(status=400)
    assert "Wait for it, or say why it does not apply here" in page.text
    assert REASON in page.text  # nothing she wrote is lost
    assert it.signed() == []
    assert "Sign with exceptions" in page.text
    it.sign(**{"exception-0": "Her recordings are in another authority's system."})
    (one,) = it.signed()
    assert [(s["found"], s["needed"], s["met"], s["exception"]) for s in one.stood] == [(0, 1, False, True)]
    for visitor in (it.hers, it.theirs):
        page = visitor.get(f"/levels/sign-offs/{one.id}")
        assert "Exception. It was not there, and Tess Trainer wrote why it does not apply:" in page.text
        assert "Her recordings are in another authority's system." in page.text
    for visitor, path in ((it.hers, "/levels/mine"), (it.theirs, f"/levels/cohorts/{it.cohort.id}")):
        assert "with 1 exception" in visitor.get(path).text


def test_a_rule_that_is_met_takes_no_exception(it: Signing) -> None:
    it.coach()
    it.sign(**{"exception-0": "Not needed."})
    assert [s["exception"] for s in it.signed()[0].stood] == [False]
    assert told.of(it.db, it.signed()[0]).exceptions == {}


def test_signed_stays_signed_when_the_facts_change(it: Signing) -> None:
    recording = it.coach()
    it.sign()
    (one,) = it.signed()
    days = list(one.stood[0]["days"])
    assert len(days) == 1
    assert set(one.stood[0]) == {"words", "needed", "found", "days", "met", "exception"}  # numbers and days alone
    sharing.withdraw(it.db, it.person, recording, it.trainer.id)
    deleting.by_owner(it.db, it.person, recording)
    it.db.commit()
    (one,) = it.signed()
    assert one.revoked_at is None
    assert one.stood[0]["days"] == days
    page = it.hers.get(f"/levels/sign-offs/{one.id}")
    assert "On what it stood then" in page.text
    assert "1 of 1" in page.text
    assert "Mornings" not in page.text
    page = it.theirs.get(it.address)
    assert "Not there yet. 0 of 1." in page.text
    assert "has signed this already" in page.text


# --- who may sign ---


def test_nobody_signs_for_herself(it: Signing) -> None:
    it.cohort.members = [it.person, it.trainer]
    it.db.commit()
    address = f"/levels/{it.level.id}/people/{it.trainer.id}"
    assert "Nobody signs for herself" in it.theirs.get(address).text
    it.theirs.get("/account")
    page = it.theirs.send(address, {"reason": REASON, "exception-0": "Myself."}, status=400)
    assert "Nobody signs for herself" in page.text
    assert it.signed() == []
    made.cohort(it.db, it.actor, [it.trainer], "Trainers")
    made.signed(it.db, it.actor, it.trainer, it.level)
    assert "Revoke it" not in it.theirs.get(f"/levels/sign-offs/{it.signed()[0].id}").text
    it.theirs.get("/account")
    it.theirs.send(f"/levels/sign-offs/{it.signed()[0].id}", {"reason": "Mine."}, status=404)


def test_an_administrator_looks_and_signs_only_where_she_trains(it: Signing) -> None:
    office = it.visitor(it.actor)
    page = office.get(it.address)
    assert "A trainer of a cohort she is in signs" in page.text
    office.get("/account")
    office.send(it.address, {"reason": REASON, "exception-0": "So."}, status=400)
    assert it.signed() == []
    it.cohort.trainers = [it.trainer, it.actor]
    it.db.commit()
    it.sign(office, **{"exception-0": "So."})
    assert [one.trainer_name for one in it.signed()] == ["Ada Office"]


def test_who_was_taken_out_of_the_cohort_is_not_signed_any_more(it: Signing) -> None:
    seen = field(it.theirs.get(it.address), "seen")
    cohorts.take_out(it.db, it.actor, it.cohort, it.person.id)
    it.db.commit()
    it.theirs.send(it.address, {"reason": REASON, "seen": seen, "exception-0": "So."}, status=404)
    assert it.signed() == []


# --- at the same time, and while a page is open ---


def test_of_two_trainers_at_once_the_second_is_told_and_keeps_her_words(it: Signing) -> None:
    other = people.person(it.db, it.place, Role.TRAINER, name="Una Trainer")
    it.cohort.trainers = [it.trainer, other]
    it.db.commit()
    it.coach()
    second = it.visitor(other)
    seen = field(second.get(it.address), "seen")
    it.sign()
    page = second.send(it.address, {"reason": "My own view of it.", "seen": seen}, status=400)
    assert "Tess Trainer has signed this already" in page.text
    assert "My own view of it." in page.text
    assert "What you wrote, to copy" in page.text
    assert len(it.signed()) == 1
    it.theirs.get("/account")
    page = it.theirs.send(it.address, {"reason": REASON}, status=400)  # the same twice
    assert "has signed this already" in page.text
    assert len(it.signed()) == 1


def test_put_aside_while_open_in_another_tab(it: Signing) -> None:
    it.coach()
    seen = field(it.theirs.get(it.address), "seen")
    levels.put_aside(it.db, it.actor, it.level)
    it.db.commit()
    page = it.theirs.send(it.address, {"reason": REASON, "seen": seen}, status=400)
    assert "This level was put aside" in page.text
    assert REASON in page.text
    assert it.signed() == []


def test_what_changed_since_the_page_was_opened_is_looked_at_once_more(it: Signing) -> None:
    recording = it.coach()
    seen = field(it.theirs.get(it.address), "seen")
    deleting.by_owner(it.db, it.person, recording)
    it.db.commit()
    page = it.theirs.send(it.address, {"reason": REASON, "seen": seen}, status=400)
    assert "Something changed since you opened this page" in page.text
    assert REASON in page.text
    asked = levels.get(it.db, it.actor, it.level.id)
    rule = replace(made.COACHED, n=2)
    seen = field(it.theirs.get(it.address), "seen")
    levels.change(it.db, it.actor, asked, "A name", "A purpose", [rule], since=levels.seen(asked))
    it.db.commit()
    page = it.theirs.send(it.address, {"reason": REASON, "seen": seen, "exception-0": "So."}, status=400)
    assert "Something changed since you opened this page" in page.text
    assert "So." in page.text
    assert it.signed() == []
