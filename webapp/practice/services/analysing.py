"""Works on one recording: a compact copy, then the engine. Runs in a process of its own, which may die at any moment.

Nothing is half done: what came in stays until the result is committed, and a result is committed only while the lease
holds.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from webapp import database, storage
from webapp.errors import DomainError
from webapp.practice.services import about as abouts
from webapp.practice.services import analyses, arriving, listening, notices, working
from webapp.practice.tables import Recording

Sessions = Callable[[], Session]
_BEAT = 5.0  # s between two signs of life
COPYING = "copy"  # the step before the engine's own


class Stopped(Exception):
    """The lease is no longer ours: the work was cancelled, or somebody else does it."""


def run(sessions: Sessions, recording_id: int, lease: str) -> None:
    """Do the work on a recording that was taken under ``lease``, and keep what comes of it or why nothing does."""
    from fidelity.audio import Sound, compact_copy
    from fidelity.errors import FidelityError
    from fidelity.pipeline import Options, analyse

    with sessions() as session:
        here = working.held(session, recording_id, lease)
        if here is None:
            return
        recording, _ = here
        session.expunge(recording)
        calibration = database.settings_of(session).calibration_folder
        try:
            told = abouts.read(session, recording)
            with beating(sessions, recording_id, lease) as hook:
                sound = Sound(told.file_name or recording.title, tuple(arriving.sound(session, recording)))
                session.rollback()  # nothing is held while the long work goes on
                hook(COPYING, 0, 1)
                copy = io.BytesIO()
                compact_copy(sound, copy)
                hook(COPYING, 1, 1)
                analysis = analyse(sound, Options(speakers=recording.speakers, calibration=calibration), hook)
        except Stopped:
            return
        except (FidelityError, storage.CannotOpen, storage.NotStored) as error:
            _give_up(sessions, recording_id, lease, _reason(error))
            return
    with sessions() as session:
        here = working.held(session, recording_id, lease)
        if here is None:
            return
        recording, work = here
        try:
            listening.keep(session, recording, copy)
        except DomainError as error:
            session.rollback()
            _give_up(sessions, recording_id, lease, str(error))
            return
        recording.duration = analysis.recording.duration
        analyses.keep(session, recording, analysis)
        working.done(recording, work)
        notices.ready(session, recording)
        session.commit()
        drop_original(session, recording)


def drop_original(session: Session, recording: Recording) -> None:
    """Have nothing left of what came in; the compact copy is what is kept."""
    arriving.clear(session, recording)
    arriving.forget(session, recording)
    session.commit()


@contextmanager
def beating(sessions: Sessions, recording_id: int, lease: str) -> Iterator[Callable[[str, float, float], None]]:
    """A hook for the engine whose progress is kept every few seconds, for as long as this lasts."""
    at: tuple[str, float, float] = ("", 0.0, 0.0)
    lost, over = threading.Event(), threading.Event()

    def hook(step: str, done: float, total: float) -> None:
        nonlocal at
        at = (step, done, total)
        if lost.is_set():
            raise Stopped

    def beat() -> None:
        while not over.wait(_BEAT):
            step, done, total = at
            with sessions() as session:
                if not working.beat(session, recording_id, lease, step=step, done=done, total=total):
                    lost.set()
                session.commit()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        over.set()
        thread.join()


def _give_up(sessions: Sessions, recording_id: int, lease: str, problem: str) -> None:
    with sessions() as session:
        here = working.held(session, recording_id, lease)
        if here is not None:
            working.failed(session, *here, problem)
            notices.failed(session, here[0])
            session.commit()


def _reason(error: Exception) -> str:
    if isinstance(error, storage.CannotOpen):
        return listening.LOST_KEY
    if isinstance(error, storage.NotStored):
        return "A piece of what you brought in is missing on the server. Bring it in once more."
    return str(error)
