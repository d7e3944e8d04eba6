"""Bringing a recording in: consent first, then piece by piece, whatever happens in between."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from webapp import clock, storage
from webapp.practice.services import about, arriving
from webapp.practice.tables import Kind, Piece, Recording, State

REAL = {"kind": "real", "consent_by": "mother", "consent_way": "written", "consented": "y"}


def told(**more: str) -> dict[str, str]:
    return {"kind": "role_play", "held_on": clock.today().isoformat(), "speakers": "2", "name": "With Sam", **more}


def send(client: FlaskClient, visitor: Visitor, address: str, data: Any = b"", **more: Any) -> Any:
    headers = {"X-CSRFToken": visitor.token, "X-Requested-With": "fetch"}
    return client.post(address, data=data, headers=headers, **more)


def here(*pieces: bytes) -> dict[str, Any]:
    """What is said of a part that came in these pieces."""
    first, last = (hashlib.sha256(piece).hexdigest() for piece in (pieces[0], pieces[-1]))
    return {"pieces": len(pieces), "bytes": sum(map(len, pieces)), "first": first, "last": last}


def only(db: Session) -> Recording:
    db.expire_all()
    return db.scalars(select(Recording)).one()


def test_a_role_play_from_the_form_to_the_worker(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    people.signed_in(visitor, owner)
    page = visitor.get("/recordings/new")
    assert page.heading == "Bring in a recording"
    page = visitor.send("/recordings/new", told(goal="Getting to school", wants="My reflections"))
    assert page.heading == "With Sam"
    recording = only(db)
    assert (recording.state, recording.kind, recording.owner_id) == (State.ARRIVING, Kind.ROLE_PLAY, owner.id)
    assert about.read(db, recording) == about.About(goal="Getting to school", wants="My reflections")
    assert b"school" not in recording.about
    root = f"/recordings/{recording.id}"
    for number, data in enumerate((b"first", b"second")):
        assert send(visitor.client, visitor, f"{root}/pieces/0/{number}", data).json == {"taken": len(data)}
    assert visitor.client.get(f"{root}/arrived").json == {
        "state": "arriving", "parts": {"0": here(b"first", b"second")},
    }  # fmt: skip
    answer = send(visitor.client, visitor, f"{root}/finish", {"parts": "2", "file_name": "../../Smith family.mp3"})
    assert answer.json == {"go": root}
    recording = only(db)  # tests do work where it is sent: this sound is none, and the page says so
    assert recording.state == State.FAILED
    assert "is not a recording we can read" in visitor.get(root).text
    assert about.read(db, recording).file_name == "../../Smith family.mp3"  # words in a sealed note, never a path


@pytest.mark.parametrize("missing", ["consent_by", "consent_way", "consented"])
def test_a_real_conversation_needs_consent(visitor: Visitor, db: Session, missing: str) -> None:
    people.signed_in(visitor, people.person(db))
    visitor.get("/recordings/new")
    page = visitor.send("/recordings/new", told(**{k: v for k, v in REAL.items() if k != missing}))
    assert "A real conversation needs the consent of everybody in it" in page.text
    assert db.scalars(select(Recording)).all() == []
    visitor.send("/recordings/new", told(**REAL))
    assert about.read(db, only(db)) == about.About(consent_by="mother", consent_way="written")


@pytest.mark.parametrize(("wrong", "says"), [
    ({"held_on": (clock.today() + timedelta(days=2)).isoformat()}, "still to come"),
    ({"held_on": "yesterday"}, "That is no date"), ({"kind": "gossip"}, "Not a valid choice"),
    ({"name": "x" * 5000}, "120 characters are the most"), ({"wants": "x" * 5000}, "1000 characters are the most"),
    ({"speakers": "9"}, "Not a valid choice"),
])  # fmt: skip
def test_what_makes_no_sense_is_said_at_the_field(
    visitor: Visitor, db: Session, wrong: dict[str, str], says: str
) -> None:
    people.signed_in(visitor, people.person(db))
    visitor.get("/recordings/new")
    assert says in visitor.send("/recordings/new", told(**wrong)).text
    assert db.scalars(select(Recording)).all() == []


def test_pieces_that_come_again_or_in_any_order(db: Session) -> None:
    owner = people.person(db)
    recording = made.begun(db, owner)
    for number in (1, 0, 1):
        arriving.take(db, recording, part=0, number=number, data=bytes([number]) * 3)
    assert arriving.state(db, recording) == {"0": here(b"\0" * 3, b"\1" * 3)}
    with pytest.raises(arriving.Conflict, match="Another piece"):
        arriving.take(db, recording, part=0, number=1, data=b"something else")
    arriving.take(db, recording, part=1, number=1, data=b"later")  # its part has a gap
    assert arriving.state(db, recording)["1"] == {"pieces": 0, "bytes": 0}
    with pytest.raises(arriving.Conflict, match="missing"):
        arriving.finish(db, owner, recording, parts={0: 2, 1: 2})
    arriving.take(db, recording, part=1, number=0, data=b"sooner")
    arriving.finish(db, owner, recording, parts={0: 2, 1: 2})
    assert [part.read() for part in arriving.sound(db, recording)] == [b"\0\0\0\1\1\1", b"soonerlater"]
    with pytest.raises(arriving.Conflict, match="come in already"):
        arriving.take(db, recording, part=0, number=2, data=b"too late")


def test_too_much_is_refused_and_what_is_there_stays(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "LARGEST", 10)
    recording = made.begun(db, people.person(db))
    arriving.take(db, recording, part=0, number=0, data=b"x" * 8)
    with pytest.raises(Exception, match="more than 1 GB"):
        arriving.take(db, recording, part=0, number=1, data=b"x" * 8)
    assert arriving.state(db, recording) == {"0": here(b"x" * 8)}


@pytest.mark.parametrize("parts", ["", "-1", "x", "99999999999", "1e3"])
def test_a_count_that_is_none(visitor: Visitor, db: Session, parts: str) -> None:
    owner = people.person(db)
    recording = made.begun(db, owner)
    people.signed_in(visitor, owner)
    visitor.get("/account")
    answer = send(visitor.client, visitor, f"/recordings/{recording.id}/finish", {"parts": parts})
    assert answer.status_code == 400
    assert "did not say how many" in answer.text


def test_a_piece_that_is_too_large_or_empty_or_without_token(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    recording = made.begun(db, owner)
    people.signed_in(visitor, owner)
    visitor.get("/account")
    address = f"/recordings/{recording.id}/pieces/0/0"
    assert send(visitor.client, visitor, address, b"x" * (arriving.PIECE + 1)).status_code == 400
    assert send(visitor.client, visitor, address, b"").status_code == 400
    assert visitor.client.post(address, data=b"x").status_code == 400
    assert db.scalars(select(Piece)).all() == []


def test_the_same_file_twice_is_known_again(db: Session) -> None:
    owner = people.person(db)
    first, second = made.waiting(db, owner, b"one file"), made.waiting(db, owner, b"one file")
    other = made.waiting(db, people.person(db), b"one file")
    assert first.fingerprint == second.fingerprint
    assert other.fingerprint != first.fingerprint  # nobody learns what somebody else brought in


def test_what_arrives_is_closed_and_goes_when_it_is_cleared(db: Session) -> None:
    recording = made.waiting(db, people.person(db), b"what a family said")
    store = storage.of(db).store
    names = list(store.names(f"recordings/{recording.folder}/"))
    assert names == [f"recordings/{recording.folder}/arriving/0000-000000"]
    assert b"family" not in store.read(names[0], 0, 1000)
    arriving.clear(db, recording)
    assert list(store.names(f"recordings/{recording.folder}/")) == []
