"""Spoken answers: kept encrypted until the engine has listened, then gone."""

from __future__ import annotations

import contextlib
from pathlib import Path

from sqlalchemy.orm import Session

from webapp import database, secrets_box
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
    path = _path(session, attempt)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(secrets_box.of(session).encrypt(sound, purpose=_purpose(attempt)))


def take(session: Session, attempt: Attempt) -> bytes | None:
    """The recording, or nothing if it is not there any more."""
    with contextlib.suppress(FileNotFoundError):
        return secrets_box.of(session).decrypt(_path(session, attempt).read_bytes(), purpose=_purpose(attempt))
    return None


def remove(session: Session, attempt: Attempt) -> None:
    """Forget the recording."""
    _path(session, attempt).unlink(missing_ok=True)


def _path(session: Session, attempt: Attempt) -> Path:
    return database.settings_of(session).data / "spoken" / f"{attempt.id}.sound"


def _purpose(attempt: Attempt) -> str:
    return f"spoken answer {attempt.id} of {attempt.person_id}"
