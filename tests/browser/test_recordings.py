"""Bringing a recording in, as people meet it: recorded with a pause and a reload, sent through a lost connection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests import media
from tests.browser import platform_server
from tests.browser.conftest import QUIET, chromium, microphone
from tests.browser.looking import barriers, heeded, until

SAMPLE = platform_server.ROOT / "data" / "samples" / "skilful" / "skilful.m4a"
PIECE = 4 * 2**20
NO_CONNECTION = "There is no connection just now. What was sent is safe; we go on by ourselves."
STOPPED = "You stopped the work on this recording."
UNDER_WAY = re.compile("Waiting for its turn|Getting ready|Making a compact copy|Writing down what was said")


@pytest.fixture
def speaking(browser: Browser, address: str, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """A signed-in page in a browser with a microphone; every test fails on a console error."""
    troubles: list[str] = []
    opened: list[Browser] = []

    def open_it(who: str, arguments: list[str] | None = None) -> Page:
        own = browser.browser_type.launch(
            executable_path=chromium(), args=[*QUIET, *(arguments or microphone(tmp_path))]
        )
        opened.append(own)
        page = heeded(own.new_page(viewport={"width": 320, "height": 800}, reduced_motion="reduce"), troubles)
        page.on("dialog", lambda dialog: dialog.accept())  # “Leave this page?”
        platform_server.sign_in(page, address, who)
        return page

    yield open_it
    for own in opened:
        own.close()
    assert [t for t in troubles if "ERR_INTERNET_DISCONNECTED" not in t] == []


def begun(page: Page, address: str) -> str:
    """From the form to the page where it is brought in; that page's address."""
    page.goto(f"{address}/recordings/new")
    page.get_by_label("A role-play with a colleague").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Bring in a file")).to_be_visible()
    return page.url


def no_barriers(page: Page) -> None:
    assert barriers(page) == []
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size(size)  # type: ignore[arg-type]


def arrived(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("fetch(location.pathname.replace('bring', 'arrived')).then((a) => a.json())")
    return found


def kept(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate("async () => (await import('/static/kept_sound.js')).list()")
    return found


def seconds(page: Page) -> int:
    """What the clock shows."""
    minutes, left = page.locator("[data-clock]").inner_text().split(":")
    return int(minutes) * 60 + int(left)


def file(megabytes: float, name: str = "talk.wav") -> dict[str, Any]:
    data = np.random.default_rng(1).bytes(round(megabytes * 2**20))
    return {"name": name, "mimeType": "audio/wav", "buffer": data}


def chosen(page: Page, given: dict[str, Any] | Path) -> None:
    page.get_by_label("The file with the recording").set_input_files(given)  # type: ignore[arg-type]


def test_a_role_play_is_recorded_with_a_pause_and_a_reload(speaking: Callable[..., Page], address: str) -> None:
    page = speaking("ana")
    begun(page, address)
    no_barriers(page)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("heading", name="Recording")).to_be_focused()
    until(page, lambda: seconds(page) >= 5)
    until(page, "document.querySelector('[data-level]').value > 0")
    no_barriers(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    expect(page.get_by_text("Safe on the server: the first")).to_be_visible()
    time = seconds(page)
    page.wait_for_timeout(1500)
    assert seconds(page) == time
    page.get_by_role("button", name="Go on", exact=True).click()
    page.wait_for_timeout(3000)
    before = seconds(page)
    page.reload()
    words = page.get_by_text("You have a recording of")
    expect(words).to_be_visible()
    told = int(re.findall(r"of (\d+) seconds", words.inner_text())[0])
    assert before - 2 <= told < before + 10  # until the page has gone, it records
    no_barriers(page)
    page.get_by_role("button", name="Go on recording").click()
    until(page, lambda: seconds(page) >= before + 2)
    page.get_by_role("button", name="Finish and send").click()
    expect(page.get_by_role("heading", name="How far it is")).to_be_visible()
    expect(page.get_by_text(UNDER_WAY)).to_be_visible()
    no_barriers(page)
    assert kept(page) == []
    page.goto(f"{address}/recordings")
    expect(page.get_by_role("table")).to_contain_text("See how far it is")
    no_barriers(page)
    page.get_by_role("link", name="See how far it is").click()
    page.get_by_role("button", name="Stop the work").click()
    expect(page.get_by_text(STOPPED)).to_be_visible()


def test_what_was_recorded_is_kept_without_a_connection_and_sent_when_there_is_one(
    speaking: Callable[..., Page], address: str
) -> None:
    page = speaking("bilal")
    begun(page, address)
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(2500)
    page.context.set_offline(True)
    until(page, "!navigator.onLine")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Finish and send").click()
    expect(page.get_by_text(NO_CONNECTION)).to_be_visible()
    expect(page.get_by_role("heading", name="Sending")).to_be_visible()
    assert len(kept(page)) == 1
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="How far it is")).to_be_visible()
    page.get_by_role("button", name="Stop the work").click()
    expect(page.get_by_text(STOPPED)).to_be_visible()
    no_barriers(page)


def test_what_was_recorded_is_forgotten_when_she_says_so(speaking: Callable[..., Page], address: str) -> None:
    page = speaking("carys")
    begun(page, address)
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Safe on the server: the first")).to_be_visible()
    page.get_by_role("button", name="Forget it and begin anew").click()
    expect(page.get_by_text("It is forgotten.")).to_be_visible()
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()
    assert (arrived(page)["parts"], kept(page)) == ({}, [])


def test_a_microphone_that_hears_nothing_is_told(speaking: Callable[..., Page], address: str, tmp_path: Path) -> None:
    silence = media.write_audio(tmp_path / "silence.wav", np.zeros((1, 48_000), "float32"))
    quiet = [f"--use-file-for-fake-audio-capture={silence}", "--use-fake-device-for-media-stream",
             "--use-fake-ui-for-media-stream"]  # fmt: skip
    page = speaking("dele", quiet)
    begun(page, address)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("Nothing has been heard for a while")).to_be_hidden()
    expect(page.get_by_text("Nothing has been heard for a while")).to_be_visible()


def test_no_microphone_no_dead_end(visit: Callable[..., Page], address: str) -> None:
    page = visit(permissions=[])
    begun(page, address)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("The microphone is not open to this page.")).to_be_visible()
    expect(page.get_by_label("The file with the recording")).to_be_visible()


def test_a_sample_by_the_file_chooser(visit: Callable[..., Page], address: str) -> None:
    page = visit(who="bilal")
    begun(page, address)
    chosen(page, SAMPLE)
    expect(page.get_by_role("heading", name="How far it is")).to_be_visible()
    expect(page.get_by_text(UNDER_WAY)).to_be_visible()
    page.get_by_role("button", name="Stop the work").click()
    expect(page.get_by_role("button", name="Begin again")).to_be_visible()


def test_what_we_cannot_take_is_said_at_once(visit: Callable[..., Page], address: str) -> None:
    page = visit(who="carys", width=320)
    begun(page, address)
    chosen(page, {"name": "talk.mp3", "mimeType": "audio/mpeg", "buffer": b""})
    expect(page.get_by_text("That file is empty.")).to_be_visible()
    chosen(page, {"name": "letter.docx", "mimeType": "application/msword", "buffer": b"Dear"})
    expect(page.get_by_text("That is no file with sound in it.")).to_be_visible()
    no_barriers(page)
    page.evaluate("""async () => {
        const { wrong } = await import("/static/bring_file.js");
        document.title = wrong({ name: "a.mp3", size: 2 ** 30 + 1, type: "" }, 2 ** 30);
    }""")
    expect(page).to_have_title(re.compile("larger than 1 GB"))
    assert arrived(page)["parts"] == {}


def test_a_file_goes_on_where_it_was(speaking: Callable[..., Page], address: str) -> None:
    page = speaking("dele")
    sent: list[str] = []

    def two_and_no_more(route: Route) -> None:
        sent.append(route.request.url[-3:])
        if len(sent) > 2:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.context.route("**/pieces/**", two_and_no_more)
    begun(page, address)
    chosen(page, file(14))
    expect(page.get_by_text(NO_CONNECTION)).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 2 * PIECE / (14 * 2**20))
    no_barriers(page)
    page.reload()
    expect(page.get_by_text("8 MB came in before.")).to_be_visible()
    page.context.unroute_all()
    sent.clear()
    page.on("request", lambda request: sent.append(request.url[-3:]) if "/pieces/" in request.url else None)
    chosen(page, {**file(14), "buffer": b"x" * 14 * 2**20})  # the same name and size, and another file
    expect(page.get_by_text("8 MB of something else came in before.")).to_be_visible()
    no_barriers(page)
    assert sent == []
    chosen(page, file(14, "renamed.wav"))
    expect(page.get_by_role("heading", name="How far it is")).to_be_visible()
    assert sent == ["0/2", "0/3"]


def test_another_file_takes_its_place_when_she_says_so(speaking: Callable[..., Page], address: str) -> None:
    page = speaking("dele")
    page.context.route("**/pieces/0/1", lambda route: route.abort("internetdisconnected"))
    begun(page, address)
    chosen(page, file(6))
    expect(page.get_by_text(NO_CONNECTION)).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The sending has stopped.")).to_be_visible()
    page.context.unroute_all()
    chosen(page, SAMPLE)
    page.get_by_role("button", name="Send this file instead").click()
    expect(page.get_by_role("heading", name="How far it is")).to_be_visible()
    page.get_by_role("button", name="Stop the work").click()
    expect(page.get_by_text(STOPPED)).to_be_visible()


def test_one_page_at_a_time(visit: Callable[..., Page], address: str) -> None:
    page = visit(who="ana")
    here = begun(page, address)
    other = page.context.new_page()
    other.goto(here)
    expect(other.get_by_text("open in another tab or window")).to_be_visible()
    expect(other.get_by_label("The file with the recording")).to_be_hidden()
    page.close()
    other.reload()
    expect(other.get_by_label("The file with the recording")).to_be_visible()
    other.close()


def test_the_form_asks_for_consent_where_it_is_needed(visit: Callable[..., Page]) -> None:
    page = visit("/recordings/new", who="ana", width=320)
    expect(page.get_by_label("Who agreed to the recording?")).to_be_hidden()
    no_barriers(page)
    page.get_by_label("A real conversation, with consent").check()
    expect(page.get_by_label("Who agreed to the recording?")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("A real conversation needs the consent of everybody in it")).to_be_visible()
    no_barriers(page)


def test_everything_without_a_script(visit: Callable[..., Page]) -> None:
    page = visit("/recordings/new", who="carys", java_script_enabled=False)
    page.get_by_label("A role-play with a colleague").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_hidden()
    chosen(page, SAMPLE)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", name="How far it is")).to_be_visible()
    page.get_by_role("link", name="Look again how far it is").click()
    expect(page.get_by_text(UNDER_WAY)).to_be_visible()
    page.get_by_role("button", name="Stop the work").click()
    expect(page.get_by_role("button", name="Begin again")).to_be_visible()
