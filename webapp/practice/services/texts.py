"""What was heard in a recording, and what the engine says of it: encrypted and compressed beside the recording's row.

Words with their times are most of the bytes and needed least, so they are a part of their own.
"""

from __future__ import annotations

import zlib

from sqlalchemy.orm import Session

from webapp import secrets_box
from webapp.practice.tables import Recording, RecordingText

MACHINE = "machine"  # the analysis as the engine made it, without words; never changed
SWAPPED = "swapped"  # the same with practitioner and client exchanged, once that was asked for
WORDS = "words"  # the words of each turn with their times
RECODED = "recoded"  # what the machine says of what was put right; ``revision`` is the one the feedback is for
LOOKED = "looked"  # says, empty, for which revision names were looked for
NOW = "now"  # scores and feedback after corrections; ``revision`` says after how many


def keep(session: Session, recording: Recording, part: str, text: str, *, revision: int = 0) -> None:
    """Keep a text in place of what was there."""
    closed = secrets_box.of(session).encrypt(zlib.compress(text.encode(), 6), purpose=_purpose(recording, part))
    session.merge(RecordingText(recording_id=recording.id, part=part, revision=revision, closed=closed))
    session.flush()


def read(session: Session, recording: Recording, part: str) -> tuple[str, int] | None:
    """A text and the revision it was made for, or nothing."""
    found = session.get(RecordingText, (recording.id, part))
    if found is None:
        return None
    plain = secrets_box.of(session).decrypt(found.closed, purpose=_purpose(recording, part))
    return zlib.decompress(plain).decode(), found.revision


def made_for(session: Session, recording: Recording, part: str) -> int | None:
    """The revision a text was made for, without opening it; none if there is no such text."""
    found = session.get(RecordingText, (recording.id, part))
    return None if found is None else found.revision


def _purpose(recording: Recording, part: str) -> str:
    return f"{part} of recording {recording.folder}"
