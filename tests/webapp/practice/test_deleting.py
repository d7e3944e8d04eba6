"""Deleted means gone: every table, the vault, and what a worker was just making of it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, func, insert, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.conftest import NewApp
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from webapp import clock, jobs, storage
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.database import Base, Moment
from webapp.practice.services import analysing, deleting, export, listening, working
from webapp.practice.tables import EmptyFolder, Export, Goal, KeptCounts, Recording, RecordingMeasure, Share, State

STAY = {"audit_event"}  # who did what, by number: evidence


def filled(db: Session, recording: Recording, trainer: Person) -> None:
    """A row in every table that refers to recordings, unless there is one."""
    for column in reversed(list(deleting.referring())):  # those that others refer to come first
        table = column.table
        if db.scalar(select(func.count()).select_from(table).where(column == recording.id)):
            continue
        told: dict[str, Any] = {column.name: recording.id}
        for other in table.columns:
            if other.name in told or other is table.autoincrement_column or other.nullable:
                continue
            told[other.name] = _value(other.type)
            for key in other.foreign_keys:
                first = select(func.max(key.column)).select_from(key.column.table)
                told[other.name] = trainer.id if key.column.table.name == "person" else db.scalar(first)
                if told[other.name] is None or key.column.table.name == "supervision_place":
                    # nothing there yet that this could stand in, or it holds one alone
                    told[other.name] = _stood_in(db, key.column.table, trainer)
        db.execute(insert(table).values(told))
    db.commit()


def _stood_in(db: Session, table: Any, trainer: Person) -> int:
    """A row of a table that does not refer to recordings itself, with those it stands in; its number."""
    told: dict[str, Any] = {}
    for column in table.columns:
        if column is table.autoincrement_column or column.nullable:
            continue
        told[column.name] = {} if column.type.python_type is dict else _value(column.type)
        for key in column.foreign_keys:
            there = db.scalar(select(func.max(key.column)).select_from(key.column.table))
            told[column.name] = trainer.id if key.column.table.name == "person" else there
            if told[column.name] is None:
                told[column.name] = _stood_in(db, key.column.table, trainer)
    return int(db.execute(insert(table).values(told)).inserted_primary_key[0])  # type: ignore[index]


def _value(kind: Any) -> Any:
    if isinstance(kind, Moment):
        return clock.now()
    if kind.python_type in (bool, date):
        return True if kind.python_type is bool else clock.today()
    return b"x" if isinstance(kind, LargeBinary) else 1 if kind.python_type in (int, float) else "x"


def mentions(db: Session, folder: str, number: int) -> list[str]:
    """Where in the database a folder's name stands, or a reference to a recording."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in db.execute(select(table)).mappings():
            if any(isinstance(value, str) and folder in value for value in row.values()):
                found.append(table.name)
    for column in deleting.referring():
        if db.scalar(select(func.count()).select_from(column.table).where(column == number)):
            found.append(column.table.name)
    if db.get(Recording, number) is not None:
        found.append("recording")
    return [name for name in found if name not in STAY]


def in_vault(db: Session, folder: str) -> list[str]:
    return list(storage.of(db).store.names(f"recordings/{folder}/"))


def deleted(app: Flask, db: Session, owner: Person, recording: Recording, **more: str) -> None:
    address = f"/recordings/{recording.id}/delete"
    db.commit()
    visitor = people.signed_in(Visitor(app.test_client()), owner)
    visitor.get(address)
    page = visitor.send(address, more)
    assert page.heading == "Your recordings"
    assert "is deleted" in page.text
    db.expire_all()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_left_in_any_table_or_the_vault(new_app: NewApp, kind: str) -> None:
    app = new_app(kind)
    with app.app_context(), app.extensions["sessions"]() as db:
        owner = people.person(db)
        trainer = people.person(db, role=Role.TRAINER, authority_id=owner.authority_id)
        recording, other = made.ready(db, owner), made.ready(db, owner)
        for one in (recording, other):
            filled(db, one, trainer)
        before = mentions(db, recording.folder, recording.id)
        assert {column.table.name for column in deleting.referring()} < set(before)
        assert len(before) > 12
        number, folder = recording.id, recording.folder
        deleted(app, db, owner, recording)
        assert mentions(db, folder, number) == []
        assert in_vault(db, folder) == []
        assert set(mentions(db, other.folder, other.id)) == set(before)  # and nothing more than that went
        assert in_vault(db, other.folder) != []
        assert {goal.recording_id for goal in db.scalars(select(Goal))} == {None, other.id}
        event = db.scalars(select(AuditEvent).where(AuditEvent.name == "recording.deleted")).one()
        assert (event.actor_id, event.subject_id, event.about) == (owner.id, number, {"counts_kept": False})
        assert db.scalars(select(KeptCounts)).all() == []
        assert made.begun(db, owner).id > other.id  # a number is not given out again


def test_a_number_is_not_given_out_again(app: Flask, db: Session) -> None:
    owner = people.person(db)
    last = made.begun(db, owner)
    number = last.id
    deleted(app, db, owner, last)
    assert made.begun(db, owner).id > number


def test_the_page_asks_once_and_says_what_goes(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    recording = made.ready(db, owner)
    people.signed_in(visitor, owner)
    page = visitor.get(f"/recordings/{recording.id}/delete")
    assert page.heading == "Delete this recording?"
    for word in ("sound", "transcript", "feedback", "comments", "corrections", "made for safety before today"):
        assert word in page.text
    box = page.soup.select_one("#keep_counts")
    assert box is not None
    assert not box.has_attr("checked")
    waiting = made.waiting(db, owner)
    assert not visitor.get(f"/recordings/{waiting.id}/delete").soup.select("#keep_counts")


def test_the_counts_stay_only_if_she_says_so(app: Flask, db: Session) -> None:
    owner = people.person(db)
    recording = made.ready(db, owner, held_on=date(2026, 3, 3))
    measures = {m.name: m.value for m in db.scalars(select(RecordingMeasure))}
    deleted(app, db, owner, recording, keep_counts="y")
    kept = db.scalars(select(KeptCounts)).all()
    assert {k.name: k.value for k in kept} == measures
    assert {(k.owner_id, k.held_on, k.kind) for k in kept} == {(owner.id, date(2026, 3, 3), "role_play")}
    event = db.scalars(select(AuditEvent).where(AuditEvent.name == "recording.deleted")).one()
    assert event.about == {"counts_kept": True}


@pytest.mark.parametrize("state", list(State))
def test_in_any_state(app: Flask, db: Session, state: State) -> None:
    owner = people.person(db)
    recording = made.waiting(db, owner, b"what a family said")
    recording.state = state
    db.commit()
    number, folder = recording.id, recording.folder
    deleted(app, db, owner, recording)
    assert mentions(db, folder, number) == []
    assert in_vault(db, folder) == []


def test_while_a_worker_is_at_it_nothing_comes_back(app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = people.person(db)
    recording = made.waiting(db, owner)
    taken = working.take(db)
    assert taken is not None
    lease = taken[1]
    db.commit()
    number, folder = recording.id, recording.folder

    def meanwhile(*_: object) -> None:
        deleted(app, db, owner, recording)
        raise analysing.Stopped

    monkeypatch.setattr("fidelity.audio.compact_copy", meanwhile)
    analysing.run(app.extensions["sessions"], number, lease)
    assert not working.beat(db, number, lease, step="listen", done=1, total=2)
    assert working.held(db, number, lease) is None
    working.look_after(db)
    assert mentions(db, folder, number) == []
    assert in_vault(db, folder) == []


def test_a_result_that_is_ready_just_then_is_not_kept(app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is done; the recording went while it wrote the last line."""
    from tests import factories

    owner = people.person(db)
    recording = made.waiting(db, owner)
    taken = working.take(db)
    assert taken is not None
    db.commit()
    number, folder = recording.id, recording.folder
    monkeypatch.setattr("fidelity.audio.compact_copy", lambda _sound, copy: copy.write(b"mp3"))

    def analyse(*_: object) -> Any:
        deleted(app, db, owner, recording)
        return factories.analysis()

    monkeypatch.setattr("fidelity.pipeline.analyse", analyse)
    analysing.run(app.extensions["sessions"], number, taken[1])
    assert mentions(db, folder, number) == []
    assert in_vault(db, folder) == []


def test_the_vault_is_emptied_later_if_it_cannot_be_now(
    app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = people.person(db)
    first, second = made.ready(db, owner), made.ready(db, owner)
    folders = sorted((first.folder, second.folder))
    remove_all, fails = storage.Vault.remove_all, folders[0]

    def remove(vault: storage.Vault, prefix: str) -> None:
        if fails in prefix:
            raise OSError("the disk is away")
        remove_all(vault, prefix)

    with monkeypatch.context() as patch:
        patch.setattr(storage.Vault, "remove_all", remove)
        for one in (first, second):
            deleted(app, db, owner, one)
    assert [left.folder for left in db.scalars(select(EmptyFolder))] == [fails]  # the other was not held up
    assert in_vault(db, fails) != []
    jobs.do(app, "practice.empty_folders")
    db.expire_all()
    assert in_vault(db, fails) == []
    assert db.scalars(select(EmptyFolder)).all() == []


def test_nothing_that_has_a_recording_is_ever_removed(app: Flask, db: Session) -> None:
    """Files that no row speaks of stay: the database may be the wrong one, and the sound is all there is."""
    recording = made.ready(db, people.person(db))
    storage.of(db).put("recordings/unknown/sound", [b"of another database"])
    jobs.do(app, "practice.empty_folders")
    assert in_vault(db, recording.folder) == [listening.name(recording)]
    assert in_vault(db, "unknown") == ["recordings/unknown/sound"]
    storage.of(db).remove("recordings/unknown/sound")


def test_an_export_that_has_it_in_it_goes_too(app: Flask, db: Session) -> None:
    owner, other = people.person(db), people.person(db)
    recording = made.ready(db, owner)
    for someone in (owner, other):
        export.make(db, export.ask(db, someone).id)
    db.commit()
    folders = {e.person_id: e.folder for e in db.scalars(select(Export))}
    deleted(app, db, owner, recording)
    assert [e.person_id for e in db.scalars(select(Export))] == [other.id]
    assert list(storage.of(db).store.names(f"exports/{folders[owner.id]}/")) == []
    assert list(storage.of(db).store.names(f"exports/{folders[other.id]}/")) != []


def test_the_trainer_finds_nothing_then(app: Flask, db: Session) -> None:
    owner = people.person(db)
    trainer = people.person(db, role=Role.TRAINER, authority_id=owner.authority_id)
    recording = made.ready(db, owner)
    made.shared(db, recording, trainer)
    theirs = people.signed_in(Visitor(app.test_client()), trainer)
    address = f"/recordings/{recording.id}"
    theirs.get(f"{address}/comments")
    deleted(app, db, owner, recording)
    theirs.get(f"{address}/comments", status=404)
    theirs.get(f"{address}/sound", status=404)
    assert db.scalars(select(Share)).all() == []


def test_sound_that_is_being_heard_is_another_matter(db: Session) -> None:
    """What was already sent was sent; the next range finds nothing."""
    owner = people.person(db)
    recording = made.ready(db, owner)
    listening.keep(db, recording, BytesIO(b"s" * 3_000_000))
    db.commit()
    file, first = listening.open_sound(db, recording)
    folder = recording.folder
    deleting.by_owner(db, owner, recording)
    deleting.empty_folders(db)
    assert len(first) == 1 << 16
    with pytest.raises(storage.NotStored):
        file.read()
    assert in_vault(db, folder) == []
