"""Kills web server, worker and engine without warning, and counts what became of twelve recordings.

    python benchmarks/kills.py              # twelve recordings, twelve kills at random moments
    python benchmarks/kills.py --trials 4

The platform runs as ``serve`` runs it. One recording after the other is brought in while a process is killed with
SIGKILL at a moment drawn at random from the first piece to the end of the work: the web server, the worker, the process
that works on the recording, or all of them. What was killed is started again, as systemd would. A recording is
accounted for when it ends as ready with a transcript and nothing left of the original.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import requests
from sqlalchemy import create_engine, text

from webapp.demo import PASSWORD

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data/samples/mixed/mixed.ogg"
SECONDS = 30.0
PIECE = 20_000  # bytes: small, so that there is something between two pieces
LONGEST_WORK = 15.0  # s from the first piece to the end when nobody kills anything, about
VICTIMS = ("web", "worker", "engine", "all")
PATIENCE = 400.0  # s
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


def main() -> None:
    """Print one line a trial, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance, sound = random.Random(given.seed), _clip()
    with tempfile.TemporaryDirectory() as folder:
        place = Platform(Path(folder))
        place.start()
        try:
            print("trial  killed  after s  work was           ends as  attempts  seconds")
            good = sum(_trial(place, sound, number, chance) for number in range(given.trials))
        finally:
            place.end()
    print(f"{good} of {given.trials} recordings accounted for")
    sys.exit(good != given.trials)


@dataclass
class Platform:
    """The platform on a data folder of its own; ``start`` also brings it back."""

    data: Path
    port: int = 0
    _server: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Have it answer."""
        environment = {**os.environ, "CHANGETALK_DATA": str(self.data), "CHANGETALK_SECOND_FACTOR": "false"}
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            for command in (["database", "upgrade"], ["demo-people"]):
                self._flask(*command, environment=environment).wait()
        self._server = self._flask("serve", "--port", str(self.port), environment=environment)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                requests.get(f"{self.url}/health", timeout=2)
                return
            except requests.ConnectionError:
                time.sleep(0.2)
        raise SystemExit("The platform does not start.")

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self, victim: str) -> None:
        """End processes without a chance to tidy up."""
        names = {"web": ("serve",), "worker": ("worker",), "engine": ("work-on-recording",)}
        wanted = names.get(victim, ("serve", "worker", "work-on-recording"))
        for number in _processes(self.data, wanted):
            os.kill(number, signal.SIGKILL)
        if self._server is not None and "serve" in wanted:
            self._server.wait()
            self.start()

    def end(self) -> None:
        """Stop it all."""
        for number in _processes(self.data, ("serve", "worker", "work-on-recording")):
            os.kill(number, signal.SIGKILL)

    def row(self, number: int) -> tuple[str, int, str]:
        """State, attempts and step of a recording."""
        engine = create_engine(f"sqlite:///{self.data / 'changetalk.sqlite3'}")
        with engine.connect() as connection:
            found = connection.execute(
                text(
                    "SELECT r.state, coalesce(w.attempts, 0), coalesce(w.step, '') FROM recording r "
                    "LEFT JOIN recording_work w ON w.recording_id = r.id WHERE r.id = :id"
                ),
                {"id": number},
            ).one()
        engine.dispose()
        return str(found[0]), int(found[1]), str(found[2])

    def _flask(self, *command: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "webapp", *command],
            env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _trial(place: Platform, sound: bytes, number: int, chance: random.Random) -> bool:
    victim, delay = VICTIMS[number % len(VICTIMS)], chance.uniform(0.2, LONGEST_WORK)
    begun, seen = time.monotonic(), ["not yet begun"]
    recording: list[int] = []

    def kill() -> None:
        if recording:
            state, _, step = place.row(recording[0])
            seen[0] = f"{state} {step}".strip()
        place.kill(victim)

    timer = threading.Timer(delay, kill)
    timer.start()
    state, attempts = "lost", 0
    try:
        recording.append(_brought_in(place, sound))
        while time.monotonic() - begun < PATIENCE:
            state, attempts, _ = place.row(recording[0])
            if state in ("ready", "failed") and not timer.is_alive():
                break
            time.sleep(0.5)
        timer.join()
        good = state == "ready" and _has_transcript(place, recording[0])
    except (requests.RequestException, AssertionError) as error:
        print(error)
        good = False
    spent = time.monotonic() - begun
    print(f"{number + 1:5}  {victim:6}  {delay:7.1f}  {seen[0]:17}  {state:>7}  {attempts:8}  {spent:7.0f}", flush=True)
    return good


def _brought_in(place: Platform, sound: bytes) -> int:
    """Bring a recording in as the page does: again and again until each piece is there."""
    visitor = requests.Session()
    _patiently(lambda: _sign_in(place, visitor))
    page = _patiently(lambda: visitor.get(f"{place.url}/recordings/new", timeout=30))
    told = {"kind": "role_play", "held_on": time.strftime("%Y-%m-%d"), "speakers": "2", "csrf_token": _token(page)}
    made = _patiently(lambda: visitor.post(f"{place.url}/recordings/new", data=told, timeout=30))
    number = int(made.url.split("/")[-2])
    head = {"X-CSRFToken": _token(page), "X-Requested-With": "fetch"}
    pieces = [sound[i : i + PIECE] for i in range(0, len(sound), PIECE)]
    for index, piece in enumerate(pieces):
        address = f"{place.url}/recordings/{number}/pieces/0/{index}"
        _patiently(lambda address=address, piece=piece: visitor.post(address, data=piece, headers=head, timeout=30))
        time.sleep(0.2)
    finish = f"{place.url}/recordings/{number}/finish"
    _patiently(lambda: visitor.post(finish, data={"parts": len(pieces)}, headers=head, timeout=30), also=409)
    return number


def _sign_in(place: Platform, visitor: requests.Session) -> requests.Response:
    page = visitor.get(f"{place.url}/sign-in", timeout=30)
    told = {"email": "ana@demo.example", "password": PASSWORD, "csrf_token": _token(page)}
    return visitor.post(f"{place.url}/sign-in", data=told, timeout=30)


def _patiently(ask, also: int = 200):  # type: ignore[no-untyped-def]
    """Ask until there is an answer; ``also`` is what a thing that is done already says."""
    until = time.monotonic() + 120
    while True:
        try:
            answer = ask()
            if answer.status_code in (200, also):
                return answer
            assert answer.status_code >= 500, f"{answer.url}: {answer.status_code}"
        except requests.ConnectionError:
            pass
        assert time.monotonic() < until, "no answer for two minutes"
        time.sleep(0.5)


def _has_transcript(place: Platform, number: int) -> bool:
    engine = create_engine(f"sqlite:///{place.data / 'changetalk.sqlite3'}")
    with engine.connect() as connection:
        parts = connection.execute(
            text("SELECT count(*) FROM recording_text WHERE recording_id = :id"), {"id": number}
        ).scalar_one()
        left = connection.execute(
            text("SELECT count(*) FROM recording_piece WHERE recording_id = :id"), {"id": number}
        ).scalar_one()
    engine.dispose()
    return int(parts) == 3 and int(left) == 0


def _processes(data: Path, commands: tuple[str, ...]) -> list[int]:
    """Processes of the platform on this data folder that run one of these commands."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            said = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        ours = f"CHANGETALK_DATA={data}".encode() in environment.split(b"\0")
        if ours and b"flask" in said and any(command.encode() in said for command in commands):
            found.append(int(folder.name))
    return found


def _clip() -> bytes:
    import av

    out = BytesIO()
    with av.open(str(SAMPLE)) as source, av.open(out, "w", format="ogg") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.pts is None or packet.pts * packet.time_base >= SECONDS:
                break
            packet.stream = stream
            target.mux(packet)
    return out.getvalue()


def _token(page: requests.Response) -> str:
    found = _TOKEN.search(page.text)
    assert found is not None, page.url
    return found[1]


if __name__ == "__main__":
    main()
