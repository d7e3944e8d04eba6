"""Makes a backup while the platform runs: all of it as it was at one moment."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from webapp import clock, database, migrate
from webapp.backup import archive, files, manifest, rows
from webapp.backup.manifest import Manifest
from webapp.errors import Refused
from webapp.settings import Settings
from webapp.version import VERSION


def make(engine: Engine, settings: Settings, path: Path) -> Manifest:
    """Write a backup to ``path``, which ends with .tar.gz or .zip.

    The rows are those of one moment, and files are read after them: what a row speaks of is there.

    Raises:
        Refused: it cannot be written there, or the database is not that of this version.
    """
    path = path.absolute()
    if path.resolve().is_relative_to(settings.data.resolve()):
        raise Refused(f"Keep backups outside {settings.data}: they would be part of the next one.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}.")
    with archive.new(path) as writer, tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as work:
        made_at, tables = clock.now(), Path(work, "tables")
        tables.mkdir()
        with _one_moment(engine, Path(work)) as connection:
            revision = migrate.revision(connection)
            if revision is None or revision != migrate.newest():
                raise Refused(
                    f"The database is not that of version {VERSION}. If it is older, run `database upgrade` first."
                )
            counts = rows.write(connection, tables)
        for name in counts:
            with rows.file_of(tables, name).open("rb") as source:
                writer.add(f"tables/{name}.jsonl", source)
        for name_ in files.kept(settings):
            _add(writer, settings, name_)
        told = Manifest(
            form=manifest.FORM,
            version=VERSION,
            revision=revision,
            made_at=made_at,
            database=engine.dialect.name,
            key=manifest.key_mark(settings.key()),
            rows=counts,
            members=writer.members,
        )
        page = Path(work, manifest.NAME)
        page.write_text(told.model_dump_json(indent=1), encoding="utf-8")
        with page.open("rb") as source:
            writer.add(manifest.NAME, source)
    return told


def _add(writer: archive.Writer, settings: Settings, name: Path) -> None:
    try:
        source = (settings.data / name).open("rb")
    except FileNotFoundError:
        return  # it went away after the rows were read, and the rows know nothing of that yet
    with source:
        writer.add(f"files/{name.as_posix()}", source)


@contextmanager
def _one_moment(engine: Engine, work: Path) -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever is written meanwhile, and holds nobody up."""
    if engine.dialect.name != "sqlite":
        still = database.only_reading(engine, isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with still.connect() as connection:
            yield connection
        return
    copy = work / "copy.sqlite3"
    with closing(engine.raw_connection()) as ours, closing(sqlite3.connect(copy)) as target:
        ours.driver_connection.backup(target)  # type: ignore[union-attr]
    still = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
    with still.connect() as connection:
        yield connection
