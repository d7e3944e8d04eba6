"""Sign-offs revoked, and signed again."""

from __future__ import annotations

from tests.webapp import people
from tests.webapp.levels.made import events
from tests.webapp.levels.signing import Signing
from tests.webapp.mailbox import Mailbox
from webapp.accounts.tables import Role


def test_revoked_by_who_signed_or_an_administrator_then_signed_again(it: Signing, mailbox: Mailbox) -> None:
    it.coach()
    it.sign()
    mailbox.empty()
    page = it.revoke()
    assert "by Tess Trainer" in page.text
    (letter,) = mailbox.letters(it.person.email)
    assert letter["Subject"] == "A sign-off was revoked"
    assert "slip" not in letter.get_content()
    page = it.hers.get(f"/levels/sign-offs/{it.signed()[0].id}")
    assert "A slip of mine." in page.text
    assert "Revoke it" not in page.text
    it.sign(reason="We looked again.")
    page = it.revoke(it.visitor(it.actor), reason="Not hers.")
    assert "Revoked." in page.text
    it.sign(reason="And once more.")
    assert [one.revoked_at is None for one in it.signed()] == [False, False, True]
    page = it.hers.get("/levels/mine")
    assert len(page.soup.select("#history ~ ul li")) == 3
    assert events(it.db)[1:] == [
        "sign_off.give", "sign_off.revoke", "sign_off.give", "sign_off.revoke", "sign_off.give",
    ]  # fmt: skip


def test_revoked_twice_or_without_a_reason_is_told(it: Signing) -> None:
    it.sign(**{"exception-0": "So."})
    page = it.revoke(status=400, reason="  ")
    assert "Say why. The person it is about reads it" in page.text
    it.revoke()
    page = it.revoke(status=400, reason="Once more, in another tab.")
    assert "This was revoked already" in page.text
    assert "Once more, in another tab." in page.text


def test_another_trainer_of_the_cohort_reads_and_does_not_revoke(it: Signing) -> None:
    other = people.person(it.db, it.place, Role.TRAINER)
    it.cohort.trainers = [it.trainer, other]
    it.db.commit()
    it.sign(**{"exception-0": "So."})
    visitor, address = it.visitor(other), f"/levels/sign-offs/{it.signed()[0].id}"
    assert "Revoke it" not in visitor.get(address).text
    visitor.get("/account")
    visitor.send(address, {"reason": "No."}, status=404)
    it.hers.get("/account")
    it.hers.send(address, {"reason": "No."}, status=403)
    assert it.signed()[0].revoked_at is None
