"""Real servers for tests, each in a temporary folder of its own: PostgreSQL and Redis, from what the machine has."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
import redis

_PATIENCE = 30  # s until a server answers
_numbers = count(1)
# Nothing here outlives the test, so nothing need reach the disk.
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=40")


def program(name: str, package: str) -> Path:
    """Where a server's program is: on the path, beside it, or where Debian keeps PostgreSQL's. It must be somewhere."""
    found = shutil.which(name)
    if found:
        return Path(found)
    for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True):
        return path
    beside = shutil.which("postgres")
    if beside and (path := Path(beside).resolve().with_name(name)).exists():
        return path
    pytest.fail(f"These tests need {name}: apt install {package}, or put it on the path.", pytrace=False)


class PostgreSQL:
    """A running server; ``database`` makes an empty database on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"changetalk{next(_numbers)}"
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def _dsn(self, name: str) -> str:
        return f"host={self._folder} user=postgres dbname={name}"

    def answers(self) -> bool:
        """Whether it is up."""
        try:
            psycopg.connect(self._dsn("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server on a socket file, for as long as this lasts."""
    initdb, postgres = program("initdb", "postgresql"), program("postgres", "postgresql")
    with tempfile.TemporaryDirectory(
        prefix="pg-", dir="/tmp", ignore_cleanup_errors=True
    ) as name:  # short: a socket's path may have 100 letters
        folder, options = Path(name), {}
        if os.geteuid() == 0:  # it refuses to run as root
            nobody = _harmless()
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        data = folder / "data"
        subprocess.run(
            [initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **options,
        )  # fmt: skip
        settings = [part for one in (*_CARELESS, "listen_addresses=") for part in ("-c", one)]
        command = [postgres, "-D", data, "-k", folder, *settings]
        server = PostgreSQL(folder)
        with _running(command, folder, server.answers, signal.SIGINT, **options):
            yield server


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of an empty Redis, for as long as this lasts."""
    found = program("redis-server", "redis-server")
    port = free_port()

    def answers() -> bool:
        with redis.Redis(port=port) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    with tempfile.TemporaryDirectory() as name:
        command = [found, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", name]
        with _running(command, Path(name), answers, signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _running(
    command: list[object], folder: Path, answers: Callable[[], bool], stop: signal.Signals, **options: object
) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, cwd=folder, **options)  # type: ignore[call-overload]
        try:
            until = time.monotonic() + _PATIENCE
            while not answers():
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"{command[0]} did not start: {log.read_text()[-500:]}", pytrace=False)
                time.sleep(0.05)
            yield
        finally:
            process.send_signal(stop)
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _harmless() -> pwd.struct_passwd:
    """Somebody who is not root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.fail("PostgreSQL does not run as root, and there is nobody else here.", pytrace=False)
