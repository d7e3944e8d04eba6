"""The store as services see it: what goes in is encrypted, what comes out was checked."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path

from sqlalchemy.orm import Session

from webapp import database
from webapp.settings import S3, Settings
from webapp.storage import sealed
from webapp.storage.store import Folder, Store

_READ = 1 << 16  # bytes handed out at a time


class Vault:
    """Keeps things encrypted under their names; a thing that was moved to another name cannot be opened there."""

    def __init__(self, store: Store, key: str) -> None:
        self.store, self._key = store, key.encode()

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep what comes. Raises ``StorageFull``."""
        self.store.put(name, sealed.close(self._key, name, pieces))

    def open(self, name: str) -> io.BufferedReader:
        """A thing to read from any place.

        Raises:
            NotStored: it is not there.
            CannotOpen: it was changed, or the key is another; also while it is read.
        """
        opened = sealed.Opened(self._key, name, partial(self.store.read, name), self.store.size(name))
        return io.BufferedReader(opened, _READ)

    def size(self, name: str) -> int:
        """How many bytes went in. Raises ``NotStored``."""
        return sealed.plain_size(self.store.size(name))

    def remove(self, name: str) -> None:
        """Have nothing under this name."""
        self.store.remove(name)

    def remove_all(self, prefix: str) -> None:
        """Have nothing below a prefix that ends with a slash, nor what was left half written there."""
        self.store.remove_all(prefix)


def of(session: Session) -> Vault:
    """The vault of the installation that a session belongs to."""
    return under(database.settings_of(session))


def under(settings: Settings) -> Vault:
    """The vault that the settings name."""
    return Vault(_store(settings.storage or str(settings.data / "kept"), settings.s3_endpoint), settings.key())


@cache
def _store(place: str, endpoint: str) -> Store:
    if not place.startswith(S3):
        return Folder(Path(place))
    from webapp.storage.s3 import Bucket  # boto3 takes a second to load, and most have no need of it

    bucket, _, prefix = place.removeprefix(S3).partition("/")
    return Bucket(bucket, f"{prefix.strip('/')}/".lstrip("/"), endpoint=endpoint)
