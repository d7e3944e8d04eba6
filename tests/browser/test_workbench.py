"""Coding by hand in a browser: by keyboard, by pointer, in two tabs, without a connection, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.looking import look, unfold, until
from tests.browser.platform_server import sign_in

KEPT = "Everything is kept."
AUDIO = "document.getElementById('audio')"
_numbers = count()
SHELF = "Object.entries(localStorage).filter(([key]) => key.startsWith('coding:'))"


@pytest.fixture
def bench(visit: Callable[..., Page]) -> Callable[..., Page]:
    """A new coding of a whole conversation, with the focus where coding begins."""

    def begin(**options: Any) -> Page:
        recording = 1 + next(_numbers) % 2  # one has room for a dozen
        page = visit(f"/coding/recordings/{recording}", who="tess", **options)
        page.get_by_role("radio", name="The whole conversation").check()
        page.get_by_role("button", name="Begin").click()
        expect(page.locator("#saved")).to_have_text(KEPT)
        page.locator(".line.here").focus()
        return page

    return begin


def keeping(page: Page, handler: Callable[[Route], None]) -> None:
    """Let the page's requests to keep go to ``handler``: a page loaded before may still send one past it."""
    page.route("**/keep", handler)
    page.reload()
    expect(page.locator("#saved")).to_have_text(KEPT)
    page.locator(".line.here").focus()


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def coded(page: Page, side: str = "practitioner") -> list[str]:
    """The letters of the first lines of a side."""
    return page.locator(f"#lines .{side} .line .chip [aria-hidden]").all_inner_texts()[:6]


def longest(page: Page) -> Locator:
    """The first line of the practitioner's with more than six words."""
    found = [words.split() for words in page.locator("#lines .practitioner .text").all_inner_texts()]
    return line(page, next(at for at, words in enumerate(found) if len(words) > 6))


def line(page: Page, at: int, side: str = "practitioner") -> Locator:
    return page.locator(f"#lines .{side} .line").nth(at)


def test_codes_are_given_by_single_keys_and_kept_one_by_one(bench: Callable[..., Page]) -> None:
    page = bench()
    keys(page, "o", "s", "c")
    assert coded(page)[:4] == ["■ OQ", "● SR", "● CR", "–"]
    expect(line(page, 3)).to_be_focused()
    expect(page.locator("#status")).to_have_text("Complex reflection.")
    expect(page.locator("#saved")).to_have_text(KEPT)
    keys(page, "2", "Home", "c")
    assert coded(page, "client")[0] == "▲ CT"
    page.reload()  # before the last code was kept, or after: it is there either way
    assert coded(page)[:4] == ["■ OQ", "● SR", "● CR", "–"]
    assert coded(page, "client")[0] == "▲ CT"
    expect(page.locator("#saved")).to_have_text(KEPT)
    assert page.evaluate(SHELF) == []


def test_split_join_and_taking_back_by_keyboard(bench: Callable[..., Page]) -> None:
    page = bench()
    long = longest(page)
    place = long.get_attribute("id") or ""
    words = long.locator(".text").inner_text().split()
    long = page.locator(f"#{place}")
    long.focus()
    keys(page, "g")
    long.focus()
    keys(page, "ArrowRight", "ArrowRight")
    expect(page.locator("#status")).to_contain_text(f"Split before “{words[2]}”")
    keys(page, "Enter")
    first, second = page.locator(f"#{place} .text"), page.locator(f"#{place.replace('w0', 'w2')}")
    expect(first).to_have_text(" ".join(words[:2]))
    expect(second).to_be_focused()
    expect(second.locator(".text")).to_have_text(" ".join(words[2:]))
    keys(page, "a")
    second.focus()
    keys(page, "Backspace")
    expect(first).to_have_text(" ".join(words))
    expect(long).to_be_focused()
    keys(page, "Control+z")
    expect(second.locator(".chip .name")).to_have_text("Affirm")
    keys(page, "Control+z", "Control+z")
    expect(second).to_have_count(0)
    keys(page, "Control+y", "Control+Shift+z")
    expect(second.locator(".chip .name")).to_have_text("Affirm")
    expect(page.locator("#saved")).to_have_text(KEPT)
    page.reload()
    expect(first).to_have_text(" ".join(words[:2]))
    expect(second.locator(".chip .name")).to_have_text("Affirm")


def test_no_connection_for_a_while_loses_nothing(bench: Callable[..., Page]) -> None:
    page = bench()
    keys(page, "o")
    expect(page.locator("#saved")).to_have_text(KEPT)
    page.context.set_offline(True)
    until(page, "!navigator.onLine")
    lines = page.locator("#lines .practitioner .line")
    before_split = lines.count()
    keys(page, "s", "c", "ArrowRight", "/")
    expect(lines).to_have_count(before_split + 1)  # what is said of it may give way to “There is no connection”
    keys(page, "a")
    expect(page.locator("#saved")).to_contain_text("Not kept yet: 3 turns")
    kept = page.evaluate(SHELF)
    assert len(kept) == 1
    words = set(line(page, 3).locator(".text").inner_text().split())
    assert not any(len(word) > 4 and word in kept[0][1] for word in words)
    before = coded(page)
    page.wait_for_timeout(3000)
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text(KEPT)
    assert page.evaluate(SHELF) == []
    page.reload()
    assert coded(page) == before


def test_a_page_that_is_loaded_again_without_having_kept_goes_on_where_it_was(bench: Callable[..., Page]) -> None:
    page = bench()
    keeping(page, lambda route: route.abort("internetdisconnected"))
    keys(page, "o", "s")
    expect(page.locator("#saved")).to_contain_text("Not kept yet: 2 turns")
    page.unroute("**/keep")
    page.reload()
    assert coded(page)[:3] == ["■ OQ", "● SR", "–"]
    expect(page.locator("#status")).to_have_text("What this browser had kept is here again.")
    expect(page.locator("#saved")).to_have_text(KEPT)
    assert page.evaluate(SHELF) == []


def test_an_answer_that_gets_lost_is_no_second_tab(bench: Callable[..., Page]) -> None:
    page = bench()
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # it arrives, and nobody hears of it
        route.abort("internetdisconnected")

    keeping(page, lose)
    keys(page, "o")
    expect(page.locator("#saved")).to_contain_text("Not kept yet")
    keys(page, "ArrowUp", "s")
    expect(page.locator("#saved")).to_have_text(KEPT)
    assert lost == [200]
    assert page.locator("#trouble").inner_text() == ""
    page.reload()
    assert coded(page)[:2] == ["● SR", "–"]


def test_two_tabs_are_brought_together_and_what_clashes_is_asked(bench: Callable[..., Page]) -> None:
    page = bench()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".line.here").focus()
    keys(other, "o", "c")
    expect(other.locator("#saved")).to_have_text(KEPT)
    other.close()
    line(page, 2).focus()
    keys(page, "a")
    expect(page.locator("#saved")).to_have_text(KEPT)
    assert coded(page)[:4] == ["■ OQ", "● CR", "★ AF", "–"]

    other = page.context.new_page()
    other.goto(page.url)
    line(other, 0).focus()
    keys(other, "n")
    expect(other.locator("#saved")).to_have_text(KEPT)
    other.close()
    line(page, 0).focus()
    keys(page, "k")
    expect(page.get_by_text("Which is to count?")).to_be_visible()
    page.get_by_role("button", name="What was kept there").click()
    assert coded(page)[0] == "○ NC"
    expect(page.locator("#saved")).to_have_text(KEPT)
    line(page, 0).focus()
    keys(page, "Control+z")
    assert coded(page)[0] == "★ Se"
    expect(page.locator("#saved")).to_have_text(KEPT)


def test_one_that_is_not_open_any_more_says_so_and_another_person_finds_nothing(
    bench: Callable[..., Page], address: str
) -> None:
    page = bench()
    keeping(page, lambda route: route.continue_(url=f"{address}/coding/999999/keep"))  # as one that is gone
    keys(page, "o")
    expect(page.locator("#trouble")).to_contain_text("not open to you any more")
    expect(page.locator("#trouble")).to_contain_text("stays in this browser")
    assert len(page.evaluate(SHELF)) == 1
    page.context.clear_cookies()  # her sign-in runs out, and somebody else sits down
    sign_in(page, address, "ana")
    until(page, f"{SHELF}.length === 0")


def test_by_pointer_on_a_small_screen(bench: Callable[..., Page]) -> None:
    page = bench(width=320)
    target = line(page, 1)
    target.locator(".text").click()
    page.locator("[data-code=OQ]").click()
    expect(target.locator(".chip .name")).to_have_text("Open question")
    long = longest(page)
    long.locator(".text").click()
    long.locator("[data-word]").nth(3).click()
    page.get_by_role("button", name="Split", exact=True).click()
    expect(page.locator("#status")).to_have_text("Split in two.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#status")).to_have_text("Taken back.")
    page.get_by_role("button", name="Next line without a code").click()
    expect(page.locator(".line.here .chip.empty")).to_have_count(1)
    expect(page.locator("#saved")).to_have_text(KEPT)


def test_single_keys_can_be_switched_off_and_count_at_a_line_alone(bench: Callable[..., Page]) -> None:
    page = bench()
    page.get_by_role("button", name="Undo").focus()
    keys(page, "o", "s")
    assert coded(page)[0] == "–"
    page.get_by_text("All keys", exact=True).click()
    page.get_by_label("Use single letters, digits and signs").uncheck()
    page.locator(".line.here").focus()
    keys(page, "o", "2")
    assert coded(page)[0] == "–"
    keys(page, "ArrowDown")
    expect(line(page, 1)).to_be_focused()


def test_the_sound_goes_along(bench: Callable[..., Page]) -> None:
    page = bench()
    keys(page, ",", ",", " ")
    until(page, f"!{AUDIO}.paused && {AUDIO}.currentTime > 1")
    assert page.evaluate(f"{AUDIO}.playbackRate") == 0.8
    expect(page.locator("#lines .line[aria-current]")).to_have_count(1)
    keys(page, " ")
    page.evaluate(f"{AUDIO}.currentTime = 20")
    until(page, f"!{AUDIO}.seeking")
    page.evaluate(f"{AUDIO}.onseeking = () => {{ window.wentTo = {AUDIO}.currentTime; }}")
    keys(page, "r")
    until(page, f"!{AUDIO}.paused")
    until(page, "Math.abs(window.wentTo - 15) <= 0.5")  # what happened to the sound is told a little later
    keys(page, " ", "h")
    expect(page.locator("#lines .line:focus")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(bench: Callable[..., Page], scheme: str) -> None:
    page = bench(color_scheme=scheme)
    keys(page, "o", "p", "ArrowRight")
    look(page, "folded")
    unfold(page)
    look(page, "unfolded")


def test_without_scripts_one_form_does_it(bench: Callable[..., Page], browser: Browser) -> None:
    made = bench()
    context = browser.new_context(java_script_enabled=False, storage_state=made.context.storage_state())
    page = context.new_page()
    page.goto(made.url)
    page.locator("#lines .practitioner select").first.select_option("SR")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("Kept: 1 turn changed.")).to_be_visible()
    expect(page.locator("#lines .practitioner select").first).to_have_value("SR")
    context.close()
