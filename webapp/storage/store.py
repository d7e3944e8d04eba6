"""Where bytes lie under a name: a folder on this machine. See ``s3.py`` for an object store."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from webapp.errors import DomainError

_HALF = ".part"  # a file that is still being written; backups leave it out


class NotStored(Exception):
    """There is nothing under this name."""


class StorageFull(DomainError):
    """There is no room for more."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            "There is no room left on the server. What you sent before is safe. Tell your administrator, and try again."
        )


class StorageAway(DomainError):
    """The store does not answer, or does not let us in."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The place where recordings are kept does not answer just now. Nothing is lost. Try again.")


class Store(Protocol):
    """Keeps bytes under names such as ``recordings/12/sound``. All or nothing of a thing is there."""

    def put(self, name: str, pieces: Iterable[bytes]) -> int:
        """Keep what comes, in place of what was there; how many bytes. Raises ``StorageFull``."""

    def read(self, name: str, start: int, length: int) -> bytes:
        """Bytes from a place on: fewer where it ends. Raises ``NotStored``."""

    def size(self, name: str) -> int:
        """How many bytes there are. Raises ``NotStored``."""

    def remove(self, name: str) -> None:
        """Have nothing under this name."""

    def remove_all(self, prefix: str) -> None:
        """Have nothing below a prefix that ends with a slash, nor what was left half written there."""

    def names(self, prefix: str) -> Iterator[str]:
        """What is there below a prefix that ends with a slash."""


class Folder:
    """A folder that only this account can read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, pieces: Iterable[bytes]) -> int:
        """See ``Store``. A file appears under its name once it is whole and on the disk."""
        path = self._root / name
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_HALF}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            size = 0
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for piece in pieces:
                    size += file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except BaseException as error:
            half.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise StorageFull from error
            raise
        return size

    def read(self, name: str, start: int, length: int) -> bytes:
        """See ``Store``."""
        try:
            with (self._root / name).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except FileNotFoundError:
            raise NotStored(name) from None

    def size(self, name: str) -> int:
        """See ``Store``."""
        try:
            return (self._root / name).stat().st_size
        except FileNotFoundError:
            raise NotStored(name) from None

    def remove(self, name: str) -> None:
        """See ``Store``. A folder that is left empty goes too."""
        path = self._root / name
        path.unlink(missing_ok=True)
        self._tidy(path)

    def remove_all(self, prefix: str) -> None:
        """See ``Store``."""
        path = self._root / prefix
        if path.exists():
            shutil.rmtree(path)
        self._tidy(path)

    def _tidy(self, gone: Path) -> None:
        """Have no folder that is left empty."""
        for folder in gone.parents:
            if folder == self._root:
                break
            try:
                folder.rmdir()
            except OSError:
                break  # something else is in it

    def names(self, prefix: str) -> Iterator[str]:
        """See ``Store``."""
        for path in sorted((self._root / prefix).rglob("*")):
            if path.is_file() and path.suffix != _HALF:
                yield path.relative_to(self._root).as_posix()
