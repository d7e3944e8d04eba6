"""The platform on one box: the web server here, the worker beside it, started again whenever it ends."""

from __future__ import annotations

import gc
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import waitress
from flask import Flask

from webapp import migrate
from webapp.jobs import session_of
from webapp.learning.services import courses

# Python works on one request at a time, so more threads do not answer sooner: they hand the turn to and fro, and the
# slowest of twenty pages came twice as late with twelve. The others are for whoever waits for the disk or the database.
THREADS = 4
_QUICK = 5.0  # s. A worker that ends sooner than this after its start is given a rest before the next
_GRACE = 10.0  # s a worker has to finish what it is doing


def prepare(app: Flask) -> None:
    """Bring the database up to this version, and the courses to what their files say."""
    migrate.upgrade(app.extensions["engine"])
    for folder in sorted(path.parent for path in app.extensions["settings"].courses.glob("*/course.yml")):
        with session_of(app) as session:
            _, faults = courses.load(session, folder)
            session.commit()
        for fault in faults:
            print(fault, file=sys.stderr)  # noqa: T201 - for whoever starts it


def web(app: Flask, *, host: str, port: int) -> None:
    """Answer requests until stopped."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits for a thread
    # What was loaded at the start stays for good. Looked through again and again for what could go, it held up one page
    # in twenty for as long as a page takes.
    gc.collect()
    gc.freeze()
    waitress.serve(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident="changetalk",
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
        clear_untrusted_proxy_headers=not app.extensions["settings"].proxies,  # extensions.py reads those we trust
    )


@contextmanager
def worker_beside() -> Iterator[None]:
    """A worker as a child process, for as long as this lasts; being told to stop ends both."""
    signal.signal(signal.SIGTERM, _leave)
    stop = threading.Event()
    child: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stop.is_set():
            begun = time.monotonic()
            child[:] = [subprocess.Popen([sys.executable, "-m", "flask", "--app", "webapp", "worker"])]
            child[0].wait()
            if not stop.is_set() and time.monotonic() - begun < _QUICK:
                stop.wait(_QUICK)

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        for process in child:
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()


def _leave(_signal: int, _frame: object) -> None:
    """Leave as with Ctrl-C: by way of what has to be tidied up."""
    sys.exit(0)
