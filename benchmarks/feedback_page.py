"""How quickly the feedback page of a conversation comes, by how long the conversation is.

    python benchmarks/feedback_page.py

The real server runs as ``serve`` runs it, on this machine, and so does the browser, which shares the processor with
it. "Server" is the whole answer to the page's owner, "first paint" is Chromium's first contentful paint as the page
tells it, with nothing kept from before. Medians; the last columns are times those of the shortest conversation.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import requests
from load import served
from playwright.sync_api import sync_playwright
from seed import PASSWORD, Size, address, seed
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[1]))  # for the made-up conversations of the tests

from tests import factories
from tests.webapp.practice import made
from webapp.accounts.tables import Person
from webapp.practice.services import own_view

MINUTES = (10, 60, 180)
UTTERANCES_A_MINUTE = 25  # 1,500 in an hour
MARK_S = 1.5  # for an hour
SERVER_ROUNDS, BROWSER_ROUNDS = 9, 5
OWNER = 1
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        app = seed(Path(folder), Size(people=50, cohorts=2, attempts=100))
        numbers = []
        with app.extensions["sessions"]() as db:
            owner = db.scalars(select(Person).where(Person.email == address(OWNER))).one()
            for minutes in MINUTES:
                rounds = round(minutes * UTTERANCES_A_MINUTE / 22)
                recording = made.ready(db, owner, factories.long_analysis(rounds), title=f"{minutes} minutes")
                recording.duration = minutes * 60.0
                own_view.keep(db, owner, recording, own_view.Answers())
                db.commit()
                numbers.append(recording.id)
        with served(Path(folder)) as (url, _):
            told = measured(url, [f"{url}/recordings/{number}/feedback" for number in numbers])
        app.extensions["engine"].dispose()
    print(f"{os.cpu_count()} cores\n")
    print(
        "| conversation | page, kB | server, ms | first paint, ms | server | first paint |\n|---|---|---|---|---|---|"
    )
    for minutes, (size, server, paint) in zip(MINUTES, told, strict=True):
        row = f"| {minutes} min | {size / 1000:.0f} | {server * 1000:.0f} | {paint:.0f} "
        print(f"{row}| × {server / told[0][1]:.1f} | × {paint / told[0][2]:.1f} |")
    print(f"\nMark: first paint of an hour within {MARK_S * 1000:.0f} ms")


def measured(url: str, pages: list[str]) -> list[tuple[int, float, float]]:
    """Bytes, seconds of the server and ms to the first paint, of each page."""
    found = []
    with sync_playwright() as playwright:
        path = os.environ.get("CHANGETALK_BROWSER") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        page.get_by_label("E-mail address").fill(address(OWNER))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"{url}/")
        visitor = requests.Session()
        for cookie in context.cookies():
            visitor.cookies.set(cookie.get("name", ""), cookie.get("value"))
        for one in pages:
            size, server = answered(visitor, one)
            found.append((size, server, statistics.median(painted(context, one) for _ in range(BROWSER_ROUNDS))))
        browser.close()
    return found


def answered(visitor: requests.Session, page: str) -> tuple[int, float]:
    """How large the page is, and how long the server takes for it."""
    times, size = [], 0
    for _ in range(SERVER_ROUNDS):
        begun = time.perf_counter()
        answer = visitor.get(page)
        times.append(time.perf_counter() - begun)
        assert answer.url == page, "not signed in"
        size = len(answer.content)
    return size, statistics.median(times)


def painted(context: Any, page: str) -> float:
    """When something first shows, in ms from the click; the browser keeps nothing of a page between two rounds."""
    tab = context.new_page()
    tab.context.new_cdp_session(tab).send("Network.setCacheDisabled", {"cacheDisabled": True})
    tab.goto(page)
    for _ in range(100):
        found = float(tab.evaluate(PAINT))
        if found:
            break
        tab.wait_for_timeout(50)
    tab.close()
    return found


if __name__ == "__main__":
    main()
