"""Work that is not done while somebody waits for a page: sent after the commit, with ids only, and done by the worker.

The rows in the database are the truth, not the queue: each kind of work can find what was left behind and is told
to look for it now and then, so a killed worker loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey
from sqlalchemy.orm import Session

from webapp import database

LOGGER = logging.getLogger("changetalk")
Work = Callable[..., None]
_WORK: dict[str, Work] = {}
_SWEEPS: list[str] = []
_SWEEP_SECONDS = 30


def work(name: str, *, sweep: bool = False) -> Callable[[Work], Work]:
    """Register a piece of work: a function of the session, the application and ids. A ``sweep`` runs twice a minute."""

    def keep(function: Work) -> Work:
        _WORK[name] = function
        if sweep:
            _SWEEPS.append(name)
        return function

    return keep


def start(app: Flask) -> None:
    """Open the queue that the settings name."""
    settings = app.extensions["settings"]
    queue: Huey
    if settings.jobs.startswith("redis"):
        queue = RedisHuey("changetalk", url=settings.jobs)
    else:
        settings.make_folder()
        queue = SqliteHuey("changetalk", filename=str(settings.data / "jobs.sqlite3"), fsync=False)
        queue.immediate = settings.jobs == "at once"

    def run(name: str, *ids: int) -> None:
        do(app, name, *ids)

    app.extensions["queue"] = queue
    app.extensions["run"] = queue.task(retries=2, retry_delay=5, name="run")(run)


def send(app: Flask, name: str, *ids: int) -> None:
    """Have work done once this request's own is committed."""
    assert name in _WORK, name
    database.after_commit(lambda: app.extensions["run"](name, *ids))


def do(app: Flask, name: str, *ids: int) -> None:
    """Do a piece of work now, in a session of its own that is committed at the end."""
    with app.app_context(), app.extensions["sessions"]() as session:
        _WORK[name](session, app, *ids)
        session.commit()
    LOGGER.info("job", extra={"job": name})


def sweep(app: Flask) -> None:
    """Look for work that was left behind. One kind that fails does not keep the others from being looked at."""
    for name in _SWEEPS:
        try:
            do(app, name)
        except Exception:
            LOGGER.exception("sweep failed", extra={"job": name})


def serve(app: Flask) -> Any:
    """The worker: takes work as it comes, until it is told to stop. Returns the consumer; ``run`` it."""
    import threading

    queue = app.extensions["queue"]
    stop = threading.Event()

    def keep_sweeping() -> None:
        while not stop.wait(_SWEEP_SECONDS):
            sweep(app)

    consumer = queue.create_consumer(
        workers=1, worker_type="thread", initial_delay=0.05, backoff=1.1, max_delay=0.2, periodic=False
    )
    threading.Thread(target=keep_sweeping, daemon=True).start()
    sweep(app)
    return consumer


def session_of(app: Flask) -> Session:
    """A session for work outside a request; commit and close it yourself."""
    made: Session = app.extensions["sessions"]()
    return made
