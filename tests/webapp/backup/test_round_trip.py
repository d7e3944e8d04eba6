"""What goes into a backup comes out of it, on either database."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from tests.webapp.backup.filled import FILES, files_of, fill, rows_of, without_trail
from tests.webapp.conftest import NewApp
from webapp import clock, jobs, secrets_box
from webapp.audit import AuditEvent
from webapp.backup.making import make
from webapp.backup.restoring import restore
from webapp.learning.tables import Attempt
from webapp.organisation.tables import Authority, Team

BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


def run(app: Flask, *command: str | Path) -> tuple[int, str]:
    """Exit status and words of a ``database`` command."""
    result = app.test_cli_runner().invoke(args=["database", *map(str, command)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("ending", ["tar.gz", "zip"])
def test_the_whole_of_it_by_command(new_app: NewApp, tmp_path: Path, ending: str) -> None:
    here, file = new_app("sqlite"), tmp_path / f"kept.{ending}"
    fill(here)
    before, files = rows_of(here.extensions["engine"]), files_of(here)
    status, words = run(here, "backup", file)
    assert (status, f"{file}: " in words, " rows and 4 files, " in words) == (0, True, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == [file.name]

    there = new_app("sqlite", tables_too=False)  # as on a new machine: nothing but a key made at the first command
    assert there.extensions["settings"].key() != here.extensions["settings"].key()
    status, words = run(there, "restore", file)
    assert (status, words.startswith("Restored as it was at ")) == (0, True)
    assert without_trail(rows_of(there.extensions["engine"])) == before
    del files["outbox/half.part"]
    assert files_of(there) == files
    assert set(files) == {*FILES, "secret.key"}
    assert stat.S_IMODE((there.extensions["settings"].data / "secret.key").stat().st_mode) == 0o600
    assert there.extensions["settings"].key() == here.extensions["settings"].key()
    for app, name in ((here, "backup.make"), (there, "backup.restore")):
        with app.extensions["sessions"]() as session:
            assert session.scalars(select(AuditEvent.name).where(AuditEvent.name.like("backup.%"))).all() == [name]


def test_to_the_other_database_and_back(new_app: NewApp, tmp_path: Path) -> None:
    first, second, third = new_app("sqlite"), new_app("postgresql"), new_app("sqlite")
    fill(first)
    before = rows_of(first.extensions["engine"])
    for n, (one, other) in enumerate([(first, second), (second, third)]):
        file = tmp_path / f"{n}.tar.gz"
        make(one.extensions["engine"], one.extensions["settings"], file)
        restore(other.extensions["engine"], other.extensions["settings"], file)
        assert without_trail(rows_of(other.extensions["engine"])) == before
        with other.extensions["sessions"]() as session:
            empty, none, full = session.scalars(select(Attempt.id).order_by(Attempt.heard.is_(None).desc(), Attempt.id))
            heard = {a.id: a.heard for a in session.scalars(select(Attempt))}
            assert (heard[empty], heard[none], heard[full]["n"]) == (None, None, 2)
            session.add(Authority(name="A new one"))  # which has to get a number that is free
            session.commit()
            session.delete(session.scalars(select(Authority).where(Authority.name == "A new one")).one())
            session.commit()


@BOTH
def test_in_place_of_what_is_here(new_app: NewApp, tmp_path: Path, kind: str) -> None:
    app, file = new_app(kind, jobs=""), tmp_path / "kept.zip"
    engine, data = app.extensions["engine"], app.extensions["settings"].data
    fill(app)
    before, files = rows_of(engine), files_of(app)
    assert run(app, "backup", file)[0] == 0
    with app.extensions["sessions"]() as session:
        session.add(Authority(name="Later"))
        session.execute(text("DELETE FROM certificate"))
        session.commit()
    (data / "outbox" / "later.eml").write_bytes(b"x")
    (data / "empty").write_bytes(b"not empty any more")
    status, words = run(app, "restore", file)
    assert (status, "not empty" in words, "--replace" in words) == (1, True, True)
    assert (data / "empty").read_bytes() == b"not empty any more"
    jobs.send_now(app, "learning.hear", 1)
    assert [queue.pending_count() for queue in app.extensions["queues"].values()] == [1, 0, 0]
    assert run(app, "restore", file, "--replace")[0] == 0
    assert without_trail(rows_of(engine)) == before
    del files["outbox/half.part"]
    assert {name: content for name, content in files_of(app).items() if not name.endswith(".part")} == files
    assert not list(data.glob(".restoring-*"))
    assert [queue.pending_count() for queue in app.extensions["queues"].values()] == [0, 0, 0]


@BOTH
def test_while_others_write(new_app: NewApp, tmp_path: Path, kind: str) -> None:
    """Each piece of work adds a team and counts it; a backup has both or neither, and nobody waits for it."""
    app, file = new_app(kind), tmp_path / "kept.tar.gz"
    sessions, stop, done = app.extensions["sessions"], threading.Event(), []
    with sessions() as session:
        session.add(Authority(id=1, name="0"))
        session.add_all(AuditEvent(at=clock.now(), name="some.bulk", about={"x": "y" * 500}) for _ in range(3000))
        session.commit()

    def write() -> None:
        while not stop.is_set():
            with sessions() as session:
                place = session.get_one(Authority, 1)
                session.add(Team(authority_id=1, name=f"Team {place.name}"))
                session.flush()
                place.name = str(int(place.name) + 1)
                session.commit()
                done.append(1)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        begun = len(done)
        while len(done) < begun + 5:
            pass
        told = make(app.extensions["engine"], app.extensions["settings"], file)
        begun = len(done)
        while len(done) < begun + 5:
            pass
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    there = new_app("sqlite", tables_too=False)
    restore(there.extensions["engine"], there.extensions["settings"], file)
    with there.extensions["sessions"]() as session:
        teams = len(session.scalars(select(Team)).all())
        assert session.get_one(Authority, 1).name == str(teams)
    assert 5 <= teams == told.rows["team"] < len(done)


@BOTH
def test_an_unfinished_writer_is_not_in_it_and_not_in_its_way(new_app: NewApp, tmp_path: Path, kind: str) -> None:
    app, file = new_app(kind), tmp_path / "kept.tar.gz"
    with app.extensions["engine"].begin() as writer:
        writer.execute(insert(Authority).values(name="Half done"))
        told = make(app.extensions["engine"], app.extensions["settings"], file)
    assert told.rows["authority"] == 0


def test_a_key_from_the_settings_is_not_in_it_and_has_to_be_set_again(new_app: NewApp, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    status, told = run(new_app("sqlite", secret_key="the key of then"), "backup", file)
    assert (status, "not the key" in told) == (0, True)
    for key, words in (("", "does not hold it"), ("another key", "says another")):
        app = new_app("sqlite", tables_too=False, secret_key=key)
        status, told = run(app, "restore", file)
        assert (status, words in told, "CHANGETALK_SECRET_KEY" in told) == (1, True, True)
    assert run(new_app("sqlite", tables_too=False, secret_key="the key of then"), "restore", file)[0] == 0


def test_a_note_can_be_opened_after_all_that(new_app: NewApp, tmp_path: Path) -> None:
    here, there = new_app("sqlite"), new_app("postgresql", tables_too=False)
    with Session(info={"settings": here.extensions["settings"]}) as session:
        closed = secrets_box.of(session).encrypt(b"The door at four", purpose="note of 1")
    make(here.extensions["engine"], here.extensions["settings"], tmp_path / "kept.zip")
    restore(there.extensions["engine"], there.extensions["settings"], tmp_path / "kept.zip")
    with Session(info={"settings": there.extensions["settings"]}) as session:
        assert secrets_box.of(session).decrypt(closed, purpose="note of 1") == b"The door at four"
