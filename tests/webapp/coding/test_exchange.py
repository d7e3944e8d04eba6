"""A coding by hand as a file: who may take it, what a file would bring, and what never goes without saying so."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fidelity.hand import cacti, elan, package, table
from fidelity.hand.coding import Parse
from fidelity.hand.fitting import fitted
from tests.fidelity.hand.talk import PARSES, TURNS
from tests.webapp import people
from tests.webapp.pages import Page, Visitor
from tests.webapp.practice import made
from webapp import clock, secrets_box
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.coding.tables import Coding, Kind, Segment
from webapp.practice.services import sharing
from webapp.practice.tables import Recording


def put(db: Session, recording: Recording, coder: Person, parses: dict[int, Parse], **more: Any) -> Coding:
    """A coding, on the recording's segment, which is made where there is none."""
    box, now = secrets_box.of(db), clock.now()
    segment = db.query(Segment).filter_by(recording_id=recording.id).first()
    if segment is None:
        heard = json.dumps([asdict(turn) for turn in TURNS]).encode()
        segment = Segment(
            authority_id=coder.authority_id, recording_id=recording.id, made_by_id=coder.id, made_at=now,
            chosen="whole", start=0.0, end=25.0,
            heard=box.encrypt(heard, purpose=f"segment of recording {recording.folder}"),
            machine=box.encrypt(b"{}", purpose=f"segment of recording {recording.folder}"),
        )  # fmt: skip
        db.add(segment)
        db.flush()
    closed = box.encrypt(json.dumps(parses).encode(), purpose=f"coding {segment.id} of recording {recording.folder}")
    told = {"kind": Kind.OWN, "finished_at": None, **more}
    coding = Coding(
        recording_id=recording.id, segment_id=segment.id, coder_id=coder.id, assigned_by_id=coder.id, assigned_at=now,
        parses=closed, changed_at=now, **told,
    )  # fmt: skip
    db.add(coding)
    db.commit()
    return coding


class Room:
    """A trainer with a recording that is shared with her."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        place = people.authority(db)
        self.owner = people.person(db, place)
        self.tess = people.person(db, place, Role.TRAINER, name="Tess Trainer")
        self.recording = made.ready(db, self.owner)
        made.shared(db, self.recording, self.tess)
        db.commit()
        self.visitor = people.signed_in(Visitor(app.test_client()), self.tess)

    def bring(self, coding: Coding, data: bytes, *, status: int = 200) -> Page:
        path = f"/coding/codings/{coding.id}/files"
        self.visitor.get(path)
        return self.visitor.send(path, {"file": (BytesIO(data), "codes.txt"), "do": "show"}, status=status)

    def take(self, page: Page, coding: Coding, do: str, *, status: int = 200) -> Page:
        hidden = {str(i["name"]): str(i["value"]) for i in page.soup.select("main section input[type=hidden]")}
        return self.visitor.send(f"/coding/codings/{coding.id}/files", {**hidden, "do": do}, status=status)

    def kept(self, coding: Coding) -> dict[str, Any]:
        self.db.expire_all()
        purpose = f"coding {coding.segment_id} of recording {self.recording.folder}"
        found: dict[str, Any] = json.loads(secrets_box.of(self.db).decrypt(coding.parses, purpose=purpose))
        return found


@pytest.fixture
def room(app: Flask, db: Session) -> Room:
    return Room(app, db)


def _plain(parses: dict[int, Parse]) -> dict[str, Any]:
    return {str(n): [list(one) for one in parse] for n, parse in parses.items()}


def test_a_finished_coding_goes_out_in_every_form(room: Room) -> None:
    coding = put(room.db, room.recording, room.tess, PARSES, finished_at=clock.now())
    page = room.visitor.get(f"/coding/codings/{coding.id}/files")
    forms = [link for link in page.links() if f"/codings/{coding.id}/files/" in link]
    assert [link.rsplit("/", 1)[1] for link in forms] == ["csv", "elan", "cacti", "cacti-codes", "json"]
    sent = {link.rsplit("/", 1)[1]: room.visitor.client.get(link) for link in forms}
    assert fitted(TURNS, table.read(sent["csv"].data)).parses == PARSES
    assert fitted(TURNS, elan.read(sent["elan"].data)).parses == PARSES
    assert len(cacti.read(sent["cacti"].data)) == 7
    assert sent["cacti-codes"].text == cacti.code_list()
    assert package.read(sent["json"].data).codings[0].parses == PARSES
    assert package.read(sent["json"].data).codings[0].coder == "Tess Trainer"
    for form, answer in sent.items():
        assert answer.headers["Content-Disposition"].startswith("attachment; filename="), form
        assert room.recording.title not in answer.text, form
        assert room.owner.name not in answer.text, form
    assert room.db.query(AuditEvent).filter_by(name="coding.download").count() == 5
    assert room.visitor.client.get(f"/coding/codings/{coding.id}/files/pdf").status_code == 404


def test_half_a_coding_does_not_go_out(room: Room) -> None:
    coding = put(room.db, room.recording, room.tess, PARSES)
    page = room.visitor.get(f"/coding/codings/{coding.id}/files/csv", status=400)
    assert "Finish the coding first." in page.text


@pytest.mark.parametrize("form", ["table", "elan", "cacti", "json"])
def test_a_file_is_shown_first_and_then_taken(room: Room, form: str) -> None:
    coding = put(room.db, room.recording, room.tess, {})
    data = {
        "table": table.write(TURNS, PARSES, "Tess"),
        "elan": elan.write(TURNS, PARSES, "Tess", recording="a.wav", made=clock.now()),
        "cacti": cacti.write(TURNS, PARSES, "a.wav"),
        "json": package.Package(
            title="A", turns=TURNS, codings=(package.PackagedCoding(coder="T", kind="own", parses=PARSES),)
        ).to_json(),
    }[form].encode()
    page = room.bring(coding, data)
    assert "Nothing is written yet." in page.text
    assert "What does not fit" not in page.text
    assert room.kept(coding) == {}
    page = room.take(page, coding, "fill")
    assert "have codes from the file." in page.text
    wanted = {n: parse for n, parse in PARSES.items() if n != 2 or form != "cacti"}
    assert room.kept(coding) == _plain(wanted)
    assert coding.revision == 1


def test_what_does_not_fit_is_shown_and_the_rest_is_taken(room: Room) -> None:
    coding = put(room.db, room.recording, room.tess, {})
    text = table.write(TURNS, PARSES, "Tess").replace(",SR,", ",Q,").replace(",sustain,", ",XX,")
    page = room.bring(coding, text.encode())
    assert "Line 2: “Q” does not say whether the question was open or closed. Write OQ or CQ." in page.text
    assert "Line 9: “XX” is no code we know." in page.text
    room.take(page, coding, "fill")
    assert room.kept(coding)["0"] == [[0, None], [5, "OQ"]]
    assert room.kept(coding)["4"] == [[0, "neutral"], [1, "change"]]


def test_her_own_codes_stay_unless_she_says_so(room: Room) -> None:
    own: dict[int, Parse] = {0: ((0, "CR"), (5, "OQ")), 1: ((0, "change"),)}
    coding = put(room.db, room.recording, room.tess, own)
    page = room.bring(coding, table.write(TURNS, PARSES, "Tess").encode())
    assert "You have 2 codes of your own in turns where the file says something else." in page.text
    room.take(page, coding, "fill")
    assert room.kept(coding)["0"] == [[0, "CR"], [5, "OQ"]]
    assert room.kept(coding)["3"] == [[0, "Emphasize"]]
    room.take(room.bring(coding, table.write(TURNS, PARSES, "Tess").encode()), coding, "replace")
    assert room.kept(coding) == _plain(PARSES)


def test_what_was_changed_meanwhile_is_not_overwritten(room: Room) -> None:
    coding = put(room.db, room.recording, room.tess, {})
    page = room.bring(coding, table.write(TURNS, PARSES, "Tess").encode())
    coding.revision += 1
    room.db.commit()
    page = room.take(page, coding, "replace", status=400)
    assert "This coding was changed meanwhile" in page.text
    assert room.kept(coding) == {}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Choose a file first."),
        (b"\0\1", "This is no text file."),
        (b"code,text\nSR,The weather has been dreadful all week long\n", "It seems to be of another recording"),
        (b"code,text\nXX,You were worried about him.\n", "Nothing in this file fits what is said here."),
        (b'{"schema": "changetalk.hand/2"}', "not in the form “changetalk.hand/1”"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "declares a document type"),
        (b"SQLite format 3\0", "Export it in CACTI as text"),
    ],
)
def test_a_bad_file_gets_a_clear_word_and_changes_nothing(room: Room, data: bytes, says: str) -> None:
    coding = put(room.db, room.recording, room.tess, PARSES)
    page = room.bring(coding, data, status=400)
    assert says in page.text
    assert room.kept(coding) == _plain(PARSES)


@pytest.mark.parametrize(
    "parses", ["", "{", "[]", '{"0": [[0, "change"]]}', '{"0": [[3, "SR"]]}', '{"77": [[0, null]]}']
)
def test_what_comes_back_with_the_form_is_looked_at_again(room: Room, parses: str) -> None:
    coding = put(room.db, room.recording, room.tess, PARSES)
    room.visitor.get(f"/coding/codings/{coding.id}/files")
    told = {"parses": parses, "revision": "0", "do": "replace"}
    page = room.visitor.send(f"/coding/codings/{coding.id}/files", told, status=400)
    assert "Bring the file again." in page.text
    assert room.kept(coding) == _plain(PARSES)


def test_a_finished_coding_takes_nothing_in(room: Room) -> None:
    coding = put(room.db, room.recording, room.tess, PARSES, finished_at=clock.now())
    page = room.bring(coding, table.write(TURNS, PARSES, "Tess").encode(), status=400)
    assert "This coding is finished" in page.text


def test_only_the_coder_and_for_an_agreed_one_whoever_took_part(room: Room) -> None:
    now = clock.now()
    tim = people.person(room.db, None, Role.TRAINER, authority_id=room.tess.authority_id)
    own = put(room.db, room.recording, room.tess, PARSES, finished_at=now)
    agreed = put(room.db, room.recording, room.tess, PARSES, finished_at=now, kind=Kind.AGREED)
    his = people.signed_in(Visitor(room.app.test_client()), tim)
    for coding in (own, agreed):
        his.get(f"/coding/codings/{coding.id}/files", status=404)
    made.shared(room.db, room.recording, tim)
    put(room.db, room.recording, tim, PARSES, finished_at=now)
    his.get(f"/coding/codings/{own.id}/files/json", status=404)
    assert package.read(his.client.get(f"/coding/codings/{agreed.id}/files/json").data).codings[0].kind == "agreed"
    his.send(f"/coding/codings/{agreed.id}/files", {"do": "replace", "parses": "{}"}, status=404)


def test_taken_back_means_closed(room: Room) -> None:
    coding = put(room.db, room.recording, room.tess, PARSES, finished_at=clock.now())
    sharing.withdraw(room.db, room.owner, room.recording, room.tess.id)
    room.db.commit()
    room.visitor.get(f"/coding/codings/{coding.id}/files", status=404)
    room.visitor.get(f"/coding/codings/{coding.id}/files/csv", status=404)


def test_without_times_elan_is_not_offered_as_if_it_worked(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = tuple(replace(turn, start=None, end=None, starts=()) for turn in TURNS)
    monkeypatch.setattr(f"{__name__}.TURNS", bare)
    coding = put(room.db, room.recording, room.tess, PARSES, finished_at=clock.now())
    page = room.visitor.get(f"/coding/codings/{coding.id}/files/elan", status=400)
    assert "there are no times here. Take the table or the JSON file." in page.text
