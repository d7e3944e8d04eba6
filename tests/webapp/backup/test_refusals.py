"""A backup that cannot be made or restored: said in a sentence, and nothing is changed."""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.webapp.backup.filled import files_of, fill, rows_of
from tests.webapp.backup.test_round_trip import BOTH, run
from tests.webapp.conftest import NewApp
from webapp import workers
from webapp.backup import archive
from webapp.backup.making import make
from webapp.backup.restoring import restore
from webapp.errors import Refused
from webapp.organisation.tables import Authority

Members = dict[str, bytes]


@pytest.fixture
def here(new_app: NewApp) -> Flask:
    """A platform in use."""
    app = new_app("sqlite")
    fill(app)
    return app


@pytest.fixture
def kept(here: Flask, tmp_path: Path) -> Path:
    """A backup of it."""
    file = tmp_path / "kept.zip"
    make(here.extensions["engine"], here.extensions["settings"], file)
    return file


def refused(app: Flask, file: Path, words: str, *, replace: bool = True) -> None:
    """A restore is refused with these words, and all is as it was."""
    rows, files = rows_of(app.extensions["engine"]), files_of(app)
    status, said = run(app, "restore", file, *(["--replace"] if replace else []))
    assert (status, words in said) == (1, True), said
    assert rows_of(app.extensions["engine"]) == rows
    assert files_of(app) == files
    assert not list(app.extensions["settings"].data.glob(".restoring-*"))


def rewritten(file: Path, change: Callable[[Members], Any]) -> Path:
    """The backup with something changed in it, zip or tar made anew."""
    with zipfile.ZipFile(file) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    new = file.with_name("changed.zip")
    with zipfile.ZipFile(new, "w") as target:
        for name, content in members.items():
            target.writestr(name, content)
    return new


def told(members: Members, **changed: Any) -> None:
    """Change what the manifest says."""
    members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **changed}).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m.update({"files/empty": b"x"}), "files/empty is changed"),
        (lambda m: m.update({"tables/person.jsonl": m["tables/person.jsonl"][:-9]}), "tables/person.jsonl is changed"),
        (lambda m: m.pop("tables/team.jsonl"), "tables/team.jsonl is missing"),
        (lambda m: m.update({"files/more": b"x"}), "files/more is not part of it"),
        (lambda m: m.update({"files/../../more": b"x"}), "it holds a file called 'files/../../more'"),
        (lambda m: m.update({"/more": b"x"}), "it holds a file called '/more'"),
        (lambda m: m.pop("manifest.json"), "it has no manifest"),
        (lambda m: m.update({"manifest.json": b"[]"}), "its manifest is damaged"),
        (lambda m: told(m, revision="0999", version="9.9"), "made by version 9.9 (database 0999)"),
        (lambda m: told(m, form=2), "Install version"),
        (lambda m: told(m, rows={}), "fewer or more rows"),
        (lambda m: told(m, key="x"), "needs the key of then"),
    ],
)
def test_a_changed_one(here: Flask, kept: Path, change: Callable[[Members], Any], words: str) -> None:
    refused(here, rewritten(kept, change), words)


def all_of(folder: Path) -> dict[str, bytes]:
    """Every file in a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("ending", ["tar.gz", "zip"])
def test_damage_anywhere_is_seen(here: Flask, tmp_path: Path, ending: str) -> None:
    """Wherever a byte is changed or the end is cut off: either it is seen, or it was of no account."""
    file, bad, found = tmp_path / f"kept.{ending}", tmp_path / f"bad.{ending}", 0
    make(here.extensions["engine"], here.extensions["settings"], file)
    whole = file.read_bytes()
    archive.unpack(file, tmp_path / "whole")
    places = range(3, len(whole), len(whole) // 60)
    for n, place in enumerate(places):
        changed = bytearray(whole)
        changed[place] ^= 0x55
        for content in (bytes(changed), whole[:place]):
            bad.write_bytes(content)
            folder = tmp_path / f"{n}-{len(content)}"
            try:
                archive.unpack(bad, folder)
            except Refused:
                found += 1
            else:
                assert all_of(folder) == all_of(tmp_path / "whole")
    assert found > 1.8 * len(places)
    bad.write_bytes(whole[: len(whole) // 2])
    refused(here, bad, "it is damaged or cut short")
    bad.write_bytes(b"Dear all, please find attached")
    refused(here, bad, "it is damaged or cut short")


def test_a_link_in_it_is_not_followed(here: Flask, tmp_path: Path) -> None:
    file = tmp_path / "kept.tar.gz"
    with tarfile.open(file, "w:gz") as target:
        link = tarfile.TarInfo("files/x")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        target.addfile(link)
        target.addfile(tarfile.TarInfo("files/x/y"), io.BytesIO())
    refused(here, file, "is no plain file")


def test_over_what_is_here_only_when_told(here: Flask, kept: Path, new_app: NewApp) -> None:
    refused(here, kept, "Say --replace", replace=False)
    only_a_file = new_app("sqlite")
    (only_a_file.extensions["settings"].data / "outbox").mkdir()
    (only_a_file.extensions["settings"].data / "outbox" / "letter.eml").write_bytes(b"x")
    refused(only_a_file, kept, "0 rows in 0 tables, 1 files", replace=False)


def test_not_under_a_running_platform(here: Flask, kept: Path) -> None:
    with here.extensions["sessions"]() as session:
        workers.here(session)
        session.commit()
    refused(here, kept, "stop the platform first")
    with here.extensions["sessions"]() as session:
        workers.gone(session)
        session.commit()
    assert run(here, "restore", kept, "--replace")[0] == 0


def test_not_into_a_database_of_another_version(here: Flask, kept: Path) -> None:
    with here.extensions["engine"].begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'other'"))
    refused(here, kept, "Run `database upgrade` first")
    status, said = run(here, "backup", kept.with_name("other.zip"))
    assert (status, "Run `database upgrade` first" in said or "run `database upgrade` first" in said) == (1, True)
    assert sorted(p.name for p in kept.parent.iterdir() if p.is_file()) == ["kept.zip"]


def test_what_postgresql_does_not_take_leaves_it_as_it_was(new_app: NewApp, tmp_path: Path) -> None:
    """SQLite lets a name be longer than its column says, or hold a NUL; PostgreSQL does not."""
    for n, name in enumerate(("x" * 200, "a\0b")):
        here, there, file = new_app("sqlite"), new_app("postgresql"), tmp_path / f"{n}.zip"
        with here.extensions["sessions"]() as session:
            session.add(Authority(name=name))
            session.commit()
        fill(there)
        make(here.extensions["engine"], here.extensions["settings"], file)
        refused(there, file, "The database does not take what the backup has for authority")


@BOTH
def test_a_commit_that_fails_puts_the_files_back(
    new_app: NewApp, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, file = new_app(kind), tmp_path / "kept.zip"
    engine, settings = app.extensions["engine"], app.extensions["settings"]
    make(engine, settings, file)
    fill(app)
    rows, files = rows_of(engine), files_of(app)

    def fail(_connection: object) -> None:
        assert files_of(app) != files  # the new ones are in place by now
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(engine.dialect, "do_commit", fail)
        with pytest.raises(KeyboardInterrupt):
            restore(engine, settings, file, replace=True)
    assert rows_of(engine) == rows
    assert files_of(app) == files


def test_where_a_backup_may_go(here: Flask, tmp_path: Path) -> None:
    data = here.extensions["settings"].data
    (tmp_path / "there.zip").write_bytes(b"mine")
    for file, words in (
        (tmp_path / "there.zip", "already"),
        (tmp_path / "kept.rar", "ends with .tar.gz or .zip"),
        (tmp_path / "nowhere" / "kept.zip", "There is no folder"),
        (data / "kept.zip", "outside"),
        (data / "outbox" / ".." / "kept.zip", "outside"),
    ):
        status, said = run(here, "backup", file)
        assert (status, words in said) == (1, True), said
    assert (tmp_path / "there.zip").read_bytes() == b"mine"
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["there.zip"]
    status, said = run(here, "restore", tmp_path / "gone.zip")
    assert (status, "does not exist" in said) == (2, True)


def test_a_link_among_the_files_is_said_and_not_left_out(here: Flask, tmp_path: Path) -> None:
    (here.extensions["settings"].data / "elsewhere").symlink_to(tmp_path)
    status, said = run(here, "backup", tmp_path / "kept.zip")
    assert (status, "is a link" in said) == (1, True)
    assert not (tmp_path / "kept.zip").exists()


@pytest.mark.parametrize("ending", ["tar.gz", "zip"])
def test_a_file_that_shrinks_meanwhile(tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 10)
    told = os.stat_result((*source.stat()[:6], 99, *source.stat()[7:]))

    def pack() -> None:
        with archive.new(tmp_path / f"kept.{ending}") as writer, source.open("rb") as file:
            monkeypatch.setattr(os, "fstat", lambda _: told)
            writer.add("files/source", file)

    with pytest.raises(Refused, match="changed while it was read"):
        pack()
    assert [p.name for p in tmp_path.iterdir()] == ["source"]
