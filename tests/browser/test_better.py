"""One's own trend, goal and plan in a browser, with what the demo has put there: on a wide screen and a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import look_over

PAGES = ("/recordings/trend", "/practice-plan", "/recordings/3/goal", "/recordings/new", "/recordings")
MAIN = 6  # charts that are drawn without asking for more


def drawn(page: Page) -> int:
    return page.locator(".trend-chart[data-drawn] .scatterlayer .errorbars").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(visit: Callable[..., Page], address: str, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    look_over(page, *(address + path for path in PAGES))


def test_the_charts_are_drawn_when_somebody_comes_near(visit: Callable[..., Page]) -> None:
    page = visit("/recordings/trend")
    first = page.get_by_role("img", name="Reflections for each question: It looks like more reflections")
    expect(first.locator(".point")).to_have_count(3)
    expect(first.locator(".errorbar")).to_have_count(3)
    expect(first.locator(".textpoint")).to_have_text(["S", "M", "C", "M"])
    expect(first.locator(".annotation")).to_have_text(["fair", "good"])
    assert drawn(page) < MAIN
    for chart in page.locator(".trend-chart").all()[:MAIN]:
        chart.scroll_into_view_if_needed()
        expect(chart).to_have_attribute("data-drawn", "yes")
    page.get_by_text("Show 7 more").click()
    pause = page.get_by_role("img", name="Your usual pause before speaking")
    pause.scroll_into_view_if_needed()
    expect(pause.locator(".point")).to_have_count(3)


def test_a_table_stands_behind_each_chart(visit: Callable[..., Page]) -> None:
    page = visit("/recordings/trend", width=320)
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="Reflections for each question, the first recording first")
    expect(table.get_by_role("row")).to_have_count(4)
    expect(table).to_contain_text("Demo: The appointment on Monday")
    with page.expect_download() as download:
        page.get_by_role("link", name="The numbers as a file (CSV)").click()
    assert download.value.suggested_filename == "my-recordings.csv"


def test_a_goal_is_chosen_by_keyboard_and_comes_along(visit: Callable[..., Page], address: str) -> None:
    page = visit("/recordings/3/goal")
    page.get_by_role("radio", name="Two reflections before each question").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Stay with one of their reasons")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("“Stay with one of their reasons” is your goal now")
    page.goto(f"{address}/recordings/new")
    expect(page.get_by_role("complementary", name="Your goal")).to_contain_text("Stay with one of their reasons")
