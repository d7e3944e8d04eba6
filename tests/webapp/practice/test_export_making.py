"""How everything one has is put together: asked for once, made by a worker, told by letter."""

from __future__ import annotations

import os
import tracemalloc
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.clocks import wait
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from tests.webapp.practice.everything import asked, with_everything
from webapp import clock, jobs, storage
from webapp.errors import Refused
from webapp.practice.services import export
from webapp.practice.tables import Export


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
