"""What holds of whatever migrations there are, on both databases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from tests.webapp.conftest import NewApp
from webapp import migrate, tables
from webapp.errors import Refused

BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
ONE_MORE = '''
"""Changes the table of authorities, for which SQLite makes it anew."""
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "one_more", "{before}", None, None


def upgrade():
    with op.batch_alter_table("authority") as batch:
        batch.alter_column("name", type_=sa.String(200))
        batch.add_column(sa.Column("motto", sa.String(20)))
    {more}
'''


@pytest.fixture
def engine(new_app: NewApp, kind: str) -> Engine:
    found: Engine = new_app(kind, tables_too=False).extensions["engine"]
    return found


@BOTH
def test_from_nothing_to_just_our_tables(engine: Engine) -> None:
    migrate.upgrade(engine)
    migrate.upgrade(engine)  # a second time does nothing
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []
        assert migrate.revision(connection) == migrate.newest()


@BOTH
def test_and_back_to_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.begin() as connection:
        command.downgrade(migrate.config(connection), "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
        assert connection.execute(text("SELECT * FROM alembic_version")).all() == []
        if engine.dialect.name == "postgresql":
            left = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'"
            assert connection.execute(text(left)).all() == []
            assert inspect(connection).get_enums() == []  # type: ignore[attr-defined]
    migrate.upgrade(engine)


def one_more(folder: Path, monkeypatch: pytest.MonkeyPatch, *, more: str = "") -> None:
    """A migration after those there are."""
    shutil.copytree(migrate._FOLDER, folder)
    step = ONE_MORE.format(before=migrate.newest(), more=more)
    monkeypatch.setattr(migrate, "_FOLDER", folder)
    (folder / "versions" / "one_more.py").write_text(step, encoding="utf-8")


@BOTH
def test_rows_keep_what_they_refer_to(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO authority (id, name) VALUES (7, 'A council')"))
        connection.execute(
            text("INSERT INTO team (id, authority_id, name, sorts_as) VALUES (1, 7, 'A team', 'a team')")
        )
    one_more(tmp_path / "steps", monkeypatch)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, name, motto FROM authority")).all() == [(7, "A council", None)]
        assert connection.scalar(text("SELECT authority_id FROM team")) == 7
        if engine.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


@BOTH
def test_a_step_that_fails_changes_nothing(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate.upgrade(engine)
    before = migrate.newest()
    one_more(tmp_path / "steps", monkeypatch, more="raise ArithmeticError")
    with pytest.raises(ArithmeticError):
        migrate.upgrade(engine)
    with engine.connect() as connection:
        assert migrate.revision(connection) == before
        assert {c["name"] for c in inspect(connection).get_columns("authority")} == {"id", "name"}


@BOTH
def test_an_older_version_leaves_a_newer_database_alone(new_app: NewApp, kind: str) -> None:
    app = new_app(kind)
    with app.extensions["engine"].begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    with pytest.raises(Refused, match=r"newer version"):
        migrate.upgrade(app.extensions["engine"])
    result = app.test_cli_runner().invoke(args=["database", "upgrade"])
    assert (result.exit_code, "It was used by a newer version" in result.output) == (1, True)
