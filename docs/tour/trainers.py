"""Takes a trainer through her half of the platform in a browser, on the demo's cohort of twelve, and pictures it all.

    python docs/tour/trainers.py        # needs Chromium and the test extra; about three minutes

Everybody and everything in it is made up. Pictures are 1280 and 320 pixels wide; README.md says what they show.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from make import picture
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import platform_server
from tests.browser.conftest import QUIET, chromium

PATIENCE_MS = 120_000
COHORT = 2  # the twelve's
SIGNED = "efua"  # who is signed off for the demo's level


def main() -> None:
    """Make the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        platform_server.running(Path(folder), cohort=True) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        page = signed_in(browser, address, "theo")
        cohort(page, address)
        coding(page, address)
        agreement(page, address)
        supervision(page, address)
        levels(page, signed_in(browser, address, SIGNED), address)
        browser.close()


def signed_in(browser: Browser, address: str, who: str) -> Page:
    """A browser of somebody's own."""
    page = browser.new_context(reduced_motion="reduce").new_page()
    platform_server.sign_in(page, address, who)
    return page


def worked_out(page: Page, address: str) -> None:
    """Go there, and stay until the worker has done its part."""
    page.goto(address)
    expect(page.locator("[data-look-again]")).to_have_count(0, timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")


def cohort(page: Page, address: str) -> None:
    """How the twelve get on, and how their skills move."""
    page.goto(f"{address}/cohorts/{COHORT}/board")
    picture(page, "73-a-cohort-of-twelve")
    page.goto(f"{address}/cohorts/{COHORT}/dates")
    picture(page, "74-workshops-and-dates")
    worked_out(page, f"{address}/cohorts/{COHORT}/skills")
    picture(page, "75-how-its-skills-move")
    page.goto(f"{address}/cohorts/{COHORT}/hard")
    picture(page, "76-what-the-group-finds-hard")


def coding(page: Page, address: str) -> None:
    """A recording coded by hand, and two codings side by side."""
    page.goto(f"{address}/coding")
    picture(page, "77-coding-by-hand")
    page.get_by_role("link", name="Lay side by side").first.click()
    picture(page, "78-two-codings-side-by-side")
    page.goto(f"{address}/coaching")
    page.locator("#waits ~ table a").first.click()
    page.get_by_role("link", name="Code it by hand").click()
    picture(page, "79-which-part")
    page.get_by_role("button", name="Begin").click()
    line = page.locator("[data-line], .line").first
    expect(line).to_be_visible()
    picture(page, "80-the-workbench")
    page.goto(f"{address}/coding/calibrate")
    picture(page, "81-calibrate-yourself")


def agreement(page: Page, address: str) -> None:
    """How far the two coders agree, with each other and with the machine."""
    worked_out(page, f"{address}/agreement")
    picture(page, "82-agreement")
    worked_out(page, f"{address}/agreement/tables")
    picture(page, "83-what-was-taken-for-what")
    worked_out(page, f"{address}/agreement/over-time")
    picture(page, "84-agreement-over-time")


def supervision(page: Page, address: str) -> None:
    """Moments for teaching in a pack, presented to a group, and the record of what was held."""
    page.goto(f"{address}/supervision/cohorts/{COHORT}")
    picture(page, "85-group-supervision")
    here = page.url
    page.get_by_role("link", name="made up for the demo").first.click()
    picture(page, "86-a-pack")
    page.get_by_role("link", name="Present").click()
    page.get_by_text("Begin", exact=True).click()
    expect(page.get_by_text("1 of 4.")).to_be_visible()
    picture(page, "87-presented-to-the-group")
    page.goto(here)
    page.get_by_role("table", name="held").get_by_role("link").first.click()
    picture(page, "88-what-was-held")


def levels(page: Page, hers: Page, address: str) -> None:
    """What a service asks for, signing, and how the person it is about sees it."""
    page.goto(f"{address}/levels/cohorts/{COHORT}")
    picture(page, "89-levels-of-a-cohort")
    page.get_by_role("link", name="of Hamid").click()
    picture(page, "90-what-is-there-and-signing")
    hers.goto(f"{address}/levels/mine")
    picture(hers, "91-her-levels")
    hers.get_by_role("link", name="certificate").click()
    picture(hers, "92-a-certificate-of-a-level")


if __name__ == "__main__":
    main()
