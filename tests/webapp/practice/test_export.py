"""Everything one has: made, opened and read back; a link that works once, in time, for her alone."""

from __future__ import annotations

import csv
import io
import json
import os
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fidelity.masking import Name
from tests.webapp import people
from tests.webapp.clocks import wait
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Page, Visitor
from tests.webapp.practice import made
from webapp import clock, jobs, secrets_box, storage
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.errors import Refused
from webapp.learning.tables import Attempt, CourseVersion, ModuleDone, Note
from webapp.practice.services import about, analyses, comments, export, export_file, listening, masks
from webapp.practice.tables import Correction, Export, Goal, KeptCounts, Kind, OwnView, Recording, RecordingMeasure

SOUND = os.urandom(2_500_000)


def with_everything(db: Session) -> tuple[Person, Recording]:
    """Somebody with one of everything."""
    owner = people.person(db, name="Zoë Owner")
    trainer = people.person(db, role=Role.TRAINER, authority_id=owner.authority_id, name="Tess Trainer")
    recording = made.ready(db, owner, sound=SOUND, title="../=cmd()", about=about.About(goal="Mornings"))
    made.shared(db, recording, trainer)
    comments.add(db, trainer, recording, "=Warm", 187.2)
    masks.suggest(db, recording, [Name("Leanne", "person", 2)])
    box, now = secrets_box.of(db), clock.now()

    def closed(told: object, what: str) -> bytes:
        return box.encrypt(json.dumps(told).encode(), purpose=f"{what} recording {recording.folder}")

    version = CourseVersion(
        slug="small",
        version="1",
        digest="d",
        title="S",
        told={"title": "S", "modules": []},
        loaded_at=now,
        current=False,
    )
    db.add(version)
    db.flush()
    db.add_all([
        Correction(
            recording_id=recording.id, person_id=owner.id, at=now, kind="words", told=closed({"n": 3}, "correction of")
        ),
        OwnView(recording_id=recording.id, at=now, answers=closed({"well": "I waited"}, "own view of")),
        Goal(person_id=owner.id, recording_id=recording.id, name="reflections", chosen_at=now),
        KeptCounts(
            authority_id=owner.authority_id, owner_id=owner.id, held_on=clock.today(), kind=Kind.REAL, name="questions",
            value=7.0, n=7,
        ),
        Note(
            person_id=owner.id, course="small", exercise="think", changed_at=now,
            text=box.encrypt("Für mich".encode(), purpose=f"note of {owner.id}"),
        ),
        Attempt(
            once="x", person_id=owner.id, course_version_id=version.id, course="small", module="one", exercise="say",
            at=now, answer={"text": "You worry."}, state="done", score=1.0,
        ),
        ModuleDone(person_id=owner.id, course="small", module="one", done_at=now, score=0.9),
    ])  # fmt: skip
    db.commit()
    return owner, recording


def asked(visitor: Visitor) -> Page:
    visitor.get("/export")
    return visitor.send("/export")


def link(page: Page) -> str:
    return next(address for address in page.links() if address.startswith("/export/file/"))


def refusals(db: Session) -> list[tuple[int | None, str]]:
    found = select(AuditEvent).where(AuditEvent.name == "export.refuse").order_by(AuditEvent.id)
    return [(event.actor_id, event.about["why"]) for event in db.scalars(found)]


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


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_link_works_once_and_the_page_gives_another(visitor: Visitor, db: Session) -> None:
    owner, _ = with_everything(db)
    people.signed_in(visitor, owner)
    first = link(asked(visitor))
    assert visitor.client.get(first).status_code == 200
    page = visitor.get(first, status=410)
    assert "works once" in page.text
    assert refusals(db) == [(owner.id, "used, replaced or gone")]
    page = visitor.get("/export")
    assert not any(address.startswith("/export/file/") for address in page.links())
    second = link(visitor.send("/export/again"))
    assert visitor.client.get(first).status_code == 410
    assert visitor.client.get(second).status_code == 200
    done = db.scalars(select(AuditEvent).where(AuditEvent.name == "export.download")).all()
    assert [event.actor_id for event in done] == [owner.id] * 2


def test_a_link_runs_out(visitor: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, _ = with_everything(db)
    people.signed_in(visitor, owner)
    address = link(asked(visitor))
    wait(monkeypatch, minutes=61)
    assert "within an hour" in visitor.get(address, status=410).text
    assert refusals(db) == [(owner.id, "late")]
    assert visitor.client.get(link(visitor.get("/export"))).status_code == 200  # the page has a fresh one


def test_after_a_day_there_is_nothing(
    visitor: Visitor, db: Session, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, _ = with_everything(db)
    people.signed_in(visitor, owner)
    asked(visitor)
    folder = db.scalars(select(Export.folder)).one()
    wait(monkeypatch, hours=23, minutes=30)
    token = export.link(db, db.scalars(select(Export)).one())
    wait(monkeypatch, hours=24, minutes=1)
    assert visitor.client.get(f"/export/file/{token}").status_code in (302, 410)  # the sign-in may have ended too
    assert export.latest(db, owner) is None
    jobs.do(app, "practice.export_rest")
    db.expire_all()
    assert db.scalars(select(Export)).all() == []
    assert list(storage.of(db).store.names(f"exports/{folder}/")) == []


def test_somebody_else_with_the_link_gets_nothing_and_leaves_a_trace(app: Flask, db: Session) -> None:
    owner, _ = with_everything(db)
    hers = people.signed_in(Visitor(app.test_client()), owner)
    address = link(asked(hers))
    administrator = people.person(db, role=Role.ADMINISTRATOR, authority_id=owner.authority_id)
    people.signed_in(Visitor(app.test_client()), administrator).get(address, status=404)
    assert refusals(db) == [(administrator.id, "somebody else's")]
    stranger = Visitor(app.test_client()).client.get(address)
    assert stranger.status_code == 302
    assert "/sign-in" in stranger.location
    assert hers.client.get(address).status_code == 200  # it was not used up


@pytest.mark.parametrize("change", ["last", "cut", "nonsense", "other key"])
def test_a_link_that_was_tampered_with(visitor: Visitor, db: Session, change: str) -> None:
    owner, _ = with_everything(db)
    people.signed_in(visitor, owner)
    address = link(asked(visitor))
    token = address.rpartition("/")[2]
    payload, _, signature = token.rpartition(".")
    wrong = {
        "last": f"{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        "cut": payload,
        "nonsense": "WzEsMl0",
        "other key": f"{payload[:-1]}.{signature}",
    }[change]
    assert "has run out" in visitor.get(f"/export/file/{wrong}", status=410).text
    assert refusals(db) == [(owner.id, "not ours")]
    assert visitor.client.get(address).status_code == 200


def test_asking_twice_is_one_and_a_new_one_takes_its_place(db: Session) -> None:
    owner, _ = with_everything(db)
    first = export.ask(db, owner)
    assert export.ask(db, owner).id == first.id
    with pytest.raises(Refused, match="no file"):
        export.renew(db, owner)
    export.make(db, first.id)
    second = export.ask(db, owner)
    assert second.id > first.id
    assert [e.id for e in db.scalars(select(Export))] == [second.id]


def test_what_a_killed_worker_left_is_made_by_another(app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, _ = with_everything(db)
    number = export.ask(db, owner).id
    db.commit()
    with monkeypatch.context() as patch:
        patch.setattr(storage.Vault, "put", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            export.make(db, number)
    db.rollback()
    export.make(db, number)  # somebody holds it still
    assert db.get_one(Export, number, populate_existing=True).state == export.WAITING
    assert export.to_make(db) == []
    wait(monkeypatch, minutes=11)
    assert export.to_make(db) == [number]
    db.commit()
    jobs.do(app, "practice.export_rest")
    db.expire_all()
    assert db.get_one(Export, number).state == export.READY


def test_one_that_breaks_off_again_and_again_says_so(visitor: Visitor, db: Session) -> None:
    owner, _ = with_everything(db)
    asked_for = export.ask(db, owner)
    asked_for.attempts = 3
    export.make(db, asked_for.id)
    db.commit()
    people.signed_in(visitor, owner)
    page = visitor.get("/export")
    assert "broke off several times" in page.text
    assert page.soup.select_one("main form button") is not None


def test_a_full_disk_is_said(visitor: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, _ = with_everything(db)
    people.signed_in(visitor, owner)

    def full(*_: object) -> None:
        raise storage.StorageFull

    monkeypatch.setattr(storage.Vault, "put", full)
    assert "no room left" in asked(visitor).text


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


def test_memory_stays_flat(db: Session) -> None:
    """Forty megabytes of sound pass through a few."""
    owner = people.person(db)
    for _ in range(4):
        made.ready(db, owner, sound=os.urandom(10_000_000))
    asked_for = export.ask(db, owner)
    number = asked_for.id
    db.commit()
    tracemalloc.start()
    try:
        export.make(db, number)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (db.get_one(Export, number, populate_existing=True).size or 0) > 40_000_000
    assert most < 12_000_000


def test_a_letter_says_it_is_ready_without_the_link(app: Flask, db: Session, mailbox: Mailbox) -> None:
    owner, _ = with_everything(db)
    mailbox.empty()
    number = export.ask(db, owner).id
    db.commit()
    jobs.do(app, "practice.export", number)
    jobs.do(app, "mail.send")
    text = mailbox.letters(owner.email)[-1].get_content()
    assert "/export\n" in text
    assert "/export/file" not in text


def test_files_in_the_vault_that_no_row_speaks_of_go(app: Flask, db: Session) -> None:
    storage.of(db).put("exports/left/zip", [b"x"])
    jobs.do(app, "practice.export_rest")
    assert list(storage.of(db).store.names("exports/left/")) == []


def test_nothing_waits_that_was_just_asked_for(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    number = export.ask(db, people.person(db)).id
    assert export.to_make(db) == []
    now = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert export.to_make(db) == [number]
