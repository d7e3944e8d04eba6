"""What it costs to bring recordings in, to hear them, and to have ten of them worked on at once.

    python benchmarks/recordings.py            # the marks: 200 MB, and ten people with ten minutes each
    python benchmarks/recordings.py --quick    # 40 MB, three people with two minutes each

The real server and worker run as ``serve`` runs them, on SQLite and a local vault, on this machine, and so does what
asks them. The bare engine is ``changetalk analyse`` on the same file, one after another, with nothing else going on.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import requests
from load import memory, served, signed_in
from seed import VISITORS, Size, seed
from speed import long_file

PIECE = 4 * 2**20  # bytes, as the page sends
SEEKS = 200
MARK_MB, MARK_SEEK_MS, MARK_WEB_MS, MARK_THROUGHPUT = 300, 100, 500, 0.85
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="less of it all")
    quick = parser.parse_args().quick
    people, minutes, megabytes = (3, 2, 40) if quick else (10, 10, 200)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        audio = long_file(folder / "practice.wav", ["skilful", "mixed", "poor", "stereo"], minutes * 60)
        compact = _compact(audio)
        bare = statistics.mean(_bare(compact, folder) for _ in range(2))
        print(f"{os.cpu_count()} cores; bare engine on {minutes} minutes: {bare:.1f} s, one after another", flush=True)
        app = seed(folder / "data", Size(people=60, cohorts=1, attempts=1000))
        app.extensions["engine"].dispose()
        with served(folder / "data") as (url, process):
            visitors = [signed_in(url, VISITORS + 1 + n) for n in range(people + 1)]
            spent, times = _at_once(visitors[:people], url, compact.read_bytes())
            throughput = bare * people / spent
            print(f"{people} people bring {minutes} minutes each at once: all ready after {spent:.0f} s;", end=" ")
            print(f"throughput {throughput:.2f} of the bare engine's (mark {MARK_THROUGHPUT})")
            _said("pages meanwhile, each a click a second", times, MARK_WEB_MS)
            _said("sound from a random place, 64 kB", _seeks(visitors[0], url), MARK_SEEK_MS)
            before = memory(process.pid)[1]
            rate = _large(visitors[people], url, megabytes)
            now, most = memory(process.pid)
            print(f"{megabytes} MB in pieces of 4 MiB: {rate:.0f} MB/s; memory of the web process", end=" ")
            print(f"{now:.0f} MB, at most {most:.0f} MB, {before:.0f} MB before (mark {MARK_MB} MB)")


def _compact(audio: Path) -> Path:
    """The recording as a phone would send it."""
    from fidelity.audio import compact_copy

    target = audio.with_suffix(".mp3")
    compact_copy(audio, target)
    return target


def _bare(audio: Path, folder: Path) -> float:
    command = [sys.executable, "-m", "fidelity", "analyse", str(audio), "--out", str(folder / "out"), "--quiet"]
    begun = time.monotonic()
    subprocess.run([*command, "--again"], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def _at_once(visitors: list[requests.Session], url: str, sound: bytes) -> tuple[float, list[float]]:
    """How long until everybody's recording is ready, in s, and how long pages took meanwhile, in ms."""
    over, times = threading.Event(), list[float]()

    def look(visitor: requests.Session) -> None:
        while not over.wait(random.uniform(0.5, 1.5)):
            begun = time.perf_counter()
            answer = visitor.get(url + random.choice(("/", "/recordings")))
            times.append(1000 * (time.perf_counter() - begun))
            assert answer.status_code == 200, answer.status_code

    def bring(visitor: requests.Session) -> None:
        number = _brought_in(visitor, url, len(sound), lambda start: sound[start : start + PIECE])
        while True:
            state = visitor.get(f"{url}/recordings/{number}/arrived").json()["state"]
            assert state not in ("failed", "cancelled"), f"recording {number} {state}"
            if state == "ready":
                return
            time.sleep(2)

    lookers = [threading.Thread(target=look, args=(visitor,)) for visitor in visitors]
    bringers = [threading.Thread(target=bring, args=(visitor,)) for visitor in visitors]
    begun = time.monotonic()
    for thread in (*lookers, *bringers):
        thread.start()
    for thread in bringers:
        thread.join()
    spent = time.monotonic() - begun
    over.set()
    for thread in lookers:
        thread.join()
    return spent, times


def _seeks(visitor: requests.Session, url: str) -> list[float]:
    number = max(int(found) for found in re.findall(r"/recordings/(\d+)", visitor.get(f"{url}/recordings").text))
    address = f"{url}/recordings/{number}/sound"
    size = int(visitor.get(address, headers={"Range": "bytes=0-0"}).headers["Content-Range"].split("/")[1])
    times = []
    for _ in range(SEEKS):
        start = random.randrange(size)
        begun = time.perf_counter()
        answer = visitor.get(address, headers={"Range": f"bytes={start}-{start + 2**16 - 1}"})
        times.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 206, answer.status_code
    return times


def _large(visitor: requests.Session, url: str, megabytes: int) -> float:
    """Send that much, and stop; how many MB a second came in."""
    size = megabytes * 10**6
    begun = time.monotonic()
    _brought_in(visitor, url, size, lambda start: os.urandom(min(PIECE, size - start)), finish=False)
    return megabytes / (time.monotonic() - begun)


def _brought_in(
    visitor: requests.Session, url: str, size: int, piece: Callable[[int], bytes], *, finish: bool = True
) -> int:
    """Bring a recording in as the page does; its number."""
    page = visitor.get(f"{url}/recordings/new")
    told = {"kind": "role_play", "held_on": time.strftime("%Y-%m-%d"), "speakers": "2", "csrf_token": _token(page)}
    made = visitor.post(f"{url}/recordings/new", data=told)
    number = int(made.url.split("/")[-2])
    head = {"X-CSRFToken": _token(page), "X-Requested-With": "fetch"}
    starts = range(0, size, PIECE)
    for index, start in enumerate(starts):
        answer = visitor.post(f"{url}/recordings/{number}/pieces/0/{index}", data=piece(start), headers=head)
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:200]}"
    if finish:
        answer = visitor.post(f"{url}/recordings/{number}/finish", data={"parts": len(starts)}, headers=head)
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:200]}"
    return number


def _token(page: requests.Response) -> str:
    found = _TOKEN.search(page.text)
    assert found is not None, page.url
    return found[1]


def _said(what: str, times: list[float], mark: float) -> None:
    parts = statistics.quantiles(times, n=100)
    print(f"{what}: {len(times)} times, p50 {parts[49]:.0f}, p95 {parts[94]:.0f}, p99 {parts[98]:.0f} ms", end=" ")
    print(f"(mark for p95 {mark} ms)", flush=True)


if __name__ == "__main__":
    main()
