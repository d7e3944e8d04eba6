"""An application on a database of its own, which every test leaves as it found it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.webapp import servers
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor
from webapp import create_app, extensions, migrate, tables
from webapp.accounts import passwords
from webapp.settings import Settings


class NewApp(Protocol):
    """Makes an application on ``sqlite`` or ``postgresql``."""

    def __call__(self, kind: str, *, tables_too: bool = True, **settings: Any) -> Flask: ...


@pytest.fixture(scope="session", autouse=True)
def dear_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords for real. In tests, one that does the least work: thousands sign somebody in."""
    dear = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield dear
    passwords._hasher = dear


@pytest.fixture(scope="session")
def postgresql() -> Iterator[servers.PostgreSQL]:
    """A PostgreSQL server, started when the first test of a process asks for it."""
    with servers.postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def whole_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Made once for a test process, on the kind of database that ``--database`` says."""
    data: Path = tmp_path_factory.mktemp("data")
    kind = request.config.getoption("--database")
    address = request.getfixturevalue("postgresql").database() if kind == "postgresql" else ""
    app = create_app(Settings.read(data=data, database=address, secret_key="a key for tests", jobs="at once"))
    app.config.update(TESTING=True)
    tables.metadata.create_all(app.extensions["engine"])
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def new_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewApp]:
    """Makes applications with a data folder and a database of their own, brought up by the migrations."""
    made: list[Flask] = []

    def make(kind: str, *, tables_too: bool = True, **settings: Any) -> Flask:
        address = request.getfixturevalue("postgresql").database() if kind == "postgresql" else ""
        data = tmp_path / f"place {len(made)}"
        app = create_app(Settings.read(**{"data": data, "database": address, "jobs": "at once", **settings}))
        app.config.update(TESTING=True)
        made.append(app)
        if tables_too:
            migrate.upgrade(app.extensions["engine"])
        extensions.limiter.reset()
        return app

    yield make
    for app in made:
        app.extensions["engine"].dispose()
        for queue in app.extensions["queues"].values():
            queue.storage.close()


@pytest.fixture
def engine(whole_app: Flask) -> Engine:
    """The engine behind the application."""
    found: Engine = whole_app.extensions["engine"]
    return found


@pytest.fixture
def app(whole_app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application; what a test writes is undone after it."""
    with engine.connect() as connection:
        outer = connection.begin()
        sessions = sessionmaker(
            connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={"settings": whole_app.extensions["settings"]},
        )
        monkeypatch.setitem(whole_app.extensions, "sessions", sessions)
        extensions.limiter.reset()
        yield whole_app
        outer.rollback()


@pytest.fixture
def db(app: Flask) -> Iterator[Session]:
    """A session on what the application sees. Commit what pages are to find."""
    with app.extensions["sessions"]() as session:
        yield session


@pytest.fixture
def mailbox(app: Flask) -> Mailbox:
    """The letters that were sent, none yet."""
    box = Mailbox(app.extensions["settings"].data / "outbox")
    box.empty()
    return box


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody with a browser who has not signed in."""
    return Visitor(app.test_client())
