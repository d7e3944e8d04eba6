"""Putting a recording right through its pages: what is kept, what is refused, and that nobody else can."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.webapp import people
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from webapp import jobs
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.practice.services import analyses, corrections, own_view, present, refreshing, texts
from webapp.practice.services.corrected import Change
from webapp.practice.tables import Correction, Recording, RecordingMeasure, RecordingText

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was sent to the worker, and not done: these tests need no models."""
    found: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "send_now", lambda _app, name, *ids: found.append((name, *ids)))
    return found


class Desk:
    """Somebody at a recording of hers."""

    def __init__(self, db: Session, visitor: Visitor) -> None:
        self.db, self.visitor = db, visitor
        self.owner: Person = people.person(db)
        self.recording: Recording = made.ready(db, self.owner, factories.long_analysis(2))
        self.address = f"/recordings/{self.recording.id}/put-right"
        people.signed_in(visitor, self.owner)
        visitor.get(self.address)

    def send(self, status: int = 200, path: str = "", *, revision: int | None = None, **data: Any) -> Any:
        self.db.expire_all()
        at = self.recording.revision if revision is None else revision
        page = self.visitor.send(self.address + path, {"revision": at, "n": 1, "u": 0, **data}, status=status)
        self.db.expire_all()
        return page

    def turns(self) -> Any:
        self.db.expire_all()
        return analyses.shown(self.db, self.recording).turns


@pytest.fixture
def desk(db: Session, visitor: Visitor) -> Desk:
    return Desk(db, visitor)


def test_the_page_shows_every_turn_and_opens_one(desk: Desk) -> None:
    page = desk.visitor.get(f"{desk.address}?turn=2")
    assert page.heading == "Put it right"
    assert len(page.soup.select("#talk > li")) == len(desk.turns())
    assert len(page.soup.select("#talk > li.opened")) == 1
    opened = page.soup.select_one("#turn-2")
    assert opened is not None
    assert [str(o["value"]) for o in opened.select("select[name=code] option")][1:4] == ["GI", "Persuade", "PwP"]
    assert "The engine is 81% sure of this" in page.text
    machine = desk.visitor.get(f"{desk.address}?as=machine")
    assert "Nothing is changed here" in machine.text
    assert machine.soup.select("#talk form, #strip") == []


def test_words_are_kept_and_the_machines_stay(desk: Desk, sent: list[tuple[Any, ...]]) -> None:
    page = desk.send(kind="words", text="Quiet. <b>He</b> is at his  mother's.")
    assert "Quiet. <b>He</b> is at his mother's." in page.text
    assert "&lt;b&gt;" in page.response.text
    assert "The machine is reading this anew" in page.text
    assert desk.turns()[1].utterances[0].text == "Quiet. <b>He</b> is at his mother's."
    assert "his brother's since" in desk.visitor.get(f"{desk.address}?as=machine").text
    assert sent == [("practice.refresh", desk.recording.id, 1)]
    kept = desk.db.scalars(select(Correction)).one()
    assert (kept.kind, kept.person_id, kept.withdrawn_at) == ("words", desk.owner.id, None)
    assert b"mother" not in kept.told
    event = desk.db.scalars(select(AuditEvent).where(AuditEvent.name == "recording.correct")).one()
    assert (event.actor_id, event.subject_id, event.about) == (desk.owner.id, desk.recording.id, {"kind": "words"})


def test_a_code_of_hers_counts_with_certainty_and_moves_the_measures(desk: Desk) -> None:
    def questions() -> Any:
        desk.db.expire_all()
        return desk.db.get_one(RecordingMeasure, (desk.recording.id, "OQ"))

    before = questions().value, questions().marked
    page = desk.send(kind="code", n=2, u=1, code="OQ", reason="It left room.")
    assert questions().marked == before[1] + 1
    assert questions().value > before[0]
    said = desk.turns()[2].utterances[1]
    assert (said.code, dict(said.probabilities)) == ("OQ", {})
    assert "Open question, your code" in page.text
    assert "The machine’s code: closed question." in page.text
    scores = analyses.shown(desk.db, desk.recording).scores
    assert scores.measure("OQ").value == questions().value
    assert "by the machine alone" in page.text
    desk.send(kind="code", n=2, u=1, code="")  # the machine's again
    assert questions().marked == before[1]


def test_split_join_speaker_and_leaving_out(desk: Desk) -> None:
    turns = desk.turns()
    first = turns[3].utterances[0].text.split()
    desk.send(kind="split", n=3, place="0:4")
    now = desk.turns()
    assert len(now) == len(turns) + 1
    assert (now[3].speaker, now[4].speaker) == ("client", "practitioner")
    assert now[3].text == " ".join(first[:4])
    words = factories.turns()[3].words
    assert now[3].end == now[4].start == words[4].start
    desk.send(kind="join", n=3)
    assert [t.text for t in desk.turns()] == [t.text for t in turns]
    desk.send(kind="speaker", n=0)
    assert desk.turns()[0].speaker == "client"
    page = desk.send(kind="leave_out", n=0)
    assert "Left out: it is read, and counts for nobody." in page.text
    assert desk.turns()[0].speaker == "other"
    own_view.keep(desk.db, desk.owner, desk.recording, own_view.Answers())
    desk.db.commit()
    feedback = desk.visitor.get(desk.address.replace("put-right", "feedback"))
    voices = [one.get_text(strip=True) for one in feedback.soup.select(".said .voice")]
    assert voices[0] == "Left out"
    assert not any(voice.startswith("Somebody") for voice in voices)
    desk.send(kind="put_back", n=0)
    assert desk.turns()[0].speaker == "client"


def test_changes_are_taken_back_one_by_one_until_it_is_the_machines(desk: Desk) -> None:
    machine = analyses.machine(desk.db, desk.recording)
    desk.send(kind="words", text="Other words.")
    desk.send(kind="join", n=4)
    desk.send(kind="speaker", n=7)
    for _ in range(3):
        desk.send(path="/take-back")
    assert desk.turns() == machine.turns
    assert analyses.shown(desk.db, desk.recording).scores == machine.scores
    assert "There is nothing to take back" in desk.send(422, "/take-back").text
    assert desk.recording.revision == 6
    page = desk.visitor.get(f"{desk.address}/history")
    assert page.heading == "What was changed"
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]
    assert len(rows) == 3
    assert all("Taken back" in row and desk.owner.name in row for row in rows)
    assert "“Quiet. He has been" in rows[2]
    assert "“Other words.”" in rows[2]


@pytest.mark.parametrize(("sent_fields", "words"), [
    ({"kind": "words", "text": "  "}, "leave the turn out instead"),
    ({"kind": "words", "text": "x" * 5000}, "2,000 characters"),
    ({"kind": "words", "text": "a", "n": 999}, "That turn is not there"),
    ({"kind": "words", "text": "a", "n": "-1"}, "That turn is not there"),
    ({"kind": "words", "text": "a", "n": "9" * 400}, "That turn is not there"),
    ({"kind": "words", "text": "a", "u": 7}, "That part of the turn is not there"),
    ({"kind": "words", "text": "a", "u": "zero"}, "That part of the turn is not there"),
    ({"kind": "code", "code": "OQ"}, "Choose one of the codes"),
    ({"kind": "code", "code": "<script>"}, "Choose one of the codes"),
    ({"kind": "code", "code": "change", "reason": "x" * 501}, "500 characters"),
    ({"kind": "code", "code": ""}, "stands there already"),
    ({"kind": "split", "place": "0:0"}, "Choose a word inside"),
    ({"kind": "split", "place": "0:500"}, "Choose a word inside"),
    ({"kind": "split", "place": "x:y"}, "That part of the turn is not there"),
    ({"kind": "split"}, "That part of the turn is not there"),
    ({"kind": "join", "n": 27}, "This is the last turn"),
    ({"kind": "put_back"}, "nothing to put back"),
    ({"kind": "drop table"}, "did not say what to put right"),
    ({}, "did not say what to put right"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_in_plain_words(desk: Desk, sent_fields: dict[str, Any], words: str) -> None:
    assert len(desk.turns()) == 28
    page = desk.send(422, **sent_fields)
    assert words in page.text
    assert "<script>" not in page.response.text
    assert desk.db.scalars(select(Correction)).all() == []
    assert desk.recording.revision == 0


def test_two_tabs_and_a_form_sent_twice(desk: Desk) -> None:
    desk.send(kind="words", text="Once.", revision=0)
    desk.send(kind="words", text="Once.", revision=0)  # a double click
    assert desk.recording.revision == 1
    page = desk.send(409, kind="words", text="Typed in the other tab.", revision=0)
    assert "changed in another tab" in page.text
    field = page.soup.select_one("#t1u0-text")
    assert field is not None
    assert field.get_text() == "Typed in the other tab."  # nothing typed is lost
    assert "Once." in page.text
    desk.send(409, "/take-back", revision=0)
    assert desk.turns()[1].utterances[0].text == "Once."
    assert len(desk.db.scalars(select(Correction)).all()) == 1


def test_a_script_gets_only_what_changed(desk: Desk) -> None:
    token = desk.visitor.last.soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[union-attr,index]
    told = {"csrf_token": token, "revision": 0, "kind": "code", "n": 1, "u": 0, "code": "change"}
    answer = desk.visitor.client.post(desk.address, data=told, headers=FETCH)
    assert set(answer.json) == {"turn", "strip", "waits"}  # type: ignore[arg-type]
    assert 'id="turn-1"' in answer.json["turn"]  # type: ignore[index]
    answer = desk.visitor.client.post(desk.address, data={**told, "code": "none", "revision": 1}, headers=FETCH)
    assert answer.status_code == 422
    assert "Choose one of the codes" in answer.json["wrong"]  # type: ignore[index]
    answer = desk.visitor.client.post(desk.address, data={**told, "kind": "join", "revision": 1}, headers=FETCH)
    assert answer.json == {"go": f"{desk.address}?turn=1#turn-1"}
    assert desk.visitor.client.get(f"{desk.address}/now").json["revision"] == 2  # type: ignore[index]
    assert 'id="turn-3"' in desk.visitor.client.get(f"{desk.address}/turns/3").text
    assert desk.visitor.client.get(f"{desk.address}/turns/300").status_code == 404


def test_it_is_the_owners_alone_and_needs_a_ready_recording(desk: Desk, db: Session, visitor: Visitor) -> None:
    place = desk.owner.authority_id
    trainer = people.person(db, role=Role.TRAINER, authority_id=place)
    made.shared(db, desk.recording, trainer)
    waiting = made.waiting(db, desk.owner)
    assert "Put it right" not in visitor.get(f"/recordings/{waiting.id}/put-right").heading
    visitor.send(f"/recordings/{waiting.id}/put-right", {"kind": "words", "text": "a", "revision": 0}, status=400)
    visitor.send(f"/recordings/{waiting.id}/put-right/take-back", {"revision": 0}, status=400)
    visitor.get(f"/recordings/{waiting.id}/put-right/now", status=404)
    visitor.send("/sign-out")
    for somebody in (trainer, people.person(db), people.person(db, authority_id=place)):
        people.signed_in(visitor, somebody)
        for path in ("", "/now", "/turns/1", "/history"):
            visitor.get(desk.address + path, status=404)
        visitor.get("/account")
        desk.send(404, kind="words", text="a")
        desk.send(404, "/take-back")
        visitor.get("/account")
        visitor.send("/sign-out")
    assert desk.recording.revision == 0


def test_exchanging_is_asked_for_once_and_then_immediate(desk: Desk, sent: list[tuple[Any, ...]]) -> None:
    page = desk.send(kind="swap")
    assert "are being exchanged" in page.text
    assert sent == [("practice.exchange", desk.recording.id)]
    assert not desk.recording.swapped
    assert refreshing.left_behind(desk.db) == [(desk.recording.id, 1, True)]
    machine = analyses.machine(desk.db, desk.recording)
    opposite = {"practitioner": "client", "client": "practitioner"}
    other = json.loads(machine.to_json())
    for turn in other["turns"]:
        turn["speaker"] = opposite[turn["speaker"]]
        for said in turn["utterances"]:
            said["code"], said["probabilities"] = "neutral" if turn["speaker"] == "client" else "NC", {}
    texts.keep(desk.db, desk.recording, texts.SWAPPED, json.dumps(other))  # as the worker would
    desk.db.commit()
    desk.send(kind="code", code="change")
    assert desk.recording.swapped  # it was there by then
    assert desk.turns()[1].speaker == "practitioner"
    assert desk.turns()[1].utterances[0].code == "NC"  # her code was for a client: passed over
    desk.send(kind="swap")
    assert not desk.recording.swapped
    assert desk.turns()[1].utterances[0].code == "change"  # and not lost
    desk.send(path="/take-back")
    assert desk.recording.swapped


def test_feedback_points_at_what_is_there(desk: Desk) -> None:
    before = analyses.shown(desk.db, desk.recording).feedback.moments
    assert [(m.n, m.u) for m in before] == [(2, 1), (10, 1), (12, 1)]
    desk.send(kind="split", n=3, place="0:4")
    desk.send(kind="code", n=2, u=1, code="OQ")
    now = analyses.shown(desk.db, desk.recording)
    assert [(m.n, m.u) for m in now.feedback.moments] == [(11, 1), (13, 1)]
    for moment in now.feedback.moments:
        assert now.turns[moment.n].utterances[moment.u].text == moment.said


def test_how_often_the_database_is_asked(desk: Desk, engine: Any) -> None:
    for n in (1, 3, 5):
        desk.send(kind="leave_out", n=n)
    with counted(engine) as asked:
        desk.visitor.get(desk.address)
    page = len(asked)
    for n in (7, 9, 11, 13):
        desk.send(kind="leave_out", n=n)
    with counted(engine) as asked:
        desk.visitor.get(desk.address)
    assert len(asked) == page <= 12
    with counted(engine) as asked:
        desk.visitor.get(f"{desk.address}/history")
    assert len(asked) <= 7


def test_the_revision_of_what_follows_is_kept(desk: Desk, db: Session) -> None:
    desk.send(kind="leave_out")
    assert refreshing.left_behind(db) == [(desk.recording.id, 1, False)]
    present.keep_codes(db, desk.recording, {})
    assert refreshing.left_behind(db) == []
    assert present.up_to_date(db, desk.recording)
    assert db.get_one(RecordingText, (desk.recording.id, texts.NOW)).revision == 1


def test_there_is_a_most(desk: Desk, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "_MOST", 2)
    for n in (1, 3):
        desk.send(kind="leave_out", n=n)
    assert "2 changes are the most" in desk.send(422, kind="leave_out", n=5).text
    assert Change(kind="leave_out", n=3) in present.changes(db, desk.recording)
