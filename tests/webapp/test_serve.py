"""The platform as it is started for real: web server and worker, and both gone when it is told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.webapp import servers
from webapp.settings import ROOT


@pytest.mark.parametrize(("proxies", "worker_too"), [(0, True), (1, False)])
def test_it_starts_serves_and_leaves_nothing_behind(tmp_path: Path, proxies: int, worker_too: bool) -> None:
    port = servers.free_port()
    told = {"DATA": str(tmp_path), "PROXIES": str(proxies), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "webapp", "serve", "--port", str(port)],
        env={**os.environ, **{f"CHANGETALK_{name}": value for name, value in told.items()}},
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        wait_for(process, f"http://127.0.0.1:{port}/health", worker_too=worker_too)
        page = requests.get(f"http://127.0.0.1:{port}/sign-in", timeout=10)
        assert (page.status_code, "Sign in" in page.text) == (200, True)
    finally:
        process.send_signal(signal.SIGTERM)
        # Read to the end: it comes when nobody holds the other side any more, the worker included.
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Add the first administrator" in out
    assert "Traceback" not in err


def wait_for(process: subprocess.Popen[str], address: str, *, worker_too: bool) -> None:
    """Until it says that the database is there, and a worker."""
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        try:
            told = requests.get(address, timeout=5).json()
            if told["status"] == "ok" and (told["worker"] == "working" or not worker_too):
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    pytest.fail("it did not start")
