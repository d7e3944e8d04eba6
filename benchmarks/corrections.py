"""How long putting one thing right takes, from the request to the answer, and what takes how much of it.

    python benchmarks/corrections.py

CPU time of this process, the best of several; a data folder of its own on SQLite, no worker. The request is the one
the page's script sends: a code of hers for one utterance. Each part is measured by itself as well.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fidelity.conversation import Analysis, CodedUtterance
from fidelity.score import score
from tests import factories
from tests.webapp import people
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from webapp import create_app, jobs, migrate
from webapp.practice.services.corrected import Change, apply
from webapp.settings import Settings

SIZES = (150, 1500, 4500)  # utterances: 6, 60 and 180 minutes
MARK = 400.0  # ms, at 1,500
TRIES = 7


def main() -> None:
    """Print the table."""
    print(
        f"{'utterances':>10} {'round trip':>11} {'of the mark':>12}   of the round trip: inflate, parse, apply, score"
    )
    base = None
    for size in SIZES:
        whole = conversation(size)
        took = round_trip(whole)
        base = base or took
        share = " ".join(f"{part / took:6.0%}" for part in parts(whole))
        print(f"{size:10} {took:8.0f} ms {took / MARK:11.0%}   {share}   {took / base:4.1f} times the shortest")


def conversation(size: int) -> Analysis:
    """One with doubt in every code, as the engine's have."""
    random.seed(size)
    whole = factories.long_analysis(size // 22 + 1)
    turns = tuple(replace(t, utterances=tuple(map(doubted, t.utterances))) for t in whole.turns)
    return replace(whole, turns=turns, scores=score(turns))


def doubted(said: CodedUtterance) -> CodedUtterance:
    """An utterance with probabilities like a model's."""
    drawn = {code: random.random() ** 4 for code in said.probabilities}
    whole = sum(drawn.values())
    return replace(said, probabilities={code: round(p / whole, 6) for code, p in drawn.items()})


def round_trip(whole: Analysis) -> float:
    """ms from a request to its answer."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.read(data=Path(folder), secret_key="for a benchmark", log_level="ERROR"))
        app.config.update(TESTING=True)
        jobs.send_now = lambda *_: None  # type: ignore[assignment]  # what follows is the worker's
        migrate.upgrade(app.extensions["engine"])
        with app.extensions["sessions"]() as db:
            owner = people.person(db)
            address = f"/recordings/{made.ready(db, owner, whole).id}/put-right"
        visitor = people.signed_in(Visitor(app.test_client()), owner)
        token = visitor.get("/account").soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
        revision = 0

        def send() -> None:
            nonlocal revision
            told = {"csrf_token": token, "revision": revision, "kind": "code", "n": 2, "u": 1}
            told["code"] = ("OQ", "CQ")[revision % 2]
            answer = visitor.client.post(address, data=told, headers={"X-Requested-With": "fetch"})
            assert answer.status_code == 200, answer.text
            revision += 1

        took = best(send)
        app.extensions["engine"].dispose()
        return took


def parts(whole: Analysis) -> list[float]:
    """ms of each part by itself: inflate, parse, apply, score."""
    bare = replace(whole, turns=tuple(replace(turn, words=()) for turn in whole.turns))
    text = bare.to_json()
    closed = zlib.compress(text.encode(), 6)
    asked = [Change(kind="code", n=2, u=1, code="OQ"), Change(kind="split", n=4, u=0, k=2)]
    work: list[Callable[[], object]] = [
        lambda: zlib.decompress(closed).decode(),
        lambda: Analysis.from_json(text),
        lambda: apply(bare.turns, asked),
        lambda: score(bare.turns),
    ]
    return [best(one) for one in work]


def best(work: Callable[[], object]) -> float:
    """ms of CPU that a piece of work takes at best."""
    found = []
    for _ in range(TRIES):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return 1000 * min(found)


if __name__ == "__main__":
    main()
