"""How quickly a cohort's board, the page of its skills and that of one measure come, by how large the cohort is.

    python benchmarks/board.py

The real server runs as ``serve`` runs it, on this machine. An authority of 2,000 people with 10,000 recordings has a
cohort of 40 people with 300 recordings, and one that holds everybody. The times are of whole answers, one
after another; "queries" are those of one page. "Lines" is how long the worker takes for the group's lines of all
measures, in a process of its own, the loading of its libraries included.
"""

from __future__ import annotations

import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from load import queries, served, signed_in
from seed import Size, seed
from sqlalchemy import Connection, insert

from webapp import clock
from webapp.coaching.tables import Coaching
from webapp.organisation.tables import Cohort
from webapp.practice.services import measured
from webapp.practice.tables import Coached, Kind, Recording, RecordingMeasure, Share, State
from webapp.tables import metadata

AUTHORITY = Size(people=2_000, cohorts=50, attempts=100_000)
RECORDINGS, IN_ONE = 10_000, 300
ADMINISTRATOR = TRAINER = 1  # administrators see every cohort of theirs
EVERYBODY = AUTHORITY.cohorts + 1
MARKS_MS = {1: 500, EVERYBODY: 800}
ROUNDS = 60
PAGES = ("board", "skills", "skills/reflections_to_questions")


def main() -> None:
    """Print the table."""
    print(f"{os.cpu_count()} cores\n")
    with tempfile.TemporaryDirectory() as folder:
        app = seed(Path(folder), AUTHORITY)
        with app.extensions["engine"].begin() as connection:
            _recordings(connection)
        lines = {cohort: _work_out(Path(folder), cohort) for cohort in MARKS_MS}
        print("| page | cohort | queries | median, ms | p95, ms | mark, ms | lines, s |\n|---|---|---|---|---|---|---|")
        with served(Path(folder)) as (url, _):
            visitor = signed_in(url, ADMINISTRATOR)
            for page, (cohort, mark) in itertools.product(PAGES, MARKS_MS.items()):
                address = f"/cohorts/{cohort}/{page}"
                times = _times(visitor, f"{url}{address}")
                name = "everybody" if cohort == EVERYBODY else "40 people"
                p95 = statistics.quantiles(times, n=20)[18]
                told = f"{queries(app, ADMINISTRATOR, address)} | {statistics.median(times):.0f} | {p95:.0f} | {mark}"
                took = f"{lines[cohort]:.1f}" if page == "skills" else ""
                print(f"| {page} | {name} | {told} | {took} |", flush=True)
        app.extensions["engine"].dispose()


def _times(visitor: Any, address: str) -> list[float]:
    visitor.get(address)
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = visitor.get(address)
        found.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, answer.status_code
    return found


def _work_out(data: Path, cohort: int) -> float:
    """Seconds."""
    code = (
        "from webapp import create_app, jobs; from webapp.settings import Settings; from pathlib import Path; "
        f"app = create_app(Settings.read(data=Path({str(data)!r}), second_factor=False, log_level='ERROR')); "
        f"jobs.do(app, 'cohorts.course', {cohort}, {TRAINER})"
    )
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begun


def _recordings(connection: Connection) -> None:
    """Recordings over a year: ``IN_ONE`` of them in the first cohort, the rest of all others; a third were shared."""
    draw, now = random.Random(3), clock.now()
    today = clock.today()
    everybody = {"id": EVERYBODY, "authority_id": 1, "starts_on": today, "ends_on": None}
    connection.execute(insert(Cohort), [{**everybody, "name": "Everybody", "sorts_as": "everybody"}])
    members = [{"cohort_id": EVERYBODY, "person_id": n} for n in range(1, AUTHORITY.people + 1)]
    connection.execute(insert(metadata.tables["cohort_member"]), members)
    first = [n for n in range(1, AUTHORITY.people + 1) if n % AUTHORITY.cohorts == 0]
    others = [n for n in range(1, AUTHORITY.people + 1) if n % AUTHORITY.cohorts]
    told: dict[type[Any], list[dict[str, Any]]] = {
        Recording: [],
        Share: [],
        Coached: [],
        Coaching: [],
        RecordingMeasure: [],
    }
    for number in range(1, RECORDINGS + 1):
        owner = first[number % len(first)] if number <= IN_ONE else draw.choice(others)
        at = now - timedelta(days=draw.randrange(365))
        told[Recording].append({
            "id": number, "authority_id": 1, "owner_id": owner, "folder": f"{number:024x}", "title": "A talk",
            "kind": Kind.ROLE_PLAY, "held_on": at.date(), "about": b"", "state": State.READY, "created_at": at,
            "arrived_at": at, "ready_at": at, "seen_at": at, "duration": 600.0, "sound_size": 1, "fingerprint": None,
            "speakers": 2, "swapped": False, "revision": 0,
        })  # fmt: skip
        if number % 3 == 0:
            for name in measured.every():
                value = draw.uniform(0.2, 0.9)
                numbers = {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 30}
                told[RecordingMeasure].append({"recording_id": number, "name": name, **numbers})
            told[Share].append({"recording_id": number, "trainer_id": TRAINER, "shared_at": at, "withdrawn_at": None})
            if number % 2:
                told[Coached].append({"recording_id": number, "trainer_id": TRAINER, "at": at})
                sent = {"told": b"", "changed_at": at, "sent_at": at}
                told[Coaching].append({"recording_id": number, "trainer_id": TRAINER, **sent})
    for table, some in told.items():
        connection.execute(insert(table), some)


if __name__ == "__main__":
    main()
