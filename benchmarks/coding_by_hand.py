"""How long a keystroke on the workbench takes until it is kept: from the request to the answer, over HTTP.

    python benchmarks/coding_by_hand.py

Wall-clock time of requests to a server of its own on this machine (``manage.py demo``'s, with SQLite and a worker), on
a segment of twenty minutes with about 400 utterances that is coded from its first line to its last: a keystroke splits
a turn or gives a code, and each is one request. One request follows the other on one connection, as the page's script
sends them.
"""

from __future__ import annotations

import http.client
import json
import re
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import select

from tests import factories
from tests.browser import platform_server
from tests.webapp.practice import made
from webapp import create_app
from webapp.accounts.tables import Person
from webapp.coding.services import codings, segments
from webapp.demo import PASSWORD
from webapp.settings import Settings

ROUNDS = 13  # of the conversation in the factories; parsed as below, about 400 utterances
MINUTES = 20
MARK = 100.0  # ms, at p95
WHO = ("ana", "tess")  # whose recording it is, and who codes it


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, platform_server.running(Path(folder), recordings=False) as address:
        opened = segment(Path(folder))
        took = sorted(1000 * one for one in typed(address, opened))
    p95 = quantiles(took, n=20)[-1]
    said = sum(len(cuts) for cuts in machine_cuts(opened).values())
    print(
        f"{len(opened.turns)} turns, {said} utterances, {(opened.segment.end - opened.segment.start) / 60:.0f} minutes"
    )
    print(f"{'keystrokes':>10} {'p50':>8} {'p95':>8} {'slowest':>8} {'of the mark':>12}")
    print(f"{len(took):10} {median(took):5.0f} ms {p95:5.0f} ms {took[-1]:5.0f} ms {p95 / MARK:12.0%}")


def segment(data: Path) -> codings.Opened:
    """A coding that one of the demo's trainers has not begun yet."""
    app = create_app(Settings.read(data=data, log_level="ERROR"))
    with app.extensions["sessions"]() as db:
        owner, trainer = (db.scalars(select(Person).where(Person.email == f"{n}@demo.example")).one() for n in WHO)
        recording = made.ready(db, owner, conversation())
        made.shared(db, recording, trainer)
        coding = codings.assign(db, trainer, segments.choose(db, trainer, recording.id, whole=True), trainer)
        db.commit()
        found = codings.get(db, trainer, coding.id)
    app.extensions["engine"].dispose()
    return found


def conversation() -> Any:
    """Twenty minutes of talk."""
    whole = factories.long_analysis(ROUNDS)
    pace = MINUTES * 60 / (whole.turns[-1].end or 1.0)

    def later(one: Any) -> Any:
        return replace(one, start=one.start * pace, end=one.end * pace)

    turns = tuple(
        replace(later(t), words=tuple(map(later, t.words)), utterances=tuple(map(later, t.utterances)))
        for t in whole.turns
    )
    return replace(whole, turns=turns)


def machine_cuts(opened: codings.Opened) -> dict[int, list[int]]:
    """Where somebody would parse each turn: every eighth word."""
    return {
        turn.n: list(range(0, max(len(turn.words) - 3, 1), 8)) for turn in opened.turns if codings.choices(turn.speaker)
    }


def typed(address: str, opened: codings.Opened) -> list[float]:
    """Seconds for each keystroke of a coding, from its first line to its last."""
    browser = Browser(address)
    token, seen, took = browser.open(f"/coding/{opened.coding.id}"), 0, []
    headers = {"Content-Type": "application/json", "X-CSRFToken": token, "X-Requested-With": "fetch"}
    for turn in opened.turns:
        cuts = machine_cuts(opened).get(turn.n, [])
        code = codings.choices(turn.speaker)[0].short if cuts else ""
        parse: list[list[Any]] = [[0, None]]
        for at, first in enumerate(cuts):
            if at:
                parse = [*parse, [first, None]]
                seen = browser.keep(opened.coding.id, {"seen": seen, "turns": {turn.n: parse}}, headers, took)
            parse = [*parse[:-1], [first, code]]
            seen = browser.keep(opened.coding.id, {"seen": seen, "turns": {turn.n: parse}}, headers, took)
    return took


class Browser:
    """Somebody signed in, on one connection that stays open."""

    def __init__(self, address: str) -> None:
        self.line = http.client.HTTPConnection(urlsplit(address).netloc)
        self.cookies: dict[str, str] = {}
        form = {"email": f"{WHO[1]}@demo.example", "password": PASSWORD, "csrf_token": self.open("/sign-in")}
        self.ask("POST", "/sign-in", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def open(self, path: str) -> str:
        """Its token for forms."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", path)[1])
        assert found, path
        return found[1]

    def keep(self, coding: int, told: dict[str, Any], headers: dict[str, str], took: list[float]) -> int:
        """One keystroke; its new revision."""
        started = time.perf_counter()
        status, text = self.ask("POST", f"/coding/{coding}/keep", json.dumps(told), headers)
        took.append(time.perf_counter() - started)
        assert status == 200, text
        seen: int = json.loads(text)["seen"]
        return seen

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of the answer; cookies are kept."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.line.request(method, path, body or None, {"Cookie": cookie, **(headers or {})})
        answer = self.line.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, answer.read().decode()


if __name__ == "__main__":
    main()
