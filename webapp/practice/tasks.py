"""Work the worker does for recordings."""

from __future__ import annotations

import subprocess
import sys

from flask import Flask
from sqlalchemy.orm import Session

from webapp import jobs
from webapp.practice import queries
from webapp.practice.services import analysing, deleting, retention, working
from webapp.practice.services import export as exports

COMMAND = "work-on-recording"
_LOOK = 0.5  # s between two looks at the process that works
_BATCHES = 25  # of recordings to warn of or to delete, before other sweeps have their turn
_GRACE = 5.0  # s it has to leave when it is told to


@jobs.work("practice.next", queue="long")
def next_one(session: Session, app: Flask) -> None:
    """Work on the recording that waits most fairly, in a process of its own: one that breaks breaks alone."""
    taken = working.take(session)
    if taken is None:
        return
    number, lease = taken[0].id, taken[1]
    jobs.let_go(session)
    if app.extensions["settings"].jobs == jobs.AT_ONCE:
        analysing.run(app.extensions["sessions"], number, lease)
        return
    process = subprocess.Popen([sys.executable, "-m", "flask", "--app", "webapp", COMMAND, str(number), lease])
    while process.poll() is None:
        if jobs.STOPPING.wait(_LOOK):
            _end(process)
            here = working.held(session, number, lease)
            if here is not None:
                working.hand_back(*here)
            return
    here = working.held(session, number, lease)
    if here is not None:  # it ended without a word
        working.broke_off(session, *here)


@jobs.work("practice.look_after", sweep=True)
def look_after(session: Session, app: Flask) -> None:
    """Give back what workers left behind, wake workers for what waits, and drop originals that are no longer needed."""
    waits = working.look_after(session)
    free = app.extensions["settings"].recordings_at_once - queries.being_worked_on(session)
    jobs.let_go(session)
    for _ in range(min(waits, free)):
        jobs.send_now(app, "practice.next")
    for recording in queries.done_with_pieces(session):
        analysing.drop_original(session, recording)


@jobs.work("practice.export", queue="slow")
def export(session: Session, app: Flask, number: int) -> None:
    """Make an export."""
    del app
    exports.make(session, number)


@jobs.work("practice.export_rest", sweep=True)
def export_rest(session: Session, app: Flask) -> None:
    """Send again what a worker that was killed has left, and drop what is over."""
    exports.drop_old(session)
    waiting = exports.to_make(session)
    jobs.let_go(session)
    for number in waiting:
        jobs.send_now(app, "practice.export", number)


@jobs.work("practice.empty_folders", sweep=True)
def empty_folders(session: Session, app: Flask) -> None:
    """Have nothing left in the vault of recordings that are gone."""
    del app
    deleting.empty_folders(session)


@jobs.work("practice.retention", sweep=True)
def keep_no_longer(session: Session, app: Flask) -> None:
    """Warn owners of what will go, and delete what they were warned of, some at a time."""
    del app
    for _ in range(_BATCHES):
        done = retention.warn(session) + retention.purge(session)
        jobs.let_go(session)
        if not done:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
