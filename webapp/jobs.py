"""Work that is not done while somebody waits for a page: sent after the commit, with ids only, done by the worker.

The rows in the database are the truth, not the queue: each kind of work can find what was left behind and is told
to look for it now and then, so a killed worker loses nothing. Slow and long work have queues of their own, so that
what takes a tenth of a second never stands behind what takes seconds, nor that behind what takes minutes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import database, workers
from webapp.settings import Settings

LOGGER = logging.getLogger("changetalk")
Queue = Literal["quick", "slow", "long"]
QUEUES: tuple[Queue, ...] = ("quick", "slow", "long")
STOPPING = (
    threading.Event()
)  # the worker was told to stop: long work looks at it now and then, and gives back what it has
AT_ONCE = "at once"  # a setting for tests: work is done where it is sent
_SWEEP_SECONDS = 30
_WAIT = 0.2  # s at most between two looks into a queue
_GRACE_SECONDS = 3  # for what is under way when the worker is told to stop


@dataclass(frozen=True, slots=True)
class _Work:
    function: Callable[..., None]
    queue: Queue
    sweep: bool


_WORK: dict[str, _Work] = {}


def work(
    name: str, *, queue: Queue = "quick", sweep: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a piece of work: a function of the session, the application and ids. A ``sweep`` runs twice a minute."""

    def keep(function: Callable[..., None]) -> Callable[..., None]:
        _WORK[name] = _Work(function, queue, sweep)
        return function

    return keep


def start(app: Flask) -> None:
    """Open the queues that the settings name."""
    settings: Settings = app.extensions["settings"]

    def run(name: str, *ids: int) -> None:
        do(app, name, *ids)

    app.extensions["queues"] = {name: _queue(settings, name) for name in QUEUES}
    app.extensions["senders"] = {
        name: queue.task(retries=2, retry_delay=5, name=f"run_{name}")(run)
        for name, queue in app.extensions["queues"].items()
    }


def _queue(settings: Settings, name: str) -> Huey:
    if settings.jobs.startswith("redis"):
        return RedisHuey(f"changetalk-{name}", url=settings.jobs)
    if settings.jobs.startswith("postgresql"):
        return PostgresHuey(f"changetalk-{name}", dsn=settings.jobs, table_prefix="changetalk_queue")
    settings.make_folder()
    queue = SqliteHuey(f"changetalk-{name}", filename=str(settings.data / "jobs.sqlite3"), fsync=False)
    queue.immediate = settings.jobs == AT_ONCE
    return queue


def send(app: Flask, name: str, *ids: int) -> None:
    """Have work done once this request's own is committed."""
    database.after_commit(lambda: send_now(app, name, *ids))


def send_now(app: Flask, name: str, *ids: int) -> None:
    """Have work done; what it needs is committed."""
    app.extensions["senders"][_WORK[name].queue](name, *ids)


def do(app: Flask, name: str, *ids: int) -> None:
    """Do a piece of work here, in a session of its own that is committed at the end."""
    with app.app_context(), session_of(app) as session:
        _WORK[name].function(session, app, *ids)
        session.commit()
    LOGGER.info("job", extra={"job": name})


def let_go(session: Session) -> None:
    """Commit what is done so far and hold up nobody while something long follows; what was read before may be old."""
    session.commit()
    session.expire_all()


def sweep(app: Flask) -> None:
    """Look for work that was left behind. One kind that fails does not keep the others from being looked at."""
    for name, one in _WORK.items():
        if one.sweep:
            try:
                do(app, name)
            except Exception:
                LOGGER.exception("sweep failed", extra={"job": name})


@work("worker.here", sweep=True)
def _here(session: Session, _app: Flask) -> None:
    workers.here(session)


def serve(app: Flask) -> None:
    """Take work as it comes, until this process is told to stop."""
    stop = threading.Event()

    def keep_sweeping() -> None:
        sweep(app)
        while not stop.wait(_SWEEP_SECONDS):
            sweep(app)

    at_once = {"long": app.extensions["settings"].recordings_at_once}
    queues = {name: queue for name, queue in app.extensions["queues"].items() if at_once.get(name, 1)}
    main, *others = [_consumer(queue, at_once.get(name, 1)) for name, queue in queues.items()]
    sweeps = threading.Thread(target=keep_sweeping, daemon=True)
    sweeps.start()
    for consumer in others:
        consumer.start()
    try:
        main.run()  # handles signals, and returns when it is told to stop
    finally:
        stop.set()
        STOPPING.set()
        for consumer in others:
            consumer.stop(graceful=True)
        sweeps.join(_GRACE_SECONDS)
        with suppress(SQLAlchemyError), session_of(app) as session:
            workers.gone(session)
            session.commit()


def _consumer(queue: Huey, workers: int) -> Any:
    return queue.create_consumer(
        workers=workers, worker_type="thread", initial_delay=0.05, backoff=1.1, max_delay=_WAIT, periodic=False,
        graceful_signal="TERM", shutdown_timeout=_GRACE_SECONDS,
    )  # fmt: skip


def session_of(app: Flask) -> Session:
    """A session for work outside a request; commit and close it yourself."""
    made: Session = app.extensions["sessions"]()
    return made
