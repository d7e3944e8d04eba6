"""The feedback page as people meet it: heard, searched, by keyboard, on a phone, in the dark, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from tests.browser import platform_server
from tests.browser.looking import LATE, barriers, heeded, until
from tests.browser.test_platform import sign_in
from tests.webapp.practice import made, sampled
from webapp import create_app
from webapp.accounts.tables import Person
from webapp.practice.services import own_view
from webapp.practice.services.own_view import Answers
from webapp.settings import Settings

AUDIO = "document.getElementById('audio')"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The platform with a recording of Ana's, which has real sound and is shared with Tess."""
    data = tmp_path_factory.mktemp("platform")
    with platform_server.running(data, recordings=False) as found:
        app = create_app(Settings.read(data=data))
        with app.extensions["sessions"]() as db:
            people = {person.email.split("@")[0]: person for person in db.scalars(select(Person))}
            recording = sampled.ready(db, people["ana"])
            made.shared(db, recording, people["tess"])
            own_view.keep(db, people["ana"], recording, Answers(well="I waited for him", listened=4))
            for _ in range(2):
                made.ready(db, people["bilal"])
            db.commit()
        app.extensions["engine"].dispose()
        yield found


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """The page, signed in; every test fails on a console error or a request to anywhere else."""
    troubles: list[str] = []
    contexts: list[BrowserContext] = []

    def open_it(path: str = "/recordings/1/feedback", *, who: str = "ana", width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **options)
        contexts.append(context)
        page = heeded(context.new_page(), troubles, scripts=options.get("java_script_enabled", True))
        page.on("request", lambda r: None if r.url.startswith(address) else troubles.append(r.url))
        sign_in(page, address, who)
        page.goto(address + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert troubles == []


def drawn(page: Page) -> None:
    """Bring the chart, which waits for somebody to come near."""
    page.locator("#chart").scroll_into_view_if_needed()
    page.wait_for_selector("#chart .barlayer .point", state="attached")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", ["ana", "tess"])
def test_no_barriers_and_no_sideways_scrolling(visit: Callable[..., Page], scheme: str, who: str) -> None:
    page = visit(who=who, color_scheme=scheme)
    drawn(page)
    page.locator(".said .chip").first.click()
    # axe can only judge colours that are drawn: show what is closed, and all of the transcript.
    page.evaluate("""() => {
        for (const box of document.querySelectorAll('details')) box.open = true;
        for (const turn of document.querySelectorAll('.turn')) turn.style.contentVisibility = 'visible';
    }""")
    assert barriers(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    until(page, "document.documentElement.scrollWidth === 320")  # the chart takes a moment to shrink


@pytest.mark.parametrize(("number", "scheme", "button"), [(2, "light", "Keep it"), (3, "dark", "Skip")])
def test_her_own_view_comes_first(visit: Callable[..., Page], number: int, scheme: str, button: str) -> None:
    page = visit(f"/recordings/{number}/feedback", who="bilal", color_scheme=scheme)
    expect(page.get_by_role("heading", level=1)).to_have_text("First, your own view")
    assert barriers(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.get_by_label("What went well").fill("He talked more than I did")
    page.get_by_label("More listening than telling").check()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="Your view beside it")).to_be_visible()
    expect(page.get_by_text("He talked more than I did")).to_have_count(1 if button == "Keep it" else 0)


def test_a_moment_is_heard_from_its_beginning_to_its_end(visit: Callable[..., Page]) -> None:
    page = visit()
    button = page.get_by_role("button", name="Listen, 1:19 to 1:26")
    button.focus()
    page.keyboard.press("Space")
    until(page, f"{AUDIO}.currentTime > 79 && !{AUDIO}.paused")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.evaluate(f"{AUDIO}.currentTime = 86.0")
    until(page, f"{AUDIO}.paused")
    assert page.evaluate(f"{AUDIO}.currentTime") < 86 + LATE
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_mark_in_the_timeline_is_heard_and_found(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_label("Find words").fill("nothing like it")
    drawn(page)
    page.locator("#chart .scatterlayer .trace .point").first.click(force=True)
    expect(page.locator("#picked a")).to_be_visible()
    line = page.evaluate("document.querySelector('#picked a').hash.slice(1)")
    start = float(page.evaluate(f"document.getElementById('{line}').dataset.from"))
    until(page, f"{AUDIO}.currentTime >= {start}")
    expect(page.locator(f"#{line}")).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("Find words")).to_have_value("")


def test_comments_beside_moments_leave_the_transcript_to_itself(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_text("Comment on this moment").first.click()
    page.get_by_label("Comment at").first.fill("He was calmer here.")
    page.get_by_role("button", name="Comment", exact=True).first.click()
    expect(page.get_by_text("He was calmer here.")).to_be_visible()
    page.get_by_label("Find words").fill("zebra")
    expect(page.get_by_text("No line matches")).to_be_visible()
    expect(page.get_by_text("He was calmer here.")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Your comment is removed.")).to_be_visible()


def test_lines_are_found_by_code_and_by_words(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_label("Show").select_option("CQ")
    expect(page.locator("#shown")).to_have_text("7 of 47 lines")
    assert set(page.locator(".said .line:visible .chip > :first-child").all_text_contents()) == {"■ CQ"}
    page.get_by_label("Find words").fill("MANAGER")
    expect(page.locator(".said .line:visible")).to_have_count(1)
    page.get_by_label("Find words").fill("zebra")
    expect(page.get_by_text("No line matches")).to_be_visible()
    page.locator(".moment a[href^='#t']").first.click()  # a link to a line that the filter hides
    expect(page.locator("#shown")).to_have_text("47 lines")
    page.get_by_label("Show").select_option("unsure")
    assert page.locator(".said .line:visible").count() == page.locator(".said .chip.unsure").count()


def test_a_code_says_what_it_is_and_how_sure(visit: Callable[..., Page]) -> None:
    page = visit()
    chip = page.locator("#t1u0 .chip, #t1u1 .chip").first
    chip.focus()
    expect(chip.locator(".name")).to_be_visible()
    page.keyboard.press("Space")
    expect(chip).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#why")).to_contain_text("The machine is 86% sure of this.")
    expect(page.locator("#why").get_by_role("link", name="What the codes mean")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("#why")).to_have_count(0)
    page.locator(".said .chip", has_text="CQ").first.click()
    page.locator("#why").get_by_role("link", name="Open questions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open questions")


def test_by_keyboard_alone(visit: Callable[..., Page]) -> None:
    page = visit()
    expect(page.get_by_text("next or previous turn")).to_be_visible()
    for key in "jjjk":
        page.keyboard.press(key)
    expect(page.locator(".said .turn").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    start = float(page.locator(".said .turn").nth(1).locator(".line").first.get_attribute("data-from") or "nan")
    until(page, f"{AUDIO}.currentTime >= {start} && !{AUDIO}.paused")
    page.keyboard.press("Space")
    until(page, f"{AUDIO}.paused")
    before = page.evaluate(f"{AUDIO}.currentTime")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{AUDIO}.currentTime") == pytest.approx(before + 5, abs=0.1)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(f"{AUDIO}.currentTime") == pytest.approx(before, abs=0.1)
    page.get_by_label("Find words").press("j")  # in a field a letter is a letter
    expect(page.get_by_label("Find words")).to_have_value("j")
    page.get_by_label("Find words").fill("")
    page.get_by_label("Use these keys").uncheck()
    page.locator(".said .turn").nth(1).focus()
    page.keyboard.press("j")
    expect(page.locator(".said .turn").nth(1)).to_be_focused()


def test_speed_and_the_line_that_is_heard(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_label("Speed").select_option("1.5")
    page.locator("#t2u0 .time").click()
    until(page, f"{AUDIO}.playbackRate === 1.5 && !{AUDIO}.paused")
    expect(page.locator("#t2u0")).to_have_attribute("aria-current", "true")
    until(page, "document.querySelector('.line[aria-current]').id !== 't2u0'")


def test_it_is_read_and_heard_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "ana")
    page.goto(f"{address}/recordings/1/feedback")
    expect(page.locator("audio[controls]")).to_be_visible()
    expect(page.locator(".said .text").first).to_be_visible()
    expect(page.get_by_role("link", name="Listen, 1:19 to 1:26")).to_be_visible()
    expect(page.locator(".scripted:visible")).to_have_count(0)
    page.get_by_text("The timeline as a table").click()
    expect(page.locator("section[aria-labelledby=timeline] table")).to_be_visible()
    context.close()


def test_the_chart_waits_until_somebody_comes_near(visit: Callable[..., Page]) -> None:
    page = visit("/recordings")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Getting up for school", exact=True).wait_for()
    page.goto(page.url + "/1/feedback")
    page.wait_for_load_state("networkidle")
    assert not any("plotly" in one or "/sound" in one for one in asked)
    drawn(page)
    assert any("plotly" in one for one in asked)


def test_the_trainer_never_meets_her_own_view(visit: Callable[..., Page]) -> None:
    page = visit(who="tess")
    expect(page.get_by_text("shared this recording with you")).to_be_visible()
    assert "I waited for him" not in page.content()
