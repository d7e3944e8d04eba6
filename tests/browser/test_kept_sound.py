"""A recording outlives a closed browser, for its owner alone, and no longer than it should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import QUIET, chromium, microphone
from tests.browser.looking import barriers, until
from tests.browser.platform_server import sign_in

COURSE = "/learn/mi-in-family-safeguarding"
ALOUD = f"{COURSE}/05-simple-reflections/sr-aloud-door"
ANOTHER = f"{COURSE}/06-complex-reflections/cr-aloud-shed"
TYPED = f"{COURSE}/05-simple-reflections/sr-say-phone"
OFFER = "You have a recording from"
LIST = "(await import('/static/kept_sound.js')).list"


@pytest.fixture
def laptop(browser: Browser, tmp_path: Path) -> Callable[[], BrowserContext]:
    """Opens a browser whose storage is still there when it was closed."""

    def open_it() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium(), args=[*QUIET, *microphone(tmp_path)],
            viewport={"width": 320, "height": 800},
        )  # fmt: skip

    return open_it


def record(page: Page, seconds: float = 2.5) -> None:
    """Begin to record, and speak a while."""
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.wait_for_timeout(seconds * 1000)


def record_and_keep(page: Page, seconds: float = 2.5) -> None:
    """The same until some of it is kept, which a busy machine may do late."""
    before = len(kept(page))
    record(page, seconds)
    until(page, lambda: len(kept(page)) > before)


def kept(page: Page) -> list[dict[str, Any]]:
    """What this browser keeps."""
    found: list[dict[str, Any]] = page.evaluate(f"async () => {LIST}()")
    return found


def test_a_recording_outlives_a_closed_browser(laptop: Callable[[], BrowserContext], address: str) -> None:
    context = laptop()
    page = context.new_page()
    sign_in(page, address, "bilal")
    page.goto(address + ALOUD)
    expect(page.get_by_text(OFFER)).to_be_hidden()
    record_and_keep(page, seconds=5.5)
    context.close()  # mid-way, as when the battery gives out

    context = laptop()
    page = context.new_page()
    page.goto(address + ALOUD)
    expect(page.get_by_text("that was not sent")).to_contain_text(OFFER)
    assert page.evaluate("document.querySelector('[data-kept-playback]').src").startswith("blob:")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("#feedback")).to_contain_text("We hear")
    assert kept(page) == []
    page.goto(address + ALOUD)
    expect(page.get_by_role("button", name="Record")).to_be_visible()
    expect(page.get_by_text(OFFER)).to_be_hidden()
    context.close()


def test_it_is_offered_after_a_reload_until_it_is_forgotten(laptop: Callable[[], BrowserContext], address: str) -> None:
    context = laptop()
    page = context.new_page()
    sign_in(page, address, "carys")
    page.goto(address + ALOUD)
    record_and_keep(page)
    page.reload()
    expect(page.get_by_text(OFFER)).to_be_visible()
    record_and_keep(page)  # the offer steps back, and what was recorded before is still there
    expect(page.get_by_text(OFFER)).to_be_hidden()
    assert len(kept(page)) == 2
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Record again").click()
    page.wait_for_timeout(1500)
    until(page, lambda: len(kept(page)) == 2)  # recorded again: only the take before is gone
    page.goto(address + ANOTHER)
    expect(page.get_by_role("button", name="Record")).to_be_visible()
    expect(page.get_by_text(OFFER)).to_be_hidden()
    page.goto(address + ALOUD)
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_text("It is forgotten.")).to_be_visible()
    expect(page.get_by_role("button", name="Record")).to_be_focused()
    assert kept(page) == []
    context.close()


def test_nobody_else_is_offered_it_and_signing_out_removes_it(
    laptop: Callable[[], BrowserContext], address: str
) -> None:
    context = laptop()
    page = context.new_page()
    sign_in(page, address, "dele")
    page.goto(address + TYPED)
    page.get_by_label("What would you say?").fill("A word of Dele's")
    page.goto(address + ALOUD)
    record_and_keep(page)
    context.clear_cookies()  # her sign-in ran out, and somebody else sits down
    sign_in(page, address, "ana")
    page.goto(address + ALOUD)
    expect(page.get_by_role("button", name="Record")).to_be_visible()
    assert len(kept(page)) == 1
    expect(page.get_by_text(OFFER)).to_be_hidden()
    page.goto(address + TYPED)
    expect(page.get_by_label("What would you say?")).to_have_value("")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.wait_for_function(f"async () => !(await {LIST}()).length")
    sign_in(page, address, "dele")
    page.goto(address + TYPED)
    expect(page.get_by_label("What would you say?")).to_have_value("")
    context.close()


def test_a_browser_that_keeps_nothing_still_records(laptop: Callable[[], BrowserContext], address: str) -> None:
    context = laptop()
    context.add_init_script("delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page = context.new_page()
    sign_in(page, address, "carys")
    page.goto(address + ALOUD)
    record(page, seconds=5)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Hear what it says").click()
    expect(page.locator("#feedback")).to_contain_text("We hear")
    context.close()


def test_a_sign_in_that_ran_out_is_told_and_the_recording_kept(
    laptop: Callable[[], BrowserContext], address: str
) -> None:
    context = laptop()
    page = context.new_page()
    sign_in(page, address, "ana")
    page.goto(address + ALOUD)
    record_and_keep(page)
    page.get_by_role("button", name="Stop").click()
    context.clear_cookies()
    page.get_by_role("button", name="Hear what it says").click()
    expect(page.get_by_text("sign in again, come back to this page, and send it")).to_be_visible()
    sign_in(page, address, "ana")
    page.goto(address + ALOUD)
    expect(page.get_by_role("button", name="Send it")).to_be_visible()
    context.close()


def test_pieces_come_back_in_order_up_to_a_gap(visit: Callable[..., Page]) -> None:
    page = visit("/")
    found = page.evaluate("""async () => {
        const { append, chunks, forget, list } = await import("/static/kept_sound.js");
        const piece = (text) => new Blob([text], { type: "audio/webm" });
        const read = async (key) => (await Promise.all((await chunks(key)).map((one) => one.text()))).join("");
        const worked = await Promise.all([append("1/a/", 1, piece("b")), append("1/a/", 0, piece("a")),
            append("1/a/", 3, piece("d")), append("11/a/", 0, piece("x")), append("1/b/", 0, piece("y"))]);
        const told = { worked, a: await read("1/a/"), other: await read("1/b/"), nobody: await chunks("2/"),
            type: (await chunks("1/a/"))[0].type,
            own: (await list("1/")).map((one) => `${one.key} ${one.bytes}`).sort() };
        await forget("1/a/");
        return { ...told, left: (await list()).map((one) => one.key).sort(), after: await read("1/a/") };
    }""")
    assert found == {
        "worked": [True] * 5, "a": "ab", "other": "y", "nobody": [], "type": "audio/webm",
        "own": ["1/a/ 3", "1/b/ 1"], "left": ["1/b/", "11/a/"], "after": "",
    }  # fmt: skip


def test_what_is_older_than_a_day_goes(visit: Callable[..., Page]) -> None:
    page = visit("/")
    found = page.evaluate("""async () => {
        const { append, chunks, list } = await import("/static/kept_sound.js");
        const now = Date.now;
        const at = async (hours, key) => {
            Date.now = () => now() - hours * 3_600_000;
            await append(key, 0, new Blob(["x"]));
            Date.now = now;
        };
        await at(25, "old/");
        await at(23, "young/");
        return [(await list()).map((one) => one.key), (await chunks("old/")).length, (await chunks("young/")).length];
    }""")
    assert found == [["young/"], 0, 1]
