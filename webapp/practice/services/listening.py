"""The sound of a recording as it is kept: a compact copy, encrypted, read from any place."""

from __future__ import annotations

import io

from sqlalchemy.orm import Session

from webapp import storage
from webapp.errors import DomainError, NotFound
from webapp.practice.tables import Recording

MIME = "audio/mpeg"
_FIRST = 1 << 16  # bytes
LOST_KEY = (
    "This recording cannot be opened: the key of this installation is not the one it was closed with, or the file was "
    "changed. Nothing is deleted. Your administrator finds what to do under “A lost key” in the page about running "
    "the platform."
)


class CannotHear(DomainError):
    """The sound is there and cannot be opened."""

    status = 500

    def __init__(self) -> None:
        super().__init__(LOST_KEY)


def keep(session: Session, recording: Recording, sound: io.BytesIO) -> None:
    """Keep the compact copy. Raises ``StorageFull``."""
    sound.seek(0)
    storage.of(session).put(name(recording), iter(lambda: sound.read(1 << 20), b""))
    recording.sound_size = sound.getbuffer().nbytes


def open_sound(session: Session, recording: Recording, start: int = 0) -> tuple[io.BufferedReader, bytes]:
    """The sound, to read on after the first bytes from ``start``, which come along and were checked.

    Raises:
        NotFound: there is none.
        CannotHear: it is there and cannot be opened.
    """
    try:
        file = storage.of(session).open(name(recording))
        file.seek(start)
        return file, file.read(_FIRST)
    except storage.NotStored:
        raise NotFound from None
    except storage.CannotOpen:
        raise CannotHear from None


def name(recording: Recording) -> str:
    """Where it lies in the vault."""
    return f"recordings/{recording.folder}/sound"
