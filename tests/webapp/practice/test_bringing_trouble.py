"""Whatever goes wrong on the way in: nothing is lost, nothing is mixed up, and the page says what to do."""

from __future__ import annotations

import io
import tracemalloc
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from fidelity.config import AudioOptions
from fidelity.pipeline import Options
from tests.media import write_audio
from tests.webapp import people
from tests.webapp.conftest import NewApp
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from tests.webapp.practice.test_bringing import here, send
from webapp import storage
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.practice.services import about, arriving
from webapp.practice.tables import Kind, Piece, Recording, State
from webapp.storage.store import Folder

SAMPLES = Path(__file__).parents[3] / "data/samples"
FILE = b"RIFF" + bytes(range(256)) * 20_000  # of two pieces, and no recording


@pytest.fixture
def owner(db: Session) -> Person:
    return people.person(db)


@pytest.fixture
def recording(db: Session, owner: Person) -> Recording:
    return made.begun(db, owner)


@pytest.fixture
def inside(visitor: Visitor, owner: Person) -> Visitor:
    """The owner, on a page with a token."""
    people.signed_in(visitor, owner).get("/account")
    return visitor


def piece(inside: Visitor, recording: Recording, number: int, data: bytes | None, part: int = 0, **more: Any) -> Any:
    return send(inside.client, inside, f"/recordings/{recording.id}/pieces/{part}/{number}", data, **more)


def finish(inside: Visitor, recording: Recording, *parts: int) -> Any:
    told = {"parts": [str(count) for count in parts]}
    return send(inside.client, inside, f"/recordings/{recording.id}/finish", told)


def in_one_go(inside: Visitor, recording: Recording, data: bytes, name: str = "talk.mp3", status: int = 200) -> str:
    """As a page without a script sends it; the words of the page that comes back."""
    boundary, body = encode_multipart({"csrf_token": inside.token, "file": FileStorage(io.BytesIO(data), name)})
    answer = inside.client.post(
        f"/recordings/{recording.id}/file", data=body, content_type=f"multipart/form-data; boundary={boundary}",
        follow_redirects=True,
    )  # fmt: skip
    assert answer.status_code == status
    return answer.text


def arrived(inside: Visitor, recording: Recording) -> Any:
    return inside.client.get(f"/recordings/{recording.id}/arrived").json["parts"]


def state(db: Session, recording: Recording) -> State:
    db.expire_all()
    return State(recording.state)


def test_pieces_that_come_twice_and_finishing_twice(inside: Visitor, recording: Recording, db: Session) -> None:
    for number, data in ((0, b"first"), (0, b"first"), (1, b"second"), (0, b"first")):
        assert piece(inside, recording, number, data).json == {"taken": len(data)}
    assert arrived(inside, recording) == {"0": here(b"first", b"second")}
    assert finish(inside, recording, 2).json == {"go": f"/recordings/{recording.id}"}
    again = finish(inside, recording, 2)
    assert (again.status_code, again.json) == (409, {"wrong": "This recording has come in already."})
    late = piece(inside, recording, 2, b"third")
    assert late.status_code == 409
    assert len(db.scalars(select(Piece)).all()) == 2


def test_another_piece_in_its_place_is_refused(inside: Visitor, recording: Recording) -> None:
    piece(inside, recording, 0, b"first")
    answer = piece(inside, recording, 0, b"other")
    assert answer.status_code == 409
    assert "Load the page again" in answer.json["wrong"]
    assert arrived(inside, recording) == {"0": here(b"first")}


def test_two_uploads_of_one_file_are_two_recordings_that_know_of_each_other(
    inside: Visitor, owner: Person, recording: Recording, db: Session
) -> None:
    other = made.begun(db, owner, title="Before")
    for one in (other, recording):
        piece(inside, one, 0, b"the same")
        finish(inside, one, 1)
    page = inside.get(f"/recordings/{recording.id}")
    assert "You brought in the same file before: Before" in page.text
    assert f"/recordings/{other.id}" in page.links()


@pytest.mark.parametrize("announced", [5000, 6])
def test_a_body_of_another_length_than_it_says_is_not_kept(
    inside: Visitor, recording: Recording, announced: int
) -> None:
    """As when the line breaks off: some servers hand on what came."""
    broken = {"CONTENT_LENGTH": str(announced), "wsgi.input_terminated": True}
    answer = piece(inside, recording, 0, None, input_stream=io.BytesIO(b"so far"[:5]), environ_overrides=broken)
    assert answer.status_code == 400
    assert "cut off" in answer.json["wrong"]
    assert arrived(inside, recording) == {}


def test_a_body_of_unknown_length_is_kept(inside: Visitor, recording: Recording) -> None:
    unknown = {"wsgi.input_terminated": True}
    answer = piece(inside, recording, 0, None, input_stream=io.BytesIO(b"chunks"), environ_overrides=unknown)
    assert answer.json == {"taken": 6}
    assert arrived(inside, recording) == {"0": here(b"chunks")}


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\talks\\one.mp3", "/etc/cron.d/x", "x" * 3000])
def test_a_name_with_a_path_is_only_words(inside: Visitor, recording: Recording, db: Session, name: str) -> None:
    in_one_go(inside, recording, FILE, name)
    told = about.read(db, recording).file_name
    assert "\0" not in told
    assert len(told) <= 200
    names = list(storage.of(db).store.names(f"recordings/{recording.folder}/"))
    assert names == [f"recordings/{recording.folder}/arriving/0000-00000{number}" for number in range(2)]
    assert state(db, recording) == State.FAILED


def test_nothing_at_all(inside: Visitor, recording: Recording, db: Session) -> None:
    assert "empty" in piece(inside, recording, 0, b"").json["wrong"]
    assert finish(inside, recording, 0).json == {"wrong": "Nothing has come in yet."}
    assert "That file is empty" in in_one_go(inside, recording, b"", status=400)
    inside.get("/account")
    assert "No file was chosen" in inside.send(f"/recordings/{recording.id}/file", status=400).text
    assert state(db, recording) == State.ARRIVING


@pytest.mark.parametrize("told", [(1,), (3,), (2, 1), (0, 2)])
def test_finishing_with_pieces_missing(
    inside: Visitor, recording: Recording, db: Session, told: tuple[int, ...]
) -> None:
    for number in range(2):
        piece(inside, recording, number, b"x")
    answer = finish(inside, recording, *told)
    assert answer.status_code == 409
    assert "missing" in answer.json["wrong"]
    assert state(db, recording) == State.ARRIVING


def test_a_part_of_which_nothing_came_is_left_out(inside: Visitor, recording: Recording, db: Session) -> None:
    piece(inside, recording, 0, b"x", part=0)
    piece(inside, recording, 0, b"y", part=2)
    assert finish(inside, recording, 1, 0, 1).status_code == 200
    assert [part.read() for part in arriving.sound(db, recording)] == [b"x", b"y"]


@pytest.mark.parametrize("role", Role)
def test_no_route_knows_somebody_elses_recording(app: Flask, db: Session, recording: Recording, role: Role) -> None:
    """Not a colleague's of the same place either, nor one that was shared: bringing in is its owner's alone."""
    other = people.person(db, role=role, authority_id=recording.authority_id)
    made.shared(db, recording, other)
    visitor = people.signed_in(Visitor(app.test_client()), other)
    visitor.get("/account")
    root = f"/recordings/{recording.id}"
    for path in ("", "/bring", "/arrived", "/progress"):
        assert visitor.client.get(root + path).status_code == 404, path
    for path in ("/pieces/0/0", "/finish", "/file", "/start-over", "/cancel", "/retry"):
        assert send(visitor.client, visitor, root + path, b"x").status_code == 404, path
    assert state(db, recording) == State.ARRIVING
    assert db.scalars(select(Piece)).all() == []


@pytest.mark.parametrize("path", ["pieces/0/0", "finish", "file", "start-over", "cancel", "retry"])
def test_nothing_happens_without_a_token(inside: Visitor, recording: Recording, db: Session, path: str) -> None:
    piece(inside, recording, 1, b"kept")
    answer = inside.client.post(f"/recordings/{recording.id}/{path}", data=b"x")
    assert answer.status_code == 400
    assert "load it again" in answer.text
    assert len(db.scalars(select(Piece)).all()) == 1


def test_a_full_disk_loses_nothing(
    inside: Visitor, recording: Recording, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece(inside, recording, 0, b"first")

    def full(*_: object) -> int:
        raise storage.StorageFull

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "put", full)
        answer = piece(inside, recording, 1, b"second")
        assert answer.status_code == 507
        assert "What you sent before is safe" in answer.json["wrong"]
        assert "No room left" in in_one_go(inside, recording, FILE, status=507)
    assert arrived(inside, recording) == {"0": here(b"first")}
    assert next(arriving.sound(db, recording)).read() == b"first"
    assert piece(inside, recording, 1, b"second").json == {"taken": 6}


def test_more_than_a_gigabyte(inside: Visitor, recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    assert arriving.LARGEST == 2**30
    monkeypatch.setattr(arriving, "LARGEST", 10)
    piece(inside, recording, 0, b"x" * 8)
    answer = piece(inside, recording, 1, b"x" * 8)
    assert (answer.status_code, "more than 1 GB" in answer.json["wrong"]) == (400, True)
    assert arrived(inside, recording) == {"0": here(b"x" * 8)}


def test_more_than_the_page_takes_in_one_go(inside: Visitor, recording: Recording) -> None:
    assert "larger than this page takes" in in_one_go(inside, recording, b"x" * (16 * 2**20 + 1), status=413)


def test_more_than_three_hours(
    inside: Visitor, recording: Recording, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert AudioOptions().longest == arriving.LONGEST
    monkeypatch.setattr("fidelity.pipeline.Options", partial(Options, audio=AudioOptions(longest=60.0)))
    sample = (SAMPLES / "poor/poor.mp3").read_bytes()
    page = in_one_go(inside, recording, sample)
    assert state(db, recording) == State.FAILED
    assert "longer than" in page
    assert "one conversation each" in page


def test_a_small_file_that_unfolds_to_hours_is_stopped(
    inside: Visitor, recording: Recording, db: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an hour of silence in a film, packed to a hundredth of what it unfolds to, is read only to the limit."""
    film = write_audio(tmp_path / "film.mp4", np.zeros((1, 16_000 * 1800), "float32"), rate=16_000, video=True)
    assert film.stat().st_size * 100 < 16_000 * 1800 * 4
    monkeypatch.setattr("fidelity.pipeline.Options", partial(Options, audio=AudioOptions(longest=60.0)))
    tracemalloc.start()
    page = in_one_go(inside, recording, film.read_bytes(), "film.mp4")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert state(db, recording) == State.FAILED
    assert "longer than" in page
    assert most < 30e6  # bytes; a minute of sound is 4 MB


def test_a_gigabyte_does_not_meet_the_limit_of_pieces(new_app: NewApp) -> None:
    app = new_app("sqlite", throttle=True)
    with app.app_context(), app.extensions["sessions"]() as db:
        owner = people.person(db)
        recording = made.begun(db, owner)
    visitor = people.signed_in(Visitor(app.test_client()), owner)
    visitor.get("/account")
    answer = piece(visitor, recording, 0, b"x")
    assert answer.json == {"taken": 1}
    assert arriving.LARGEST // arriving.PIECE < int(answer.headers["X-RateLimit-Remaining"]) < 1000  # in a minute


def test_starting_over_forgets_what_came(inside: Visitor, recording: Recording, db: Session) -> None:
    piece(inside, recording, 0, b"first")
    answer = send(inside.client, inside, f"/recordings/{recording.id}/start-over")
    assert answer.json == {"parts": {}}
    assert arrived(inside, recording) == {}
    assert list(storage.of(db).store.names(f"recordings/{recording.folder}/")) == []
    assert db.scalars(select(AuditEvent.subject_id).where(AuditEvent.name == "recording.started_over")).all() == [
        recording.id
    ]
    page = inside.send(f"/recordings/{recording.id}/start-over")  # as a form, without a script
    assert page.heading == "With Sam"
    piece(inside, recording, 0, b"other")
    finish(inside, recording, 1)
    assert send(inside.client, inside, f"/recordings/{recording.id}/start-over").status_code == 409


def test_a_file_in_one_go_takes_the_place_of_what_came_before(
    inside: Visitor, recording: Recording, db: Session
) -> None:
    piece(inside, recording, 0, b"half of something")
    page = in_one_go(inside, recording, FILE)
    assert "is not a recording we can read" in page
    assert [part.read() for part in arriving.sound(db, recording)] == [FILE]
    again = made.begun(db, db.get_one(Person, recording.owner_id), kind=Kind.ROLE_PLAY)
    for number in range(2):
        piece(inside, again, number, FILE[number * arriving.PIECE : (number + 1) * arriving.PIECE])
    finish(inside, again, 2)
    assert "You brought in the same file before" in inside.get(f"/recordings/{again.id}").text  # either way it came
