"""Coaching and ratings: kept for later, sent, found by the owner, and gone when the recording goes."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp import people
from tests.webapp.coaching.pair import WORDS, Pair
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.coaching.services import coaching, scales
from webapp.coaching.services.coaching import Told
from webapp.coaching.tables import Coaching, Rating
from webapp.practice.services import deleting, dose
from webapp.practice.tables import Kind


def test_home_says_that_coaching_came_until_its_owner_has_it_before_her(pair: Pair) -> None:
    pair.write("keep")
    assert "has coached" not in pair.hers.get("/").text
    pair.write("send")
    page = pair.hers.get("/")
    assert "Tess Trainer has coached “Mornings”" in page.text
    assert page.soup.select_one(f"a[href='/recordings/{pair.recording.id}/feedback#coaching']") is not None
    other = people.signed_in(Visitor(pair.app.test_client()), people.person(pair.db, pair.place))
    assert "has coached" not in other.get("/").text
    pair.theirs.get(f"/recordings/{pair.recording.id}/feedback")  # a trainer's look is not hers
    assert "has coached" in pair.hers.get("/").text
    assert pair.feedback().soup.select_one("#coaching") is not None
    assert "has coached" not in pair.hers.get("/").text


def test_what_is_kept_is_for_her_alone_until_it_is_sent(pair: Pair, mailbox: Mailbox) -> None:
    page = pair.write(**{"rating-empathy": "4", "rating-child_focus": "2"})
    assert "Nobody but you can read it" in page.text
    assert page.soup.select_one("#noticed").get_text().strip() == WORDS["noticed"]
    assert page.soup.select_one("#rating-empathy-4")["checked"] == ""
    assert "Begun, not sent" in pair.theirs.get("/coaching").text
    assert "From your trainer" not in pair.feedback().text
    assert mailbox.letters() == []
    assert dose.of(pair.db, pair.owner).coached == 0


def test_sent_it_reaches_its_owner_and_counts_as_coached(pair: Pair, mailbox: Mailbox) -> None:
    page = pair.write("send", **{"rating-empathy": "4", "rating-partnership": "3", "rating-child_focus": "2"})
    assert "Sent. Olu Owner has been told" in page.text
    page = pair.feedback()
    section = page.soup.select_one("section[aria-labelledby=coaching]").get_text(" ", strip=True)
    assert "Tess Trainer" in section
    assert WORDS["noticed"] in section
    assert "An offer" not in section  # it was left out
    assert "Empathy: 4 of 5" in section
    assert "Relational score: 3.5, at or above the mark for fair" in section
    assert "Technical" not in section  # half of it is missing
    assert "#whole" in page.links()
    assert [letter["To"] for letter in mailbox.letters()] == [pair.owner.email]
    assert WORDS["noticed"] not in mailbox.letters()[0].get_content()
    pair.db.expire_all()
    assert dose.of(pair.db, pair.owner).coached == 1
    pair.write("send")
    assert len(mailbox.letters()) == 1
    found = select(AuditEvent.name).where(AuditEvent.name.startswith("coaching."))
    names = list(pair.db.scalars(found.order_by(AuditEvent.id)))
    assert names == ["coaching.sent", "coaching.changed"]


def test_a_rating_that_is_taken_away_is_gone(pair: Pair) -> None:
    pair.write(**{"rating-empathy": "4"})
    pair.write(**{"rating-empathy": "5"})
    pair.db.expire_all()
    assert [(r.scale, r.value) for r in pair.db.scalars(select(Rating))] == [("empathy", 5)]
    pair.write(**{"rating-empathy": ""})
    assert pair.db.scalars(select(Rating)).all() == []


@pytest.mark.parametrize("value", ["0", "6", "-1", "three", "４"])
def test_a_rating_that_is_none_is_refused_and_nothing_typed_is_lost(pair: Pair, value: str) -> None:
    page = pair.write(status=400, **{"rating-empathy": value})
    assert "Choose one of the five for each scale" in page.text
    assert page.soup.select_one("#noticed").get_text().strip() == WORDS["noticed"]
    assert pair.db.scalars(select(Coaching)).all() == []


def test_nothing_written_cannot_be_sent_and_too_much_is_said(pair: Pair) -> None:
    empty = dict.fromkeys(WORDS, "")
    page = pair.write("send", 400, **empty, **{"rating-empathy": "2"})
    assert "one thing you noticed is enough" in page.text
    assert page.soup.select_one("#rating-empathy-2")["checked"] == ""
    assert "too long" in pair.write(status=400, noticed="x" * 2001).text


def test_two_tabs_do_not_overwrite_each_other(pair: Pair) -> None:
    first = pair.seen()
    pair.write(ask="From one tab")
    page = pair.write(seen=first, status=400, ask="From another")
    assert "in another tab or window meanwhile" in page.text
    assert page.soup.select_one("#ask").get_text().strip() == "From another"
    assert coaching.draft(pair.db, pair.trainer, pair.recording).told.ask == "From one tab"
    now = page.soup.select_one("form[data-keeps] input[name=seen]")["value"]
    pair.write(seen=now, ask="From another")
    pair.db.expire_all()
    assert coaching.draft(pair.db, pair.trainer, pair.recording).told.ask == "From another"


def test_it_is_kept_while_she_writes_and_not_once_it_is_sent(pair: Pair) -> None:
    told = {**WORDS, "csrf_token": pair.theirs.token, "do": "keep", "seen": ""}
    script = {"X-Requested-With": "fetch"}
    answer = pair.theirs.client.post(pair.address, data=told, headers=script)
    assert answer.json == {"seen": pair.seen()}
    answer = pair.theirs.client.post(pair.address, data=told, headers=script)  # its mark is an old one now
    assert (answer.status_code, "another tab" in answer.json["wrong"]) == (400, True)
    pair.write("send")
    assert pair.theirs.get(pair.address).soup.select_one("form[data-keeps]") is None
    pair.take_back()
    answer = pair.theirs.client.post(pair.address, data=told, headers=script)
    assert (answer.status_code, "not open to you" in answer.json["wrong"]) == (404, True)


def test_what_is_kept_is_encrypted(pair: Pair) -> None:
    pair.write()
    kept = pair.db.scalars(select(Coaching)).one()
    assert b"mornings" not in kept.told


def test_a_share_taken_back_meanwhile_gives_her_words_back(pair: Pair) -> None:
    pair.write(ask="An earlier question")
    pair.take_back()
    page = pair.write("send", 404)
    assert page.heading == "This recording is not open to you"
    assert WORDS["ask"] in page.text
    pair.theirs.get(pair.address, status=404)
    made.shared(pair.db, pair.recording, pair.trainer)
    page = pair.theirs.get(pair.address)
    assert page.soup.select_one("#ask").get_text().strip() == "An earlier question"  # type: ignore[union-attr]


def test_what_was_sent_stays_with_its_owner_and_goes_with_the_recording(pair: Pair) -> None:
    pair.write("send", **{"rating-empathy": "4"})
    pair.take_back()
    assert WORDS["noticed"] in pair.feedback().text
    pair.db.expire_all()
    deleting.erase(pair.db, pair.recording)
    pair.db.commit()
    assert pair.db.scalars(select(Coaching)).all() == pair.db.scalars(select(Rating)).all() == []
    pair.theirs.get(pair.address, status=404)


def test_two_trainers_write_each_their_own(app: Flask, pair: Pair) -> None:
    second = people.person(pair.db, pair.place, Role.TRAINER, name="Ugo Second")
    made.shared(pair.db, pair.recording, second)
    ugo = people.signed_in(Visitor(app.test_client()), second)
    pair.write("send", **{"rating-empathy": "4"})
    page = ugo.get(pair.address)
    assert page.soup.select_one("#noticed").get_text().strip() == ""  # type: ignore[union-attr]
    assert "From other trainers" in page.text
    ugo.send(pair.address, {"seen": "", "noticed": "I heard it too.", "do": "send"})
    text = pair.feedback().text
    assert text.index("You stayed with her worry") < text.index("I heard it too.")
    pair.db.expire_all()
    assert dose.of(pair.db, pair.owner).coached == 1


def test_names_are_covered_in_it_and_it_is_exported(pair: Pair) -> None:
    from webapp.practice.services import export_parts

    told = Told(noticed="You asked how Jamie slept.")
    coaching.keep(pair.db, pair.trainer, pair.recording, told, {"empathy": 3})
    assert export_parts.OF_RECORDING["coaching.json"](pair.db, pair.recording) == ""
    coaching.send(pair.db, pair.trainer, pair.recording)
    coaching.cover(pair.db, pair.recording, ["Jamie"])
    [one] = coaching.received(pair.db, pair.recording)
    assert "Jamie" not in one.told.noticed
    assert one.told.noticed.startswith("You asked how ")
    exported = export_parts.OF_RECORDING["coaching.json"](pair.db, pair.recording)
    assert one.told.noticed in exported
    assert '"empathy": 3' in exported


def test_every_scale_has_five_anchors_of_our_own() -> None:
    known = scales.catalogue()
    assert len(known) == 7
    for scale in known.values():
        assert len(scale.anchors) == len(set(scale.anchors)) == 5
        assert scale.asks.endswith("?")
        assert scale.family in (scales.MITI, scales.SAFEGUARDING)
    assert {part for one in scales.SUMMARIES for part in one.parts} == {
        scale.name for scale in known.values() if scale.family == scales.MITI
    }


def test_marks_are_those_of_the_manual() -> None:
    every = dict.fromkeys(("partnership", "empathy", "cultivating_change_talk", "softening_sustain_talk"), 3)
    relational, technical = scales.summed(every)
    assert relational.words == "below the mark for fair"
    assert technical.words == "at or above the mark for fair"
    assert scales.summed({**every, "empathy": 5})[0].words == "at or above the mark for good"


def test_told_has_what_the_form_has(pair: Pair) -> None:
    page = pair.theirs.get(pair.address)
    assert [area["name"] for area in page.soup.select("textarea")] == list(asdict(Told()))
    assert pair.recording.kind == Kind.ROLE_PLAY
