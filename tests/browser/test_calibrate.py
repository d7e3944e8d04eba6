"""Calibrate yourself in a browser: by keyboard, kept while one chooses, without barriers, on a narrow screen too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.looking import LATE, NOT_READY, look
from webapp.coding.services.samples import catalogue


def _begin(page: Page, name: str) -> None:
    page.locator(f"form[action$='/{name}/begin'] button").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers_from_choosing_to_comparing(visit: Callable[..., Page], scheme: str) -> None:
    page = visit("/coding/calibrate", who="ana", color_scheme=scheme)
    look(page, "choosing")
    _begin(page, "poor")
    look(page, "coding")
    lines = catalogue()["poor"].lines
    for k, line in enumerate(lines):
        hers = {"CQ": "OQ", "neutral": "sustain"}.get(line.code, line.code) if k % 2 else line.code
        page.locator(f"#code-{line.id}").select_option(hers)
    page.get_by_role("button", name="Finish and compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The appointment on Monday: you and its authors")
    expect(page.locator("article.moment").first).to_be_visible()
    look(page, "comparing")
    page.goto(page.url.split("/tries")[0])
    expect(page.get_by_role("cell", name=" of ").first).to_be_visible()
    look(page, "afterwards")


def test_a_code_is_chosen_by_its_letters_and_kept_by_itself(visit: Callable[..., Page]) -> None:
    page = visit("/coding/calibrate", who="tess")
    _begin(page, "skilful")
    page.locator("#code-t0w7").focus()
    page.keyboard.type("OQ")
    expect(page.locator("#code-t0w7")).to_have_value("OQ")
    page.keyboard.press("Tab")
    expect(page.locator("a.listen:focus")).to_have_attribute("role", "button")
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.reload()
    expect(page.locator("#code-t0w7")).to_have_value("OQ")


def test_what_is_chosen_before_the_scripts_are_there_is_kept_too(visit: Callable[..., Page]) -> None:
    page = visit("/coding/calibrate", who="tess")
    page.remove_locator_handler(page.locator(NOT_READY))
    waiting: list[Route] = []
    page.route("**/coaching.js*", lambda route: waiting.append(route))
    page.locator("form[action$='/skilful/begin'] button").click(no_wait_after=True)
    page.locator("#code-t0w0").select_option("NC")
    waiting.pop().continue_()
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.unroute("**/coaching.js*")
    page.reload()
    expect(page.locator("#code-t0w0")).to_have_value("NC")


def test_a_line_is_heard_and_stops_at_its_end(visit: Callable[..., Page]) -> None:
    page = visit("/coding/calibrate", who="tess")
    _begin(page, "mixed")
    listen = page.locator("a.listen").nth(1)
    expect(listen).to_have_attribute("role", "button")  # before, it is a link to the sound alone
    listen.press("Enter")
    audio = page.locator("#audio")
    expect(audio).not_to_have_js_property("currentTime", 0)
    expect(audio).to_have_js_property("paused", True)
    assert 4 < page.evaluate("document.getElementById('audio').currentTime") < 5 + LATE
