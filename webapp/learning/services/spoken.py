"""Spoken answers: kept encrypted until the engine has listened, then gone."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp import storage
from webapp.errors import Refused
from webapp.learning.tables import Attempt

LARGEST = 4 * 2**20  # bytes; a minute in a browser's format is under one
LONGEST = 60.0  # s


def keep(session: Session, attempt: Attempt, sound: bytes) -> None:
    """Keep a recording for the worker.

    Raises:
        Refused: it is empty or far too large.
    """
    if not sound:
        raise Refused("The recording came through empty. Check the microphone, or type your answer.")
    if len(sound) > LARGEST:
        raise Refused("The recording is too long. A minute is plenty: one thing, said well.")
    storage.of(session).put(_name(attempt), [sound])


def take(session: Session, attempt: Attempt) -> bytes | None:
    """The recording, or nothing if it is not there any more, or cannot be opened."""
    try:
        with storage.of(session).open(_name(attempt)) as file:
            return file.read()
    except (storage.NotStored, storage.CannotOpen):
        return None


def remove(session: Session, attempt: Attempt) -> None:
    """Forget the recording."""
    storage.of(session).remove(_name(attempt))


def _name(attempt: Attempt) -> str:
    return f"spoken/{attempt.person_id}/{attempt.id}"
