"""How quickly pages come while many people use the platform, and how quickly a typed answer is heard.

    python benchmarks/load.py            # the marks: 2,000 people and 100,000 tries, beside a tenth of that
    python benchmarks/load.py --quick    # a fifth of both, fewer requests

The real server and worker run as ``serve`` runs them, on SQLite, on this machine, and so does what asks them: it
takes its share of the processor. Twenty people are signed in and ask for the same page again and again without a
pause between two clicks, which is harder than what twenty people do; "paced" is the p95 when each of them waits about
a second before the next click, and "alone" is one of them with nobody else there.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from seed import PASSWORD, VISITORS, Size, address, seed
from sqlalchemy import event

FULL = Size(people=2000, cohorts=40, attempts=100_000)
ANSWERS_AT_ONCE = 10
MARK_MS, MARK_ANSWER_MS, MARK_MB = 300, 1500, 300
COURSE = "/learn/mi-in-family-safeguarding"
LEARNERS_PAGES = ("/", COURSE, f"{COURSE}/05-simple-reflections", "/skills", "/review")
LISTS = ("/people", "/people?words=Khan", "/teams", "/cohorts", "/cohorts/1", "/audit")  # as far as they are there
SAY = "say_it_your_way"
_TOKEN = re.compile(r'name="(csrf_token|once)"[^>]* value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Times:
    """How long answers took, in ms, and how many queries one needs."""

    queries: int
    alone: float
    p50: float
    p95: float
    p99: float
    paced: float


PAUSE_S = (0.5, 1.5)  # between two clicks of somebody in a hurry


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of it all")
    quick = parser.parse_args().quick
    large = FULL.part(5) if quick else FULL
    found: list[dict[str, Times]] = []
    print(f"{os.cpu_count()} cores, {VISITORS} people at once without a pause, times in ms\n")
    for size in (large.part(10), large):
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            app = seed(Path(folder), size)
            print(f"{size}: seeded in {time.monotonic() - begun:.0f} s", flush=True)
            with served(Path(folder)) as (url, process):
                found.append(pages(app, url, each=6 if quick else 25))
                if size == large:
                    table(*found)
                    answers(app, url, rounds=2 if quick else 15)
                    now, most = memory(process.pid)
                    print(f"memory of the web process: {now:.0f} MB, at most {most:.0f} MB (mark {MARK_MB} MB)")
            app.extensions["engine"].dispose()


@contextmanager
def served(data: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The platform on this folder, its worker warm."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    told = {"DATA": str(data), "SECOND_FACTOR": "false", "LOG_LEVEL": "WARNING", "PUBLIC_URL": url}
    environment = {**os.environ, **{f"CHANGETALK_{name}": value for name, value in told.items()}}
    command = [sys.executable, "-m", "flask", "--app", "webapp", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[1])
    try:
        for _ in range(600):
            try:
                if requests.get(f"{url}/health", timeout=5).json()["worker"] == "working":
                    break
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
        yield url, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def pages(app: Flask, url: str, *, each: int) -> dict[str, Times]:
    """Times of every page, each asked for by all visitors of its kind."""
    administrators = [signed_in(url, n) for n in range(1, VISITORS + 1)]
    learners = [signed_in(url, n) for n in range(VISITORS + 1, 2 * VISITORS + 1)]
    found = {}
    for visitors, paths, who in ((learners, LEARNERS_PAGES, VISITORS + 1), (administrators, LISTS, 1)):
        for path in paths:
            if visitors[0].get(url + path).status_code == 404 and path in LISTS:
                continue
            asked(visitors, url + path, 2)  # the first time, a page is put together
            alone = asked(visitors[:1], url + path, each)
            times = asked(visitors, url + path, each)
            parts = statistics.quantiles(times, n=100)
            paced = statistics.quantiles(asked(visitors, url + path, each // 3, PAUSE_S), n=20)[18]
            sent = queries(app, who, path)
            found[path] = Times(sent, statistics.median(alone), parts[49], parts[94], parts[98], paced)
    return found


def signed_in(url: str, number: int) -> requests.Session:
    """A browser, signed in."""
    session = requests.Session()
    told = dict(_TOKEN.findall(session.get(f"{url}/sign-in").text))
    answer = session.post(f"{url}/sign-in", data={**told, "email": address(number), "password": PASSWORD})
    assert "/sign-in" not in answer.url, f"person {number} could not sign in"
    return session


def asked(
    visitors: Sequence[requests.Session], url: str, each: int, pause: tuple[float, float] | None = None
) -> list[float]:
    """How long each answer took, all visitors asking at once.

    They ask by the plainest client there is: a heavier one takes as much of the processor as the page it waits for.
    """
    at = urlsplit(url)

    def ask(visitor: requests.Session, _number: int) -> list[float]:
        times = []
        headers = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookies)}
        connection = http.client.HTTPConnection(str(at.hostname), at.port)
        for _ in range(each):
            if pause:
                time.sleep(random.uniform(*pause))
            begun = time.perf_counter()
            connection.request("GET", at.path + (f"?{at.query}" if at.query else ""), headers=headers)
            answer = connection.getresponse()
            answer.read()
            times.append(1000 * (time.perf_counter() - begun))
            assert answer.status == 200, f"{url}: {answer.status}"
        connection.close()
        return times

    return together(visitors, ask)


def together(visitors: Sequence[requests.Session], work: Callable[[requests.Session, int], list[float]]) -> list[float]:
    """What all found who worked at the same time."""
    found: list[float] = []
    wrong: list[BaseException] = []
    ready = threading.Barrier(len(visitors))

    def begin(visitor: requests.Session, number: int) -> None:
        try:
            ready.wait()
            found.extend(work(visitor, number))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=begin, args=(visitor, n)) for n, visitor in enumerate(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return found


def queries(app: Flask, person: int, path: str) -> int:
    """How many statements a page sends to the database, asked for the second time."""
    client, sent = app.test_client(), []
    told = dict(_TOKEN.findall(client.get("/sign-in").text))
    client.post("/sign-in", data={**told, "email": address(person), "password": PASSWORD})
    client.get(path)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(app.extensions["engine"], "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    event.remove(app.extensions["engine"], "before_cursor_execute", note)
    return len(sent)


def table(small: dict[str, Times], large: dict[str, Times]) -> None:
    """Both sizes beside each other."""
    print(f"\n{'page':<48}{'queries':>9}{'alone':>14}{'p50':>14}{'p95':>14}{'p99':>14}{'paced':>14}{'p95 ratio':>11}")
    for path, a in small.items():
        b = large[path]
        pairs = "".join(f"{f'{x:.0f} / {y:.0f}':>14}" for x, y in (
            (a.alone, b.alone), (a.p50, b.p50), (a.p95, b.p95), (a.p99, b.p99), (a.paced, b.paced)
        ))  # fmt: skip
        print(f"{path:<48}{f'{a.queries} / {b.queries}':>9}{pairs}{b.p95 / a.p95:>11.2f}")
    worst = max(large.values(), key=lambda times: times.p95)
    print(f"slowest p95 of the larger: {worst.p95:.0f} ms (mark {MARK_MS} ms)\n", flush=True)


def answers(app: Flask, url: str, *, rounds: int) -> None:
    """Ten learners send a typed answer at the same moment, again and again; each waits for the codes."""
    from webapp import database
    from webapp.learning.services import courses

    with app.test_request_context("/"):
        course = courses.every(database.session())[0]
    paths = [f"{COURSE}/{m.slug}/{e.name}" for m in course.modules for e in m.exercises.values() if e.kind == SAY]
    learners = [signed_in(url, n) for n in range(VISITORS + 1, VISITORS + 1 + ANSWERS_AT_ONCE)]
    times: list[float] = []
    for number in range(rounds):
        page = url + paths[number % len(paths)]
        fields = [dict(_TOKEN.findall(learner.get(page).text)) for learner in learners]

        def answer(learner: requests.Session, n: int, page: str = page, fields: Any = fields) -> list[float]:
            text = f"You are worn out, and you still got them to school. What would help you this week, {n}?"
            begun = time.perf_counter()
            seen = learner.post(f"{page}/answer", data={**fields[n], "text": text})
            pause = 0.7  # as the page's own script looks again
            while waiting := re.search(r'data-waits="([^"]+)"', seen.text):
                time.sleep(pause)
                pause = 1.0
                if learner.get(url + waiting[1]).json()["state"] != "waiting":
                    seen = learner.get(seen.url)
            taken = 1000 * (time.perf_counter() - begun)
            assert "We hear" in seen.text, seen.url
            return [taken]

        times += together(learners, answer)
    parts = statistics.quantiles(times, n=100)
    print(f"typed answer to codes, {ANSWERS_AT_ONCE} people at once, {len(times)} answers:", end=" ")
    print(f"p50 {parts[49]:.0f}, p95 {parts[94]:.0f}, p99 {parts[98]:.0f} (mark for p95 {MARK_ANSWER_MS} ms)")


def memory(process: int) -> tuple[float, float]:
    """Resident memory of a process in MB: now, and the most it ever was."""
    told = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    kilobytes = dict(re.findall(r"(VmRSS|VmHWM):\s+(\d+) kB", told))
    return int(kilobytes["VmRSS"]) / 1024, int(kilobytes["VmHWM"]) / 1024


if __name__ == "__main__":
    main()
