"""Makes the platform again from a backup: as a whole, or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.orm import Session

from webapp import audit, migrate, workers
from webapp.backup import archive, files, manifest, rows
from webapp.backup.manifest import Manifest
from webapp.errors import Refused
from webapp.settings import KEY_FILE, Settings


def restore(engine: Engine, settings: Settings, path: Path, *, replace: bool = False) -> Manifest:
    """Put what a backup holds into the database and the data folder.

    Everything is looked at before anything is changed. The rows go in as one transaction; right before it is committed
    the files change places, and they change back if the commit fails.

    Raises:
        Refused: the backup is damaged, of another version or under another key; there is something here already and it
            is not to be replaced; or the platform is running.
    """
    settings.make_folder()
    with tempfile.TemporaryDirectory(dir=settings.data, prefix=files.WORKPLACE) as work:
        new, old = Path(work, "new"), Path(work, "old")
        new.mkdir()
        told = archive.unpack(path, new)
        told.check_version()
        _check_key(told, settings, new / "files")
        with engine.connect() as connection, connection.begin() as transaction:
            _check_place(connection, settings, replace=replace)
            _make_tables(connection)
            rows.empty(connection)
            if rows.read(connection, new / "tables") != told.rows:
                raise Refused("This backup is damaged: it has fewer or more rows than it says.")
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                audit.record(session, "backup.restore", actor=None, made_at=told.made_at.isoformat())
                session.commit()
            with files.swapped(settings, new / "files", old):
                transaction.commit()
    return told


def _check_key(told: Manifest, settings: Settings, new: Path) -> None:
    """See that what is encrypted in the backup can be opened here."""
    key = settings.secret_key.get_secret_value()
    where = "here CHANGETALK_SECRET_KEY says another"
    if not key:
        kept = new / KEY_FILE
        key = kept.read_text(encoding="ascii").strip() if kept.exists() else ""
        where = "the backup does not hold it, because it was set as CHANGETALK_SECRET_KEY"
    if not key or manifest.key_mark(key) != told.key:
        raise Refused(
            f"What is encrypted in this backup needs the key of then, and {where}. Set CHANGETALK_SECRET_KEY to "
            "the key of then, and try again."
        )


def _make_tables(connection: Connection) -> None:
    at = migrate.revision(connection)
    if at is None:
        migrate.upgrade_within(connection)
    elif at != migrate.newest():
        raise Refused("The database here is not that of this version. Run `database upgrade` first, and try again.")


def _check_place(connection: Connection, settings: Settings, *, replace: bool) -> None:
    """See that nothing is lost here that was not meant to be."""
    if inspect(connection).has_table(workers.WorkerSeen.__tablename__):
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            if workers.seen_lately(session):
                raise Refused("A worker was seen within the last minutes: stop the platform first, and try again.")
    there = rows.there(connection)
    others = [name for name in files.kept(settings) if name != Path(KEY_FILE)]
    if replace or not (there or others):
        return
    raise Refused(
        f"The platform here is not empty: {sum(there.values()):,} rows in {len(there)} tables, "
        f"{len(others):,} files. Say --replace to lose them and have the backup instead."
    )
