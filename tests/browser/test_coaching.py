"""A trainer's pages in a browser: her queue, coaching that keeps itself, her own coaching, and a cohort's board."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import look_over, until

PAGES = ("/coaching", "/coaching/1", "/coaching/2", "/coaching/mine", "/cohorts/1/board", "/cohorts/1/skills")
UNSTYLED = """[...document.querySelectorAll("main svg.bar rect")]
    .filter((bar) => getComputedStyle(bar).fill === "rgb(0, 0, 0)").length"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(visit: Callable[..., Page], address: str, scheme: str) -> None:
    page = visit(who="tess", color_scheme=scheme)
    look_over(page, *(address + path for path in PAGES))


def test_a_cohorts_recordings_are_drawn(visit: Callable[..., Page]) -> None:
    page = visit("/cohorts/1/skills", who="tess")
    chart = page.get_by_role("img", name="Reflections for each question: ")
    expect(chart).to_have_attribute("data-drawn", "yes")
    expect(chart.locator(".point")).to_have_count(2)  # one person's two, which are too few for a line of the group
    expect(page.get_by_text("A line for the group needs 5 people").first).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("path", ["/coaching/mine", "/cohorts/1/board"])
def test_bars_have_their_colours(visit: Callable[..., Page], path: str) -> None:
    page = visit(path, who="tess")
    assert page.locator("main svg.bar rect").count() > 1
    assert page.evaluate(UNSTYLED) == 0


def test_what_she_writes_is_kept_while_she_writes_it(visit: Callable[..., Page]) -> None:
    page = visit("/coaching/1", who="tess", width=320)
    page.get_by_label("What I noticed").fill("You stayed calm when he raised his voice.")
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.reload()
    expect(page.get_by_label("What I noticed")).to_have_value("You stayed calm when he raised his voice.")


def test_a_lost_connection_loses_nothing(visit: Callable[..., Page]) -> None:
    page = visit("/coaching/1", who="tess")
    page.context.set_offline(True)
    until(page, "!navigator.onLine")
    page.get_by_label("A question").fill("What did you hope he would say?")
    expect(page.locator("#kept")).to_contain_text("there is no connection just now")
    expect(page.get_by_label("A question")).to_have_value("What did you hope he would say?")
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.reload()
    expect(page.get_by_label("A question")).to_have_value("What did you hope he would say?")


def test_settling_a_code_keeps_what_she_has_just_written(visit: Callable[..., Page]) -> None:
    page = visit("/coaching/1", who="tess")
    page.get_by_label("Something to offer").fill("Would it help to try it with me first?")
    page.locator("form[data-keeps-first]").first.get_by_role("button").first.click()
    expect(page.get_by_text("Settled. The measures follow.")).to_be_visible()
    expect(page.get_by_label("Something to offer")).to_have_value("Would it help to try it with me first?")
