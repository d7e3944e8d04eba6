"""The platform as people meet it: in a browser, by keyboard, on a phone, in the dark, and by voice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import QUIET, chromium, microphone
from tests.browser.looking import barriers
from tests.browser.platform_server import sign_in

COURSE = "/learn/mi-in-family-safeguarding"
MODULE = f"{COURSE}/05-simple-reflections"
PAGES = (
    "/", COURSE, MODULE, f"{MODULE}/01-giving-back", f"{MODULE}/conversation-on-the-step", f"{MODULE}/sr-first-answer",
    f"{MODULE}/sr-guess-inside", f"{MODULE}/sr-wrong-guess", f"{MODULE}/sr-code-echo", f"{MODULE}/sr-say-phone",
    f"{MODULE}/sr-aloud-door", f"{MODULE}/sr-note", f"{MODULE}/check", "/skills", "/review", "/codes", "/nothing-here",
    f"{COURSE}/07-hearing-change-talk/ct-spot-craig", "/accessibility", "/privacy",
)  # fmt: skip
OFFICE = (
    "/people", "/people?words=nobody", "/people/1", "/people/new", "/people/import", "/teams", "/teams/1", "/cohorts",
    "/cohorts/new", "/cohorts/1?words=a", "/cohorts/1/edit", "/cohorts/1/remove", "/audit?start=1999-01-01",
    "/completions", "/completions?start=1999-01-01", "/interchange", "/account", "/account/password", "/reminders",
    "/account/second-factor", "/courses", "/courses/mi-in-family-safeguarding", "/forgotten-password",
    "/courses/mi-in-family-safeguarding/01-the-spirit",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("who", "pages"), [("ana", PAGES), ("adam", OFFICE)])
def test_no_barriers_and_no_sideways_scrolling(
    visit: Callable[..., Page], address: str, who: str, pages: tuple[str, ...], scheme: str
) -> None:
    page = visit(who=who, color_scheme=scheme)
    found = {}
    for path in pages:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address + path)
        page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
        wrong = barriers(page)
        page.set_viewport_size({"width": 320, "height": 700})
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wrong.append("scrolls sideways at 320 px")
        if wrong:
            found[path] = wrong
    assert found == {}


def test_an_access_token_from_making_to_revoking(visit: Callable[..., Page], address: str) -> None:
    page = visit("/interchange", who="adam", width=320)
    page.get_by_label("What is it for?").fill("Learning system " * 4)
    page.get_by_role("button", name="Make a token").click()
    word = page.get_by_label("Access token").input_value()
    answer = page.request.get(f"{address}/api/v1/completions", headers={"Authorization": f"Bearer {word}"})
    done = [(c["email"], c["module"]) for c in answer.json()["completions"]]
    assert done == [("ana@demo.example", "01-the-spirit"), ("ana@demo.example", "02-engaging-and-listening")]
    for _ in range(2):  # the page with the token, and the list with its name
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.goto(f"{address}/interchange")
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("opens nothing any more")).to_be_visible()
    answer = page.request.get(f"{address}/api/v1/completions", headers={"Authorization": f"Bearer {word}"})
    assert answer.status == 401


def test_a_typed_answer_is_heard(visit: Callable[..., Page]) -> None:
    page = visit(f"{MODULE}/sr-say-phone", who="bilal")
    page.get_by_label("What would you say?").fill("Every time it rings, you think it's the school.")
    page.get_by_role("button", name="Hear what it says").click()
    expect(page.locator("#feedback")).to_contain_text("We hear")
    expect(page.get_by_role("heading", name="That fits")).to_be_visible()
    expect(page.locator("#feedback")).to_be_focused()


def test_an_exercise_by_keyboard_alone(visit: Callable[..., Page]) -> None:
    page = visit(f"{MODULE}/sr-first-answer", who="carys")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page itself")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "chosen":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="That fits")).to_be_visible()


def test_what_was_typed_outlives_a_reload(visit: Callable[..., Page]) -> None:
    page = visit(f"{MODULE}/sr-say-eight-round-a-table", who="carys")
    page.get_by_label("What would you say?").fill("Eight people round a table")
    page.reload()
    expect(page.get_by_label("What would you say?")).to_have_value("Eight people round a table")


def test_back_and_again_is_one_try_more_and_no_error(visit: Callable[..., Page]) -> None:
    page = visit(f"{MODULE}/sr-code-echo", who="dele")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Look at my answer").click()
    expect(page.locator("#feedback")).to_be_visible()
    page.go_back()
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Look at my answer").click()
    expect(page.locator("#feedback")).to_be_visible()


def test_a_spoken_answer_is_heard(browser: Browser, address: str, tmp_path: Path) -> None:
    """The browser's own recorder, fed with a sample's voice in place of a microphone."""
    recording = browser.browser_type.launch(executable_path=chromium(), args=[*QUIET, *microphone(tmp_path)])
    page = recording.new_page()
    sign_in(page, address, "dele")
    page.goto(f"{address}{MODULE}/sr-aloud-door")
    page.get_by_role("button", name="Record").click()
    page.wait_for_timeout(5000)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("[data-playback]")).to_be_visible()
    page.get_by_role("button", name="Hear what it says").click()
    expect(page.locator("#feedback")).to_contain_text("We hear")
    recording.close()


def test_an_administrator_imports_people_and_copies_a_link(visit: Callable[..., Page], address: str) -> None:
    page = visit("/people/import", who="adam", width=320, permissions=["clipboard-read", "clipboard-write"])
    text = "name;e-mail;team\nEwa Example;ewa@demo.example;West\nNobody;nobody;West\n"
    page.get_by_label("File").set_input_files({"name": "p.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Look at what it would do").click()
    expect(page.get_by_role("table")).to_contain_text("team West (will be made)")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_label("Leave out 1 row").check()
    page.get_by_role("button", name="Import 1 person").click()
    expect(page.get_by_role("status")).to_contain_text("1 person invited")
    page.get_by_role("link", name="Ewa Example").click()
    page.get_by_role("button", name="Send a new invitation").click()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.get_by_label("The link").input_value()
    assert page.get_by_label("The link").input_value().startswith(f"{address}/welcome/")
