"""Brings a database to this version: one history for SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from webapp.errors import Refused
from webapp.version import VERSION

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run the steps that this database has not had: all of them, or none.

    Raises:
        Refused: the database was last used by a newer version.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            upgrade_within(connection)
        return
    with engine.connect() as connection:
        # SQLite changes a table by making a new one and dropping the old, and rows elsewhere refer to the old.
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                upgrade_within(connection)
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                assert not broken, f"after the steps rows refer to nothing: {broken[:3]}"
        finally:
            driver.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def upgrade_within(connection: Connection) -> None:
    """The same on a database without rows, as part of a larger piece of work, which commits it.

    Raises:
        Refused: the database was last used by a newer version.
    """
    at = revision(connection)
    try:
        command.upgrade(config(connection), "head")
    except CommandError as error:
        raise Refused(
            f"This database has had steps (up to {at}) that version {VERSION} does not know. "
            "It was used by a newer version: install that one."
        ) from error


def revision(connection: Connection) -> str | None:
    """The last step that a database has had; nothing if it is new."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The last step that this version knows."""
    return ScriptDirectory(str(_FOLDER)).get_current_head()


def config(connection: Connection) -> Config:
    """What Alembic wants to know, for one connection."""
    told = Config()
    told.set_main_option("script_location", str(_FOLDER))
    told.attributes["connection"] = connection
    return told
