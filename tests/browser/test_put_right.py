"""Putting a recording right in a browser: words, codes, taking back, exchanging, with the worker behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from tests import factories
from tests.browser import platform_server
from tests.browser.looking import LATE, barriers, heeded
from tests.browser.test_platform import sign_in
from tests.webapp.practice import made
from webapp import create_app
from webapp.accounts.tables import Person
from webapp.settings import Settings


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("platform")


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with platform_server.running(data, recordings=False) as found:
        yield found


@pytest.fixture
def recording(address: str, data: Path, sound: Path) -> Iterator[str]:
    """The address of a recording of Ana's."""
    app = create_app(Settings.read(data=data))
    with app.extensions["sessions"]() as db:
        ana = db.scalars(select(Person).where(Person.email == "ana@demo.example")).one()
        one = made.ready(db, ana, factories.long_analysis(2), sound=sound.read_bytes())
        yield f"{address}/recordings/{one.id}/put-right"
    app.extensions["engine"].dispose()


@pytest.fixture
def visit(browser: Browser, address: str, recording: str) -> Iterator[Callable[..., Page]]:
    """The page, signed in; every test fails on a console error or a request to anywhere else."""
    troubles: list[str] = []
    contexts: list[BrowserContext] = []

    def open_it(*, width: int = 1280, path: str = "", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **options)
        contexts.append(context)
        page = heeded(context.new_page(), troubles, scripts=options.get("java_script_enabled", True))
        page.on("request", lambda r: None if r.url.startswith(address) else troubles.append(r.url))
        sign_in(page, address, "ana")
        page.goto(recording + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert [t for t in troubles if "409 (CONFLICT)" not in t and "422 (UNPROCESSABLE" not in t] == []


def test_a_word_a_code_and_back(visit: Callable[..., Page]) -> None:
    page = visit()
    strip, turn = page.locator("#strip"), page.locator("#turn-2")
    expect(strip).to_contain_text("This is how the machine heard it")
    page.evaluate("window.stays = true")
    turn.get_by_role("link", name="Put right turn 3").press("Enter")
    words = turn.get_by_label("What was said").nth(1)
    expect(turn.get_by_label("What was said").first).to_be_focused()
    words.fill("What has he said to you since?")
    turn.get_by_role("button", name="Keep these words").nth(1).press("Enter")
    expect(turn).to_contain_text("words changed by you", ignore_case=True)
    expect(strip).to_contain_text("being brought up to date")
    expect(strip).to_contain_text("Measures and feedback are up to date")
    expect(turn.locator(".chip", has_text="OQ")).to_be_visible()
    share = strip.locator(".now > div", has_text="Questions that were open")
    before = share.inner_text()
    turn.get_by_label("Your code").nth(0).select_option(label="Closed question")
    turn.get_by_label("Why, if you like").nth(0).fill("She only had to say yes.")
    turn.get_by_role("button", name="Keep this code").nth(0).click()
    expect(turn).to_contain_text("CQ")
    expect(turn).to_contain_text("yours")
    expect(share).not_to_have_text(before)
    assert page.evaluate("window.stays") is True  # nothing was loaded again
    page.get_by_role("button", name="Take back the last change").click()
    expect(turn.locator(".chip", has_text="CR")).to_be_visible()
    expect(page.locator("#strip")).to_contain_text("1 change so far")
    page.get_by_role("link", name="What was changed").click()
    expect(page.get_by_role("row", name="Another code")).to_contain_text("Taken back")


def test_two_tabs_lose_nothing(visit: Callable[..., Page]) -> None:
    first = visit(path="?turn=2")
    second = first.context.new_page()
    second.goto(first.url)
    first.get_by_role("button", name="Not for coding").click()
    expect(first.locator("#turn-2")).to_contain_text("counts for nobody")
    second.get_by_label("What was said").first.fill("Typed here.")
    second.get_by_role("button", name="Keep these words").first.click()
    expect(second.get_by_role("alert")).to_contain_text("another tab")
    expect(second.get_by_role("alert")).to_be_focused()
    expect(second.get_by_label("What was said").first).to_have_value("Typed here.")
    second.get_by_role("button", name="Keep these words").first.click()
    expect(second.locator("#turn-2")).to_contain_text("Typed here.")


def test_exchanging_practitioner_and_client(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_role("button", name="Exchange practitioner and client").click()
    expect(page.locator("#strip")).to_contain_text("are being exchanged")
    expect(page.locator("#strip")).to_contain_text("They are exchanged now")
    expect(page.locator("#turn-0 .voice")).to_contain_text("Client")
    page.get_by_role("button", name="Take back the last change").click()
    expect(page.locator("#turn-0 .voice")).to_contain_text("Practitioner")


def test_a_turn_is_played_and_left(visit: Callable[..., Page]) -> None:
    page = visit()
    turn = page.locator("#turn-1")
    turn.get_by_role("link", name="Play the turn").click()
    expect(turn).to_have_class("client heard")
    expect(turn).to_have_class("client")  # where it ends, the sound stops
    end = factories.turns()[1].end or 0.0
    assert end <= page.evaluate("document.getElementById('player').currentTime") < end + LATE


def test_without_scripts(visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    page.locator("#turn-4").get_by_role("link", name="Put right turn 5").click()
    page.locator("#turn-4").get_by_role("button", name="It was the client who said this").click()
    expect(page.get_by_role("status").first).to_contain_text("Done")
    expect(page.locator("#turn-4 .voice")).to_contain_text("Client")
    page.locator("#turn-4").get_by_label("What was said").fill("")
    page.locator("#turn-4").get_by_role("button", name="Keep these words").click()
    expect(page.get_by_role("alert").first).to_contain_text("leave the turn out instead")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers_and_no_sideways_scrolling(visit: Callable[..., Page], recording: str, scheme: str) -> None:
    page = visit(path="?turn=2", color_scheme=scheme)
    page.get_by_role("button", name="Not for coding").click()
    expect(page.locator("#turn-2")).to_contain_text("counts for nobody")
    found = {}
    for path in ("?turn=2", "?turn=4", "?as=machine", "/history"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(recording + path)
        wrong = barriers(page)
        page.set_viewport_size({"width": 320, "height": 700})
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wrong.append("scrolls sideways at 320 px")
        if wrong:
            found[path] = wrong
    assert found == {}
