"""The database: one session a request or job, committed once at its edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy import DateTime, Dialect, Engine, MetaData, String, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker, validates
from sqlalchemy.types import TypeDecorator

from webapp.settings import Settings

_BUSY_MS = 15_000  # a writer waits this long for another one
_WRITERS = 0x6368616E  # the lock on PostgreSQL that a writer holds; any number will do that nobody else uses
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_WRITING = "changetalk_writing"
_View = TypeVar("_View", bound=Callable[..., Any])


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; a moment without a zone is refused."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Of all tables. Constraints are named so that migrations can change them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment}  # noqa: RUF012 - SQLAlchemy's own way


class Named:
    """Of tables whose rows are sorted and looked for by name, whatever its capitals.

    SQLite knows the capitals from A to Z only, and PostgreSQL those of its locale. To have Python lower each name while
    the database sorts would keep every other request waiting, so the lowered name is kept beside the name.
    """

    name: Mapped[str] = mapped_column(String(120))
    sorts_as: Mapped[str] = mapped_column(String(240))  # a letter can become two

    @validates("name")
    def _lowered(self, _key: str, name: str) -> str:
        self.sorts_as = name.lower()
        return name


def connect(settings: Settings) -> Engine:
    """An engine for the database that the settings name. On either kind one transaction writes at a time."""
    if not settings.database_url.startswith("sqlite"):
        return _postgresql(settings.database_url)
    settings.make_folder()
    return _sqlite(settings.database_url)


def _postgresql(url: str) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, connect_args={"options": f"-c lock_timeout={_BUSY_MS}"})

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # The same rule as on SQLite: what was read in a writing transaction is still so when it is committed. Without
        # it two tabs that count up a number would lose one, and a thing that must be there once could be there twice.
        if connection.get_execution_options().get(_WRITING, True):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")

    return engine


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late; see below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A writer takes its lock at once: one that starts by reading would lose updates or fail half-way.
        kind = "IMMEDIATE" if connection.get_execution_options().get(_WRITING, True) else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


def only_reading(engine: Engine, **options: Any) -> Engine:
    """The engine for work that does not write, and so waits for nobody who does."""
    return engine.execution_options(**{_WRITING: False}, **options)


def start(app: Flask) -> None:
    """Connect, and settle each request's session when it ends."""
    engine = connect(app.extensions["settings"])
    app.extensions["engine"] = engine
    app.extensions["sessions"] = sessionmaker(
        engine, expire_on_commit=False, info={"settings": app.extensions["settings"]}
    )

    @app.after_request
    def _commit(response: Response) -> Response:
        session = g.get("session")
        if session is not None:
            if response.status_code < 400:
                session.commit()
                for send in g.pop("after_commit", ()):
                    send()
            else:
                session.rollback()
        return response

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        session = g.pop("session", None)
        if session is not None:
            session.close()


def session() -> Session:
    """The session of this request."""
    if "session" not in g:
        made: Session = current_app.extensions["sessions"]()
        view = current_app.view_functions.get(request.endpoint or "")
        made.connection(execution_options={_WRITING: request.method not in _READS or hasattr(view, "writes")})
        g.session = made
    found: Session = g.session
    return found


@contextmanager
def reading(app: Flask) -> Iterator[Session]:
    """A session that only reads and keeps no writer waiting, for what a request's own session does not reach."""
    with app.extensions["sessions"]() as made:
        made.connection(execution_options={_WRITING: False})
        yield made


def look_again(session: Session) -> None:
    """Begin anew, only to read: to see what is there now without waiting for those who write."""
    session.rollback()
    session.connection(execution_options={_WRITING: False})


def let_go(session: Session) -> None:
    """Hold up nobody while something slow follows. Nothing that was done so far is kept; what follows begins anew."""
    session.rollback()


def writes(view: _View) -> _View:
    """Say of a page that it writes though it is asked for with GET, as when another site sends somebody back to us."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def settings_of(session: Session) -> Settings:
    """The settings a piece of work is done under: services ask its session, so that they need no web application."""
    settings: Settings = session.info["settings"]
    return settings


def after_commit(send: Any) -> None:
    """Call ``send`` once this request's work is committed: a job must not start before its row is there."""
    g.setdefault("after_commit", []).append(send)
