"""A moment offered, a pack made of it and presented by keyboard, and taken back while it is on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import look_over


def offered(visit: Callable[..., Page]) -> Page:
    """Ana offers a moment of a recording; her browser."""
    page = visit("/recordings/3/teaching/new?turn=6", who="ana")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for _ in range(30):  # names are looked for by the worker first
        if page.get_by_role("heading", name="Offer this moment?").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    page.get_by_label("Which skill does it show?").select_option("reflecting")
    page.get_by_label("Something that went well").check()
    page.get_by_label("I have read every line above").check()
    page.get_by_role("button", name="Offer this moment").click()
    expect(page.get_by_text("Your trainers can use this moment now.")).to_be_visible()
    return page


def pack_of(visit: Callable[..., Page]) -> Page:
    """Tess makes a pack of the newest moment; her browser, on the pack's page."""
    page = visit("/supervision/cohorts/1/packs/new", who="tess")
    page.get_by_label("A name for the pack").fill("A pack")
    page.locator("input[name=moment]").first.check()
    page.get_by_role("button", name="Make the pack").click()
    expect(page.get_by_role("heading", level=1, name="A pack")).to_be_visible()
    return page


def test_presented_by_keyboard_and_taken_back_meanwhile(visit: Callable[..., Page]) -> None:
    ana = offered(visit)
    page = pack_of(visit)
    page.get_by_role("link", name="Present it").click()
    expect(page).to_have_url(re.compile("/present$"))
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("A pack")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Giving back what was said")
    expect(title).to_be_focused()
    expect(page.locator(".prompt-box")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".prompt-box")).to_contain_text("Reflect together")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".prompt-box")).to_have_count(0)
    ana.get_by_role("button", name="Take it back").last.click()
    expect(ana.get_by_text("It is taken back.")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("A moment that was taken back")
    expect(page.locator(".talk")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Thank you")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(visit: Callable[..., Page], address: str, scheme: str) -> None:
    offered(visit)
    made = re.sub(r"^https?://[^/]+", "", pack_of(visit).url)
    paths = {
        "tess": (
            "/supervision", "/supervision/cohorts/1", "/supervision/cohorts/1/packs/new", made, f"{made}/print",
            f"{made}/present?step=3", "/supervision/cohorts/1/held/new", "/cohorts/1/hard",
        ),
        "ana": (
            "/recordings/3/teaching", "/recordings/3/teaching/new", "/recordings/3/teaching/new?turn=6",
            "/supervision/mine",
        ),
    }  # fmt: skip
    for who, own in paths.items():
        page = visit(who=who, color_scheme=scheme)
        look_over(page, *(address + path for path in own))
