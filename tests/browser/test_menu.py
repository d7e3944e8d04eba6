"""The header in a browser: one line when there is room, one button when there is not, and no script for either."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import barriers

ONE_LINE = 72  # px


def height(page: Page) -> float:
    """Of the header's first row."""
    found: float = page.evaluate("document.querySelector('.top-row').getBoundingClientRect().height")
    return found


@pytest.mark.parametrize("who", ["adam", "tess", "ana"])
@pytest.mark.parametrize("width", [1280, 1000, 320])
def test_the_header_is_one_line(visit: Callable[..., Page], who: str, width: int) -> None:
    page = visit(who=who)
    page.set_viewport_size({"width": width, "height": 700})
    assert height(page) <= ONE_LINE
    assert page.get_by_role("button", name="Sign out").is_visible() == (width > 320)
    assert page.get_by_role("button", name="Menu").is_visible() == (width == 320)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_menu_of_a_phone_by_keyboard_alone(visit: Callable[..., Page], address: str, scheme: str) -> None:
    page = visit(who="adam", color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 700})
    button = page.get_by_role("button", name="Menu")
    button.focus()
    page.keyboard.press("Enter")
    names = [link.inner_text() for link in page.get_by_role("navigation").get_by_role("link").all()]
    organisation = ["People", "Teams", "Cohorts", "Levels", "Completions", "Interchange", "Retention", "Audit trail"]
    assert names == ["Home", "Recordings", *organisation, "Course files"]
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Teams")).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/teams")


def test_it_needs_no_script(visit: Callable[..., Page]) -> None:
    page = visit(who="adam", java_script_enabled=False)
    page.get_by_role("link", name="Organisation").click()
    page.get_by_role("navigation", name="Organisation").get_by_role("link", name="Audit trail").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit trail")
    page.set_viewport_size({"width": 320, "height": 700})
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Course files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Course files")
