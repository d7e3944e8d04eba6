"""Everything one has: opened and read back."""

from __future__ import annotations

import io
import json
import os
import zipfile

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from tests.webapp.practice.everything import SOUND, asked, link, rows, with_everything
from webapp import clock, storage
from webapp.practice.services import analyses, export_file, listening
from webapp.practice.tables import Export, RecordingMeasure


def test_from_the_button_to_files_that_are_read_back(visitor: Visitor, db: Session) -> None:
    owner, recording = with_everything(db)
    other = made.ready(db, people.person(db))
    people.signed_in(visitor, owner)
    page = visitor.get("/export")
    assert page.heading == "Download everything you have"
    page = asked(visitor)  # tests do work where it is sent
    assert "It is ready" in page.text
    kept = db.scalars(select(Export)).one()
    name = f"exports/{kept.folder}/zip"
    assert b"README" not in storage.of(db).store.read(name, 0, 10_000_000)
    answer = visitor.client.get(link(page))
    assert answer.mimetype == "application/zip"
    assert answer.content_length == len(answer.data) == kept.size
    assert answer.headers["Content-Disposition"] == f'attachment; filename="changetalk-{clock.today():%Y-%m-%d}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        assert found.testzip() is None
        root = f"recordings/{recording.held_on:%Y-%m-%d}-{recording.id}"
        own = ("about.json", "transcript.vtt", "utterances.csv", "analysis.json", "corrections.json", "own-view.json")
        assert set(found.namelist()) == {
            "README.txt", "account.csv", "measures.csv", "kept-counts.csv", "goals.csv", "sharing.csv",
            "learning/attempts.csv", "learning/checks.csv", "learning/finished.csv", "learning/notes.csv",
            *(f"{root}/{file}" for file in (*own, "comments.csv", "names.csv", "sound.mp3")),
        }  # fmt: skip
        text = {file: found.read(file).decode("utf-8-sig") for file in found.namelist() if not file.endswith("mp3")}
        assert found.read(f"{root}/sound.mp3") == SOUND
    assert json.loads(text[f"{root}/about.json"])["goal"] == "Mornings"
    assert text[f"{root}/analysis.json"] == analyses.shown(db, recording).to_json()
    assert text[f"{root}/transcript.vtt"].startswith("WEBVTT")
    assert "How have things been since Tuesday?" in text[f"{root}/utterances.csv"]
    assert json.loads(text[f"{root}/corrections.json"])[0]["n"] == 3
    assert json.loads(text[f"{root}/own-view.json"])["well"] == "I waited"
    assert rows(text[f"{root}/comments.csv"])[1][1:] == ["Tess Trainer", "187.2", "'=Warm"]
    assert rows(text[f"{root}/names.csv"])[1] == ["Leanne", "person", "2", "suggested", "False"]
    measures = [row for row in rows(text["measures.csv"])[1:] if row[0] == str(recording.id)]
    assert len(measures) == len(db.scalars(select(RecordingMeasure).filter_by(recording_id=recording.id)).all())
    assert rows(text["kept-counts.csv"])[1][2:4] == ["questions", "7.0"]
    assert rows(text["goals.csv"])[1][1:3] == ["reflections", str(recording.id)]
    assert rows(text["sharing.csv"])[1][1] == "Tess Trainer"
    assert rows(text["account.csv"])[1][0] == "Zoë Owner"
    assert rows(text["learning/notes.csv"])[1][3] == "Für mich"
    assert json.loads(rows(text["learning/attempts.csv"])[1][4]) == {"text": "You worry."}
    assert rows(text["learning/finished.csv"])[1][1:4] == ["small", "one", "0.9"]
    assert not any(f"-{other.id}/" in file for file in text)
    for file in text:  # the page in plain words knows every file
        assert file.rpartition("/")[2] in text["README.txt"] or file.startswith("learning/") or file == "README.txt"


def test_what_cannot_be_opened_is_said_in_its_place(db: Session) -> None:
    owner, recording = with_everything(db)
    store, name = storage.of(db).store, listening.name(recording)
    sealed = store.read(name, 0, 10_000_000)
    store.put(name, [sealed[:-1] + bytes([sealed[-1] ^ 1])])  # the end of it
    recording.about = b"\1" + os.urandom(60)
    db.commit()
    packed = b"".join(export_file.zipped(export_file.members(db, owner, lambda: None)))
    with zipfile.ZipFile(io.BytesIO(packed)) as found:
        assert found.testzip() is None
        root = f"recordings/{recording.held_on:%Y-%m-%d}-{recording.id}"
        assert "could not be opened" in found.read(f"{root}/about.json.txt").decode()
        assert "cannot be opened" in found.read(f"{root}/sound.mp3.txt").decode()
        assert SOUND.startswith(found.read(f"{root}/sound.mp3"))
        assert f"{root}/analysis.json" in found.namelist()
