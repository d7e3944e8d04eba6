"""Work the worker does for recordings."""

from __future__ import annotations

import subprocess
import sys

from flask import Flask
from sqlalchemy.orm import Session

from webapp import jobs
from webapp.practice.queries import recordings as queries
from webapp.practice.services import analyses, analysing, deleting, masks, refreshing, retention, working
from webapp.practice.services import export as exports
from webapp.practice.tables import Recording, State

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


@jobs.work("practice.find_names", queue="slow")
def find_names(session: Session, app: Flask, recording_id: int) -> None:
    """Have the engine look for names that might be covered."""
    del app
    recording = _ready(session, recording_id)
    if recording is None:
        return
    turns = analyses.shown(session, recording).turns
    jobs.let_go(session)
    names = masks.names_in(turns)
    recording = _ready(session, recording_id)
    if recording is not None:
        masks.suggest(session, recording, names)


@jobs.work("practice.cover", queue="slow")
def cover(session: Session, app: Flask, recording_id: int) -> None:
    """Cover the names that were chosen."""
    del app
    recording = _ready(session, recording_id)
    waiting = masks.to_cover(session, recording) if recording is not None else None
    if waiting is None:
        return
    jobs.let_go(session)
    sound = masks.covered_sound(waiting)
    recording = _ready(session, recording_id)
    if recording is not None:
        masks.keep_covered(session, recording, waiting, sound)


@jobs.work("practice.cover_rest", sweep=True)
def cover_rest(session: Session, app: Flask) -> None:
    """Send again what a worker that was killed has left."""
    for number in queries.masks_to_cover(session):
        jobs.send_now(app, "practice.cover", number)


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


@jobs.work("practice.refresh")
def refresh(session: Session, app: Flask, recording_id: int, revision: int) -> None:
    """Have codes and feedback follow what was put right; only the last of several changes is worth it."""
    del app
    refreshing.refresh(session, recording_id, revision)


@jobs.work("practice.exchange", queue="slow")
def exchange(session: Session, app: Flask, recording_id: int) -> None:
    """Code a whole conversation with practitioner and client exchanged."""
    revision = refreshing.exchange(session, recording_id)
    if revision is not None:
        jobs.let_go(session)
        jobs.send_now(app, "practice.refresh", recording_id, revision)


@jobs.work("practice.refresh_rest", sweep=True)
def refresh_rest(session: Session, app: Flask) -> None:
    """Send again what a worker that was killed has left."""
    found = refreshing.left_behind(session)
    jobs.let_go(session)
    for number, revision, wants_exchange in found:
        if wants_exchange:
            jobs.send_now(app, "practice.exchange", number)
        else:
            jobs.send_now(app, "practice.refresh", number, revision)


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


def _ready(session: Session, recording_id: int) -> Recording | None:
    """A recording that is still there, and ready."""
    found = session.get(Recording, recording_id)
    return found if found is not None and found.state == State.READY else None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
