"""Codes that a practitioner sees differently, and how a trainer settles them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp import people
from tests.webapp.coaching.pair import Pair
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from webapp.accounts.tables import Role
from webapp.errors import Refused
from webapp.practice.services import analyses
from webapp.practice.tables import Share


class Dispute:
    """A line whose practitioner gave it another code."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.practitioner_turn = next(
            turn for turn in analyses.shown(pair.db, pair.recording).turns if turn.speaker == "practitioner"
        )
        self.n = self.practitioner_turn.n
        self.machine = self.practitioner_turn.utterances[0].code
        self.code = next(code for code in ("CR", "OQ", "AF") if code != self.machine)
        self.dispute(self.code, "It went beyond her words.")

    def revision(self) -> int:
        self.pair.db.expire_all()
        return self.pair.recording.revision

    def dispute(self, code: str, reason: str = "") -> Any:
        address = f"/recordings/{self.pair.recording.id}/put-right"
        self.pair.hers.get(address)
        told = {"kind": "code", "n": self.n, "u": 0, "code": code, "reason": reason, "revision": self.revision()}
        return self.pair.hers.send(address, told)

    def settle(self, code: str, verdict: str = "", *, at: int | None = None, status: int = 200) -> Any:
        told = {"n": self.n, "u": 0, "code": code, "verdict": verdict}
        revision = self.revision() if at is None else at
        return self.pair.theirs.send(f"{self.pair.address}/settle", {**told, "revision": revision}, status=status)

    def now(self) -> str | None:
        self.pair.db.expire_all()
        return analyses.shown(self.pair.db, self.pair.recording).turns[self.n].utterances[0].code


@pytest.fixture
def dispute(pair: Pair, sent: list[tuple[Any, ...]]) -> Dispute:
    sent.clear()
    return Dispute(pair)


def test_a_dispute_is_shown_with_both_sides_and_settled_for_hers(
    pair: Pair, dispute: Dispute, sent: list[tuple[Any, ...]]
) -> None:
    page = pair.theirs.get(pair.address)
    section = page.soup.select_one("section[aria-labelledby=disputes]").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "It went beyond her words." in section
    assert page.soup.select_one("section[aria-labelledby=disputes] option[selected]")["value"] == dispute.code  # type: ignore[index]
    sent.clear()
    page = dispute.settle(dispute.code, "I hear it too.")
    assert "Settled. The measures follow." in page.text
    assert "I hear it too." in page.text
    assert dispute.now() == dispute.code
    assert sent == [("practice.refresh", pair.recording.id, pair.recording.revision)]
    put_right = pair.hers.get(f"/recordings/{pair.recording.id}/put-right?turn={dispute.n}")
    assert "settled by your trainer" in put_right.text
    assert "I hear it too." in put_right.text
    history = pair.hers.get(f"/recordings/{pair.recording.id}/put-right/history")
    assert "Disputed code settled" in history.text
    assert "Tess Trainer" in history.text


def test_settled_for_the_machine_the_measures_go_back(pair: Pair, dispute: Dispute) -> None:
    machine = analyses.machine(pair.db, pair.recording).scores
    assert analyses.shown(pair.db, pair.recording).scores != machine
    dispute.settle("", "Her words, given back.")
    assert dispute.now() == dispute.machine
    assert analyses.shown(pair.db, pair.recording).scores.counts == machine.counts


def test_a_third_code_and_a_second_thought(dispute: Dispute) -> None:
    dispute.settle("GI")
    assert dispute.now() == "GI"
    assert "settled like this already" in dispute.settle("GI", status=400).text
    dispute.settle("Seek", "On second hearing.")
    assert dispute.now() == "Seek"


def test_disputed_once_more_it_is_open_again(pair: Pair, dispute: Dispute) -> None:
    dispute.settle("")
    dispute.dispute(dispute.code, "I still hear more in it.")
    page = pair.theirs.get(pair.address)
    article = page.soup.select_one("section[aria-labelledby=disputes] article")
    assert article.select_one("details")["open"] == ""  # type: ignore[union-attr, index]
    assert "Settled:" not in article.get_text()  # type: ignore[union-attr]
    assert dispute.now() == dispute.code


def test_two_at_once_do_not_overwrite_each_other(app: Flask, pair: Pair, dispute: Dispute) -> None:
    second = people.person(pair.db, pair.place, Role.TRAINER)
    made.shared(pair.db, pair.recording, second)
    seen = dispute.revision()
    dispute.settle("GI", "First.")
    ugo = people.signed_in(Visitor(app.test_client()), second)
    ugo.get(pair.address)
    told = {"n": dispute.n, "u": 0, "code": "AF", "verdict": "My words", "revision": seen}
    page = ugo.send(f"{pair.address}/settle", told, status=409)
    assert "changed in another tab or window" in page.text
    assert page.soup.select_one("input[name=verdict]")["value"] == "My words"  # type: ignore[index]
    assert dispute.now() == "GI"


def test_only_what_is_disputed_can_be_settled_and_only_with_a_code_that_fits(pair: Pair, dispute: Dispute) -> None:
    assert "do not fit" in dispute.settle("CT", status=400).text
    dispute.dispute("")  # she thought again
    assert "Nobody disputes this code any more" in dispute.settle("GI", status=400).text
    assert "has not given any line another code" in pair.theirs.get(pair.address).text


def test_a_trainer_changes_nothing_else_and_an_owner_settles_nothing(pair: Pair, dispute: Dispute) -> None:
    from webapp.practice.services import corrections
    from webapp.practice.services.corrected import Change

    with pytest.raises(Refused):
        corrections.correct(
            pair.db, pair.trainer, pair.recording, Change(kind="words", n=0, text="Other"), revision=dispute.revision()
        )
    told = {"kind": "settle", "n": dispute.n, "u": 0, "code": "GI", "revision": dispute.revision()}
    pair.hers.send(f"/recordings/{pair.recording.id}/put-right", told, status=422)
    assert dispute.now() == dispute.code


def test_its_owner_cannot_take_back_what_a_trainer_settled(pair: Pair, dispute: Dispute) -> None:
    dispute.settle("GI")
    address = f"/recordings/{pair.recording.id}/put-right"
    page = pair.hers.send(f"{address}/take-back", {"revision": dispute.revision(), "n": 0}, status=422)
    assert "your trainer's, who settled a code" in page.text
    assert dispute.now() == "GI"


def test_a_share_taken_back_keeps_a_dispute_as_it_was(pair: Pair, dispute: Dispute) -> None:
    pair.take_back()
    dispute.settle("GI", status=404)
    assert dispute.now() == dispute.code
    assert pair.db.scalars(select(Share.withdrawn_at)).one() is not None
