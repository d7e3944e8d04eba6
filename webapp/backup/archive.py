"""A backup as one file: .tar.gz or .zip, written whole or not at all, and read with every hash checked."""

from __future__ import annotations

import hashlib
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from webapp.backup import manifest
from webapp.backup.manifest import Manifest, Member
from webapp.errors import Refused

_BLOCK = 2**20
_LEVEL = 6  # of compression: 9 takes three times as long for a few per cent
_UNREADABLE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
Put = Callable[[str, IO[bytes], int], None]


class Writer:
    """Puts files into a new archive, and remembers their hashes."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self.members: dict[str, Member] = {}

    def add(self, name: str, source: IO[bytes]) -> None:
        """Put in what an open file holds at this moment; what is added to it meanwhile is left out.

        Raises:
            Refused: the file became shorter while it was read.
        """
        hashed = _Hashed(source)
        size = os.fstat(source.fileno()).st_size
        try:
            self._put(name, hashed, size)  # type: ignore[arg-type]
        except OSError as error:
            if hashed.read_so_far < size and error.errno is None:  # what tarfile says of a file that ends early
                raise Refused(f"{name} was changed while it was read. Try again.") from error
            raise
        self.members[name] = Member(size=size, sha256=hashed.digest())


class _Hashed:
    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._hash, self.read_so_far = source, hashlib.sha256(), 0

    def read(self, size: int) -> bytes:
        block = self._source.read(size)
        self._hash.update(block)
        self.read_so_far += len(block)
        return block

    def digest(self) -> str:
        return self._hash.hexdigest()


def check_name(path: Path) -> None:
    """See that an archive can have this name.

    Raises:
        Refused: it is of another kind.
    """
    if not path.name.endswith((".tar.gz", ".zip")):
        raise Refused(f"{path.name}: a backup's name ends with .tar.gz or .zip.")


@contextmanager
def new(path: Path) -> Iterator[Writer]:
    """A new archive, for this account alone; it has its name once all of it is on the disk.

    Raises:
        Refused: there is a file of this name, or it cannot be written.
    """
    check_name(path)
    if path.exists():
        raise Refused(f"There is a file {path} already. Choose another name.")
    part = path.with_name(f".{path.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
            with _packing(file, zipped=path.suffix == ".zip") as put:
                yield Writer(put)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as error:
        raise Refused(f"The backup failed at {error.filename or path}: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _packing(file: IO[bytes], *, zipped: bool) -> Iterator[Put]:
    if zipped:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:

            def into_zip(name: str, source: IO[bytes], size: int) -> None:
                with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
                    while size and (block := source.read(min(size, _BLOCK))):
                        target.write(block)
                        size -= len(block)
                if size:
                    raise OSError("it ended early")

            yield into_zip
        return
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=_LEVEL, format=tarfile.PAX_FORMAT) as archive_:

        def into_tar(name: str, source: IO[bytes], size: int) -> None:
            told = tarfile.TarInfo(name)
            told.size, told.mode = size, 0o600
            archive_.addfile(told, source)

        yield into_tar


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder, and see that it holds just what its manifest says.

    Raises:
        Refused: it cannot be read, or something in it was changed.
    """
    check_name(path)
    found: dict[str, Member] = {}
    try:
        for name, source in _members(path):
            target = folder / _inside(name)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if target.exists():
                raise Refused(f"This backup is damaged: {name} is in it twice.")
            found[name] = _copy(source, target)
    except _UNREADABLE as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged or cut short"
        raise Refused(f"{path} cannot be read: {reason}.") from error
    if manifest.NAME not in found:
        raise Refused("This is no backup of Changetalk: it has no manifest.")
    del found[manifest.NAME]
    told = manifest.read((folder / manifest.NAME).read_bytes())
    for name in sorted(set(found) | set(told.members)):
        if found.get(name) != told.members.get(name):
            wrong = "missing" if name not in found else "not part of it" if name not in told.members else "changed"
            raise Refused(f"This backup is damaged: {name} is {wrong}.")
    return told


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for told in archive.infolist():
                with archive.open(told) as source:
                    yield told.filename, source
        return
    with tarfile.open(path, "r:gz") as archive_:
        for member in archive_:
            source_ = archive_.extractfile(member) if member.isreg() else None
            if source_ is None:
                raise Refused(f"This is no backup of Changetalk: {member.name} in it is no plain file.")
            yield member.name, source_


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in name or "\0" in name:
        raise Refused(f"This is no backup of Changetalk: it holds a file called {name!r}.")
    return path


def _copy(source: IO[bytes], target: Path) -> Member:
    hashed, size = hashlib.sha256(), 0
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
        while block := source.read(_BLOCK):
            hashed.update(block)
            size += file.write(block)
    return Member(size=size, sha256=hashed.hexdigest())
