"""The platform as ``manage.py demo`` runs it, on a free port: web server, worker, made-up people."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from webapp.demo import PASSWORD

ROOT = Path(__file__).parents[2]
_PATIENCE = 90  # s until it answers


@contextmanager
def running(data: Path, *, recordings: bool = True, cohort: bool = False) -> Iterator[str]:
    """Its address, for as long as this lasts; with or without the demo's recordings and its cohort of twelve."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    own = {"DATA": str(data), "SECOND_FACTOR": "false", "PUBLIC_URL": address, "THROTTLE": "false"}
    environment = {**os.environ, **{f"CHANGETALK_{name}": value for name, value in own.items()}}
    flask = [sys.executable, "-m", "flask", "--app", "webapp"]
    people = ["demo-people", "--recordings" if recordings else "--no-recordings"]
    people.append("--cohort" if cohort else "--no-cohort")
    for command in (["database", "upgrade"], people):
        subprocess.run([*flask, *command], cwd=ROOT, env=environment, check=True, capture_output=True)
    server = subprocess.Popen(
        [*flask, "serve", "--port", str(port)], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(f"{address}/health", server)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def sign_in(page: Page, address: str, who: str) -> None:
    """Go in by the front door as one of the made-up people."""
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail address").fill(f"{who}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError("the server does not answer")
