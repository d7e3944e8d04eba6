"""The workbench's page: keeping by script and by form, what is refused, who may open it, and what it does not show."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from fidelity.codebook import CODES
from fidelity.hand.coding import utterances
from tests.webapp import people
from tests.webapp.coding import made
from tests.webapp.coding.made import Place
from tests.webapp.pages import Page, Visitor, counted
from tests.webapp.practice import made as recordings
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.coding.services import codings, legend, read
from webapp.coding.services.codings import Opened
from webapp.coding.tables import Coding, CodingMeasure, Kind
from webapp.practice.services import deleting, sharing


class Bench:
    """A trainer at a coding of hers."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.place = Place(db)
        self.opened: Opened = self.place.coding()
        self.address = f"/coding/{self.opened.coding.id}"
        self.visitor = self.signed_in(self.place.trainers[0])
        self.page = self.visitor.get(self.address)

    def signed_in(self, someone: Person) -> Visitor:
        return people.signed_in(Visitor(self.app.test_client()), someone)

    def keep(self, turns: Any, *, seen: Any = None, status: int = 200) -> dict[str, Any]:
        """What the page's script sends, and the answer."""
        told = {"seen": self.revision if seen is None else seen, "turns": turns}
        return self.post(json.dumps(told), status=status)

    def post(self, body: str, *, status: int = 200) -> dict[str, Any]:
        headers = {"X-CSRFToken": self.visitor.token, "X-Requested-With": "fetch", "Content-Type": "application/json"}
        answer = self.visitor.client.post(f"{self.address}/keep", data=body, headers=headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def send(self, status: int = 200, **fields: Any) -> Page:
        """The page as a form, without a script."""
        return self.visitor.send(self.address, {"seen": self.revision, **fields}, status=status)

    @property
    def revision(self) -> int:
        self.db.expire_all()
        return self.db.get_one(Coding, self.opened.coding.id).revision

    @property
    def parses(self) -> dict[int, Any]:
        self.db.expire_all()
        return read.parses(self.db, self.db.get_one(Coding, self.opened.coding.id))


@pytest.fixture
def bench(app: Flask, db: Session) -> Bench:
    return Bench(app, db)


def fields(n: int, first: int = 0, **values: str) -> dict[str, str]:
    return {f"{name}-{n}-{first}": value for name, value in values.items()}


# --- what the page shows, and what it does not ---


def test_the_page_shows_every_turn_and_nothing_of_the_machine(bench: Bench) -> None:
    soup = bench.page.soup
    turns = bench.opened.turns
    assert bench.page.heading == "Olu Owner: Mornings"
    assert [int(str(li["data-n"])) for li in soup.select("#lines > li")] == [turn.n for turn in turns]
    assert [p.get_text() for p in soup.select("#lines .text")] == [" ".join(turn.words) for turn in turns]
    data = json.loads(soup.select_one("#coding-data").get_text())  # type: ignore[union-attr]
    assert data["parses"] == {}
    assert not any(turn.text in json.dumps(data) for turn in turns if len(turn.words) > 1)  # words are on the page once
    assert "probabilities" not in bench.page.response.text
    assert not any("/feedback" in link for link in bench.page.links())


def test_every_code_has_a_key_of_its_own_and_its_meaning_beside_it(bench: Bench) -> None:
    shown = {str(b["data-code"]): b for b in bench.page.soup.select("button[data-code]")}
    assert set(shown) == set(CODES)
    taken = set("ruh,.</>12 ")  # what else a single key does
    for side in legend.SIDES:
        keys = [entry.key for entry in legend.of(side)]
        assert len(set(keys)) == len(keys)
        assert not set(keys) & taken
    for short, button in shown.items():
        meaning = bench.page.soup.find(id=str(button["aria-describedby"]))
        assert meaning is not None
        assert meaning.get_text() == CODES[short].meaning


def test_opening_it_leaves_a_trace_and_the_page_costs_the_same_however_long(bench: Bench, engine: Engine) -> None:
    found = bench.db.scalars(select(AuditEvent).where(AuditEvent.name == "recording.opened")).all()
    assert [one.subject_id for one in found] == [bench.place.recording.id]
    with counted(engine) as few:
        bench.visitor.get(bench.address)
    made.code_all(bench.db, bench.opened)
    with counted(engine) as many:
        bench.visitor.get(bench.address)
    assert len(many) == len(few)


# --- kept by the script ---


def test_each_keystroke_is_kept_and_answered_with_the_new_revision(bench: Bench) -> None:
    n = next(t.n for t in bench.opened.turns if t.speaker == "practitioner" and len(t.words) > 3)
    assert bench.keep({str(n): [[0, "OQ"]]}) == {"seen": 1}
    assert bench.keep({str(n): [[0, "OQ"], [2, None]]}) == {"seen": 2}
    assert bench.parses[n] == ((0, "OQ"), (2, None))
    page = bench.visitor.get(bench.address)
    assert page.soup.select_one(f"#t{n}w2") is not None
    assert json.loads(page.soup.select_one("#coding-data").get_text())["parses"][str(n)] == [[0, "OQ"], [2, None]]  # type: ignore[union-attr]


def test_an_answer_that_was_lost_does_no_harm(bench: Bench) -> None:
    bench.keep({"0": [[0, "NC"]]}, seen=0)
    again = bench.keep({"0": [[0, "NC"]]}, seen=0)
    assert again == {"seen": 1, "parses": {"0": [[0, "NC"]]}}


def test_a_second_tab_is_told_how_it_stands_and_overwrites_nothing(bench: Bench) -> None:
    mine, theirs = [t.n for t in bench.opened.turns if t.speaker == "practitioner"][:2]
    bench.keep({str(theirs): [[0, "OQ"]]}, seen=0)
    told = bench.keep({str(mine): [[0, "SR"]]}, seen=0, status=409)
    assert told["seen"] == 1
    assert told["parses"] == {str(theirs): [[0, "OQ"]]}
    assert "another tab" in told["wrong"]
    assert bench.parses == {theirs: ((0, "OQ"),)}


@pytest.mark.parametrize("cuts", [
    [[0, "XX"]], [[0, "change"]], [[0, "OQ"], [999, "SR"]], [[1, "OQ"]], [[0, "OQ"], [0, "SR"]], [], "OQ", [[0]],
    [["0", "OQ"]], [[0, 7]], [[0, ["OQ"]]], [[0.5, "OQ"]], [[True, "OQ"]], [[-1, "OQ"]], None, {"0": "OQ"},
])  # fmt: skip
def test_what_is_no_parse_of_the_turn_is_refused_and_changes_nothing(bench: Bench, cuts: Any) -> None:
    n = next(t.n for t in bench.opened.turns if t.speaker == "practitioner")
    bench.keep({str(n): [[0, "AF"]]})
    assert bench.keep({str(n): cuts}, status=400)["wrong"].endswith(".")
    assert bench.parses == {n: ((0, "AF"),)}


@pytest.mark.parametrize("n", ["999", "-1", "x", "", "1" * 40, "²"])
def test_a_turn_that_is_not_of_the_segment_is_refused(bench: Bench, n: str) -> None:
    assert bench.keep({n: [[0, "OQ"]]}, status=400)["wrong"]
    assert bench.parses == {}


@pytest.mark.parametrize("body", ["", "[]", "nonsense", '{"turns": {}}', '{"seen": "0", "turns": {}}', '{"seen": 0}'])
def test_what_cannot_be_read_is_refused(bench: Bench, body: str) -> None:
    assert bench.post(body, status=400)["wrong"] == "What was sent could not be read. Load the page again."


def test_without_the_pages_token_nothing_is_kept(bench: Bench) -> None:
    answer = bench.visitor.client.post(f"{bench.address}/keep", json={"seen": 0, "turns": {"0": [[0, "NC"]]}})
    assert answer.status_code == 400
    assert bench.parses == {}


# --- kept by the form ---


def test_without_a_script_a_form_codes_splits_and_joins(bench: Bench) -> None:
    turn = next(t for t in bench.opened.turns if t.speaker == "practitioner" and len(t.words) > 4)
    bench.send(**fields(turn.n, code="OQ", split="3"))
    assert bench.parses == {turn.n: ((0, "OQ"), (2, None))}
    page = bench.send(**fields(turn.n, 2, code="SR"))
    assert "Kept: 1 turn changed." in page.text
    assert bench.parses == {turn.n: ((0, "OQ"), (2, "SR"))}
    bench.send(**fields(turn.n, 2, join="yes"))
    assert bench.parses == {turn.n: ((0, "OQ"),)}
    assert "Nothing was changed" in bench.send(**fields(turn.n, code="OQ")).text


@pytest.mark.parametrize("word", ["1", "0", "-2", "999", "two", "²", "3.5"])
def test_a_word_that_is_not_there_is_named_and_what_was_chosen_stays(bench: Bench, word: str) -> None:
    turn = next(t for t in bench.opened.turns if t.speaker == "practitioner" and len(t.words) > 4)
    page = bench.send(status=400, **fields(turn.n, code="AF", split=word))
    assert f"give the number of a word from 2 to {len(turn.words)}" in page.text
    assert page.soup.select_one(f"#code-{turn.n}-0 option[selected]")["value"] == "AF"  # type: ignore[index]
    assert page.soup.select_one(f"#split-{turn.n}-0")["value"] == word  # type: ignore[index]
    assert bench.parses == {}


def test_a_form_of_a_page_that_is_old_keeps_what_was_chosen_on_it(bench: Bench) -> None:
    first, second = [t.n for t in bench.opened.turns if t.speaker == "practitioner"][:2]
    bench.keep({str(first): [[0, "OQ"]]})
    page = bench.send(status=409, **{"seen": 0, **fields(second, code="SR"), **fields(first, code="OQ")})
    assert "still chosen below" in page.text
    assert page.soup.select_one(f"#code-{second}-0 option[selected]")["value"] == "SR"  # type: ignore[index]
    assert page.soup.select_one("input[name=seen]")["value"] == "1"  # type: ignore[index]
    bench.send(**fields(second, code="SR"))
    assert bench.parses == {first: ((0, "OQ"),), second: ((0, "SR"),)}


def test_a_form_with_codes_that_are_none_is_refused(bench: Bench) -> None:
    turn = next(t for t in bench.opened.turns if t.speaker == "client")
    page = bench.send(status=400, **fields(turn.n, code="OQ"))
    assert "is no code for what the client says" in page.text
    assert bench.parses == {}


# --- finished and open again ---


def test_finishing_asks_for_the_practitioners_codes_then_shows_it_to_read(bench: Bench) -> None:
    page = bench.visitor.send(f"{bench.address}/finish", status=400)
    assert "no code yet" in page.text
    made.code_all(bench.db, bench.opened)
    page = bench.visitor.send(f"{bench.address}/finish")
    assert "Finished." in page.text
    assert not page.soup.select("#coding-data, noscript, #finish")
    assert len(page.soup.select("#lines .chip")) == len(list(utterances(bench.opened.turns, bench.parses)))
    assert bench.db.scalars(select(CodingMeasure)).first() is not None
    told = bench.keep({"0": [[0, "AF"]]}, status=400)
    assert "finished" in told["wrong"]
    assert "finished" in bench.send(status=400, **fields(0, code="AF")).text
    page = bench.visitor.send(f"{bench.address}/reopen")
    assert page.soup.select_one("#finish") is not None
    bench.keep({"0": [[0, "AF"]]})


def test_one_that_was_laid_side_by_side_is_not_opened_again(bench: Bench) -> None:
    made.finished(bench.db, bench.opened)
    agreed = codings.begin_agreed(bench.db, bench.place.trainers[0], bench.opened.segment, {})
    bench.db.commit()
    page = bench.visitor.send(f"{bench.address}/reopen", status=400)
    assert "laid side by side" in page.text
    assert agreed.kind == Kind.AGREED
    assert "What the two of you agree on" in bench.visitor.get(f"/coding/{agreed.id}").text


# --- whose it is ---


def test_nobody_else_finds_it(bench: Bench, db: Session) -> None:
    other = people.authority(db)
    strangers = [
        bench.place.trainers[1],
        people.person(db, bench.place.authority, Role.ADMINISTRATOR),
        people.person(db, other, Role.TRAINER),
    ]
    for someone in strangers:
        visitor = bench.signed_in(someone)
        page = visitor.get(bench.address, status=404)
        assert "no such coding" in page.text
        for path in ("", "/keep", "/finish", "/reopen"):
            visitor.get("/account")
            visitor.send(f"{bench.address}{path}", status=404)
    visitor = bench.signed_in(bench.place.owner)
    visitor.get(bench.address, status=403)
    assert bench.parses == {}


def test_a_share_that_is_taken_back_closes_it_and_nothing_is_lost(bench: Bench, db: Session) -> None:
    bench.keep({"0": [[0, "NC"]]})
    trainer, recording = bench.place.trainers[0], bench.place.recording
    sharing.withdraw(db, bench.place.owner, recording, trainer.id)
    db.commit()
    assert "not open to you any more" in bench.keep({"0": [[0, "AF"]]}, seen=1, status=404)["wrong"]
    page = bench.visitor.get(bench.address, status=404)
    assert not any(turn.text in page.text for turn in bench.opened.turns)
    recordings.shared(db, recording, trainer)
    assert bench.keep({"0": [[0, "AF"]]}, seen=1) == {"seen": 2}


def test_a_deleted_recording_takes_it_along(bench: Bench, db: Session) -> None:
    deleting.by_owner(db, bench.place.owner, bench.place.recording)
    db.commit()
    assert bench.keep({"0": [[0, "AF"]]}, seen=0, status=404)["wrong"]
    bench.visitor.get(bench.address, status=404)
    assert db.scalars(select(Coding)).all() == []
