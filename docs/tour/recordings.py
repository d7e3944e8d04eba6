"""Takes a practitioner through two recordings in a browser, from consent to trend, and pictures each screen.

    python docs/tour/recordings.py      # needs Chromium and the test extra; about three minutes

The first is spoken into a made-up microphone, the second brought in as a file. Both are worked on by the real worker.
Pictures are 1280 and 320 pixels wide; README.md says what they show.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from make import ROOT, picture
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import platform_server
from tests.browser.conftest import QUIET, chromium, microphone

SPOKEN_MS = 45_000
PATIENCE_MS = 600_000
FILE = ROOT / "data" / "samples" / "skilful" / "skilful.m4a"


def main() -> None:
    """Make the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        platform_server.running(Path(folder), recordings=False) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=[*QUIET, *microphone(Path(folder), SPOKEN_MS // 1000)],
        )
        page = browser.new_page(reduced_motion="reduce")
        page.on("dialog", lambda dialog: dialog.accept())
        platform_server.sign_in(page, address, "ana")
        spoken(page, address)
        first = ready(page, address, "53-work-goes-on")
        own_view(page)
        put_right(page, first)
        goal(page, first)
        brought(page, address)
        second = ready(page, address)
        page.get_by_role("button", name="Skip, and see the feedback").click()
        picture(page, "60-feedback-with-the-goal")
        disputed(page, second)
        shared(page, second)
        for path, name in (("/recordings/trend", "63-trend"), ("/practice-plan", "64-plan"), ("/", "65-home")):
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            picture(page, name)
        trainer = browser.new_page(reduced_motion="reduce")
        platform_server.sign_in(trainer, address, "tess")
        trainer.goto(second)
        picture(trainer, "66-as-her-trainer-sees-it")
        coached(trainer, address, second)
        page.goto(second)
        picture(page, "71-coaching-arrives")
        page.goto(second.replace("/feedback", "/opened"))
        picture(page, "67-who-has-opened-it")
        browser.close()


def spoken(page: Page, address: str) -> None:
    """A real conversation: it cannot go on without consent."""
    page.goto(f"{address}/recordings/new")
    page.get_by_label("A real conversation, with consent").check()
    page.get_by_role("button", name="Go on").click()
    picture(page, "50-consent-is-missing")
    page.get_by_label("Who agreed to the recording?").fill("the mother")
    page.get_by_label("How did they agree?").select_option(index=1)
    page.get_by_label("Everybody who can be heard").check()
    page.get_by_label("What change was the conversation about?").fill("Getting to school on time")
    page.get_by_role("button", name="Go on").click()
    picture(page, "51-bring-it-in")
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(SPOKEN_MS)
    picture(page, "52-recording")
    page.get_by_role("button", name="Finish and send").click()


def brought(page: Page, address: str) -> None:
    """A role-play, as a file."""
    page.goto(f"{address}/recordings/new")
    page.get_by_label("A role-play with a colleague").check()
    picture(page, "59-the-goal-comes-along")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("The file with the recording").set_input_files(FILE)


def ready(page: Page, address: str, name: str = "") -> str:
    """Wait for the work; the address of the feedback, which is open then."""
    expect(page.get_by_role("heading", name="How far it is")).to_be_visible(timeout=60_000)
    if name:
        page.wait_for_timeout(8000)
        picture(page, name)
    outcome = page.get_by_role("link", name="Look at the feedback").or_(page.get_by_role("alert"))
    expect(outcome.first).to_be_visible(timeout=PATIENCE_MS)
    expect(outcome.first).to_have_text("Look at the feedback", timeout=1000)
    number = page.url.split("/recordings/")[1].split("/")[0]
    page.goto(f"{address}/recordings/{number}/feedback")
    return f"{address}/recordings/{number}/feedback"


def own_view(page: Page) -> None:
    """Her own view comes first."""
    page.get_by_label("What went well, in your eyes?").fill("I let her finish.")
    picture(page, "54-her-own-view-first")
    page.get_by_role("button", name="Keep it and see the feedback").click()
    picture(page, "55-feedback")


def put_right(page: Page, feedback_page: str) -> None:
    """A turn that was heard wrongly."""
    page.goto(feedback_page.replace("/feedback", "/put-right"))
    page.locator("#turn-0").get_by_role("link", name="Put right turn 1").click()
    expect(page.get_by_label("What was said").first).to_be_visible()
    picture(page, "56-put-right")
    page.goto(feedback_page.replace("/feedback", "/names"))
    picture(page, "57-names")


def goal(page: Page, feedback_page: str) -> None:
    """What she takes along to the next conversation."""
    page.goto(feedback_page.replace("/feedback", "/goal"))
    page.get_by_role("radio").first.check()
    picture(page, "58-goal")
    page.get_by_role("button", name="Take it with me").click()


def disputed(page: Page, feedback_page: str) -> None:
    """A code that she sees differently."""
    page.goto(feedback_page.replace("/feedback", "/put-right"))
    turn = page.locator("li.practitioner").first
    turn.get_by_role("link", name="Put right").click()
    page.get_by_label("Your code").first.select_option(label="Affirm")
    page.get_by_label("Why, if you like").first.fill("I was naming her effort.")
    page.get_by_role("button", name="Keep this code").first.click()
    expect(page.locator("#strip")).to_contain_text("1 change")


def coached(page: Page, address: str, feedback_page: str) -> None:
    """What her trainer does with it."""
    number = feedback_page.split("/recordings/")[1].split("/")[0]
    page.goto(f"{address}/coaching")
    picture(page, "68-what-waits-for-a-trainer")
    page.goto(f"{address}/coaching/{number}")
    picture(page, "69-a-disputed-code-ratings-and-words")
    page.get_by_label("A word on why, if you like").fill("I hear the effort in it too.")
    page.get_by_role("button", name="Settle it").click()
    page.get_by_label("What I noticed").fill("You stayed with what she does not want for her girl.")
    page.get_by_label("A question").fill("What helped you to wait there?")
    page.get_by_role("group", name="Child focus").get_by_role("radio", name="4", exact=False).check()
    page.get_by_role("button", name="Send it and mark as coached").click()
    page.goto(f"{address}/coaching/mine")
    picture(page, "70-a-trainers-own-coaching")
    page.goto(f"{address}/cohorts/1/board")
    picture(page, "72-how-a-cohort-gets-on")


def shared(page: Page, feedback_page: str) -> None:
    """Opened to her trainer."""
    page.goto(feedback_page.replace("/feedback", "/sharing"))
    page.get_by_label("Tess").check()
    picture(page, "61-sharing")
    page.get_by_role("button", name="Open it to them").click()
    picture(page, "62-shared")


if __name__ == "__main__":
    main()
