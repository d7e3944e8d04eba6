"""The files in the data folder that belong into a backup: all but the database, the job queue and half-written ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from webapp.errors import Refused
from webapp.settings import Settings

WORKPLACE = ".restoring-"  # a folder whose name begins so holds a backup that is being unpacked
_BESIDE = ("", "-wal", "-shm", "-journal")  # what SQLite keeps beside a database


def kept(settings: Settings) -> list[Path]:
    """Every file to keep, as its path inside the data folder.

    Raises:
        Refused: there is something that cannot be kept: a link, which leads elsewhere.
    """
    databases = [settings.data / "jobs.sqlite3"]
    if (url := make_url(settings.database_url)).database and url.get_backend_name() == "sqlite":
        databases.append(Path(url.database or ""))
    left_out = {path.with_name(path.name + more).resolve() for path in databases for more in _BESIDE}
    found = []
    for folder, folders, names in os.walk(settings.data):
        folders[:] = sorted(name for name in folders if not name.startswith(WORKPLACE))
        for name in (*folders, *sorted(names)):
            path = Path(folder, name)
            if path.is_symlink():
                raise Refused(f"{path} is a link, and a backup follows none. Put the real thing in its place.")
            if path.is_file() and path.suffix != ".part" and path.resolve() not in left_out:
                found.append(path.relative_to(settings.data))
    return found


@contextmanager
def swapped(settings: Settings, new: Path, old: Path) -> Iterator[None]:
    """Have the files of ``new`` in place of those kept now, which go to ``old``. Undone if the work within fails."""
    done: list[tuple[Path, Path]] = []
    try:
        for path in kept(settings):
            _move(settings.data / path, old / path, done)
        for source in sorted(path for path in new.rglob("*") if path.is_file()):
            _move(source, settings.data / source.relative_to(new), done)
        yield
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise


def _move(source: Path, target: Path, done: list[tuple[Path, Path]]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source.rename(target)
    done.append((source, target))
