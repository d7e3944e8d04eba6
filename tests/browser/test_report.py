"""The report as people meet it: in a browser, by keyboard, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.looking import LATE, barriers, until


def _time(page: Page) -> float:
    return page.evaluate("document.getElementById('audio').currentTime")


def _playing(page: Page) -> bool:
    return page.evaluate("!document.getElementById('audio').paused")


def _wait_until_ready(page: Page) -> None:
    until(page, "document.getElementById('audio').readyState > 0")


@pytest.mark.parametrize(("audio", "scheme"), [(True, "light"), (True, "dark"), (False, "light")])
def test_no_barriers(open_report: Callable[..., Page], audio: bool, scheme: str) -> None:
    analysis = factories.long_analysis(2) if audio else factories.analysis(times=False)
    page = open_report(analysis, audio=audio, chart=True, color_scheme=scheme)
    # axe can only judge colours that are drawn: show what is closed, and all of the transcript.
    page.evaluate("""() => {
        for (const box of document.querySelectorAll('details')) box.open = true;
        for (const chip of [...document.querySelectorAll('button.chip')].slice(0, 30)) chip.click();
        for (const turn of document.querySelectorAll('.turn')) turn.style.contentVisibility = 'visible';
    }""")
    assert barriers(page) == []


@pytest.mark.parametrize("audio", [True, False])
def test_a_phone_needs_no_sideways_scrolling(open_report: Callable[..., Page], audio: bool) -> None:
    long_word = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
    analysis = factories.with_text(factories.long_analysis(2), 1, 0, long_word)
    page = open_report(analysis, audio=audio, chart=True, width=320)
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_listen_by_keyboard_plays_the_moment_and_stops_at_its_end(open_report: Callable[..., Page]) -> None:
    page = open_report()
    _wait_until_ready(page)
    moment = factories.analysis().feedback.moments[1]
    button = page.get_by_role("button", name="Listen", exact=False).nth(3)
    button.focus()
    page.keyboard.press("Enter")
    until(page, f"document.getElementById('audio').currentTime >= {moment.start}")
    assert _playing(page)
    page.evaluate(f"document.getElementById('audio').currentTime = {moment.end} - 0.3")
    until(page, "document.getElementById('audio').paused")
    assert moment.end <= _time(page) + 0.5 <= moment.end + LATE


def test_tab_reaches_the_skip_link_first_and_it_skips(open_report: Callable[..., Page]) -> None:
    page = open_report()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Listen", exact=False).first).to_be_focused()


def test_why_a_code_was_given_by_keyboard(open_report: Callable[..., Page]) -> None:
    page = open_report()
    chip = page.locator("#t6u1 button.chip")
    expect(chip).to_have_accessible_name("Seek (Seeking collaboration, a suggestion). Why?")
    chip.focus()
    expect(chip.locator(".name")).to_be_visible()
    page.keyboard.press("Escape")
    expect(chip.locator(".name")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(chip).to_have_attribute("aria-expanded", "true")
    why = page.locator("#why-t6u1")
    expect(why).to_contain_text("at the start speaks for this")
    expect(why).to_contain_text("58% sure")
    page.keyboard.press("Enter")
    expect(why).to_be_hidden()


def test_keys_play_and_move_but_leave_typing_alone(open_report: Callable[..., Page]) -> None:
    page = open_report()
    _wait_until_ready(page)
    page.keyboard.press("l")
    until(page, "document.getElementById('audio').currentTime === 5")
    page.keyboard.press("j")
    until(page, "document.getElementById('audio').currentTime === 0")
    page.keyboard.press("Space")
    until(page, "!document.getElementById('audio').paused")
    page.keyboard.press("k")
    until(page, "document.getElementById('audio').paused")
    page.locator("#by-text").type("kjl ")
    assert not _playing(page)
    page.locator("footer summary").first.click()
    page.get_by_label("Use these keys").uncheck()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("k")
    assert not _playing(page)


def test_the_line_that_is_heard_is_marked(open_report: Callable[..., Page]) -> None:
    page = open_report()
    _wait_until_ready(page)
    line = factories.analysis().turns[4].utterances[0]
    page.locator("#t4u0 button.time").click()
    expect(page.locator("#t4u0")).to_have_attribute("aria-current", "true")
    assert line.start - 0.1 <= _time(page) < line.start + LATE
    page.evaluate("document.getElementById('audio').currentTime = 1")
    expect(page.locator("#t0u0")).to_have_attribute("aria-current", "true")
    assert page.locator("[aria-current]").count() == 1


def test_listening_does_not_carry_a_reader_away(open_report: Callable[..., Page]) -> None:
    page = open_report(factories.long_analysis(3))
    _wait_until_ready(page)
    page.get_by_role("button", name="Listen", exact=False).first.click()
    top = page.evaluate("scrollY")
    page.wait_for_selector("[aria-current]", state="attached")
    assert page.evaluate("scrollY") == top
    page.locator("#t10u0").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('audio').currentTime = 75")
    page.wait_for_selector("#t13u0[aria-current]")
    expect(page.locator("#t13u0")).to_be_in_viewport()


def test_a_shape_in_the_timeline_moves_the_player(open_report: Callable[..., Page]) -> None:
    page = open_report(chart=True)
    _wait_until_ready(page)
    _click_shape(page, "CR")
    expect(page.locator("#picked a")).to_have_attribute("href", "#t2u0")
    until(page, "document.getElementById('audio').currentTime >= 9.2")
    assert _time(page) == pytest.approx(9.2, abs=3)


def test_without_sound_a_shape_leads_to_its_line(open_report: Callable[..., Page]) -> None:
    page = open_report(factories.analysis(times=False), audio=False, chart=True)
    _click_shape(page, "CR")
    expect(page.locator("#t2u0")).to_be_in_viewport()


def _click_shape(page: Page, letters: str) -> None:
    trace = page.locator("#chart .trace.scatter", has_text=letters)
    box = trace.locator(".point").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_words_that_look_like_markup_are_shown_as_they_are(open_report: Callable[..., Page]) -> None:
    text = "<b>Quiet</b> <img src=x onerror=alert(1)> &amp; </script>"
    page = open_report(factories.with_text(factories.analysis(), 1, 0, text), chart=True)
    expect(page.locator("#t1u0 .text")).to_have_text(text)
    box = page.locator("#chart .barlayer .point").nth(7).bounding_box()  # the client's first turn
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#chart .hovertext").first).to_contain_text("<b>Quiet</b>")


def test_filter_and_search(open_report: Callable[..., Page]) -> None:
    page = open_report()
    lines = page.locator(".line:visible")
    page.get_by_label("Show").select_option("CQ")
    expect(lines).to_have_count(2)
    expect(page.locator("#shown")).to_have_text("2 of 22 lines")
    page.get_by_label("Find words").fill("SISTER")
    expect(lines).to_have_count(0)
    expect(page.locator("#nothing")).to_be_visible()
    page.get_by_label("Show").select_option("")
    expect(lines).to_have_count(1)
    # A link to a line that the filter hides shows it again.
    page.locator(".moment a").first.click()
    expect(page.locator("#t2u0")).to_be_in_viewport()
    expect(lines).to_have_count(22)


def test_paper_has_the_whole_transcript_and_no_tools(open_report: Callable[..., Page]) -> None:
    page = open_report(color_scheme="dark", chart=True)
    page.get_by_label("Find words").fill("sister")
    page.emulate_media(media="print")
    for tool in (".player", ".filters", "nav", ".listen", "#chart .modebar"):
        expect(page.locator(tool).first).to_be_hidden()
    expect(page.locator(".line:visible")).to_have_count(22)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_everything_is_readable_without_scripts(open_report: Callable[..., Page], browser, tmp_path) -> None:
    open_report()  # writes the report
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    expect(page.get_by_text("Jayden hides under the table").last).to_be_visible()
    for dead in (".player", ".listen", ".filters", "#chart"):
        expect(page.locator(dead).first).to_be_hidden()
    context.close()
