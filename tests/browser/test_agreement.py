"""Agreement in a browser: figures that come by themselves, tables by keyboard, a cell's utterances, and the charts."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser import platform_server
from tests.browser.looking import look, unfold, until
from tests.webapp import people
from tests.webapp.agreement import made
from webapp import clock, create_app
from webapp.accounts.tables import Person, Role
from webapp.coaching.services import coaching
from webapp.organisation.tables import Authority
from webapp.practice.tables import Recording
from webapp.settings import Settings

LINES = {
    "OQ": "What would a better morning look like for you?",
    "CQ": "Did he get to school on Monday?",
    "SR": "You were up all night with her.",
    "CR": "Part of you wants him to see that you mean it this time.",
    "GI": "The nursery opens at eight.",
    "AF": "You rang them yourself, though it was hard.",
    "NC": "Right. Let me get my notes.",
    "change": "I don't want the kids to hear us like that again.",
    "sustain": "It's how we've always talked in our house.",
    "neutral": "My mum comes on Thursdays.",
}
TAKEN_FOR = {"SR": "CR", "CR": "SR", "OQ": "CQ", "CQ": "OQ", "GI": "NC", "NC": "GI", "change": "neutral", "AF": "SR"}


def fill(app: Flask) -> None:
    """Eight made-up recordings of seventy lines, coded by two trainers over half a year; both also rated them."""
    draw = random.Random(5)
    with app.app_context(), app.extensions["sessions"]() as db:
        tess = db.scalars(select(Person).where(Person.email == "tess@demo.example")).one()
        owner = db.scalars(select(Person).where(Person.email == "ana@demo.example")).one()
        place = db.get_one(Authority, tess.authority_id)
        bo = people.person(db, place, Role.TRAINER, name="Bo Baker", second_factor=None)
        for number in range(8):
            codes = [draw.choice(sorted(LINES)) for _ in range(70)]
            others = [TAKEN_FOR.get(code, code) if draw.random() < 0.22 else code for code in codes]
            of = made.recording(
                db,
                owner,
                [tess, bo],
                title=f"Made up, {number + 1}",
                held_on=clock.today() - timedelta(days=30 * number),
            )
            on, _ = made.segment(db, of, tess, codes, texts=[LINES[code] for code in codes])
            days_ago = 1 + 25 * (number // 2)
            made.coding(db, of, on, tess, others, days_ago=days_ago)
            second = [TAKEN_FOR.get(code, code) if draw.random() < 0.15 else code for code in codes]
            made.coding(db, of, on, bo, second, days_ago=days_ago)
            _rate(db, of, tess, bo, draw)
        db.commit()


def _rate(db: Session, of: Recording, tess: Person, bo: Person, draw: random.Random) -> None:
    for who in (tess, bo):
        coaching.keep(db, who, of, coaching.Told(noticed="You stayed with her."), {"empathy": draw.choice((2, 3, 4))})
        coaching.send(db, who, of)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A platform of its own, with codings in it."""
    data = tmp_path_factory.mktemp("agreement")
    with platform_server.running(data, recordings=False) as found:
        app = create_app(Settings.read(data=data, public_url=found))
        fill(app)
        app.extensions["engine"].dispose()
        yield found


def ready(page: Page, address: str, path: str) -> None:
    """Go there, and stay until the worker has done its part."""
    page.goto(address + path)
    expect(page.locator("[data-look-again]")).to_have_count(0, timeout=90_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(visit: Callable[..., Page], address: str, scheme: str) -> None:
    page = visit(who="tess", color_scheme=scheme)
    for path in ("/agreement", "/agreement/tables", "/agreement/over-time", "/agreement/utterances?cell=SR+CR"):
        ready(page, address, path)
        unfold(page)
        look(page, path)


def test_the_figures_come_by_themselves_and_lead_to_what_was_said(visit: Callable[..., Page], address: str) -> None:
    page = visit("/agreement", who="tess")
    page.get_by_label("Who with whom").select_option(label="You with the machine (8 segments)")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="You with the machine")).to_be_visible()
    expect(page.get_by_role("heading", name="Code by code")).to_be_visible(timeout=90_000)
    page.get_by_role("link", name="Tables").click()
    page.get_by_role("link", name="SR with CR: ").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Simple reflection with Complex reflection")
    expect(page.get_by_text("Part of you wants him to see").first).to_be_visible()
    expect(page.get_by_role("link", name="hear it from").first).to_be_visible()
    assert page.url.startswith(address)


def test_a_wide_table_scrolls_on_its_own_and_by_keyboard(visit: Callable[..., Page], address: str) -> None:
    page = visit(who="tess", width=320)
    ready(page, address, "/agreement/tables")
    region = page.get_by_role("region", name="The practitioner's codes")
    assert region.evaluate("(box) => box.scrollWidth > box.clientWidth")
    region.focus()
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('.scrolls').scrollLeft > 0")


def test_the_months_are_drawn(visit: Callable[..., Page], address: str) -> None:
    page = visit(who="tess")
    ready(page, address, "/agreement/over-time")
    chart = page.get_by_role("img", name="The practitioner's codes: ").first
    expect(chart).to_have_attribute("data-drawn", "yes")
    expect(chart.locator(".point")).not_to_have_count(0)
    page.get_by_text("The same as a table").first.click()
    expect(page.get_by_role("table", name="The practitioner's codes, month by month").first).to_be_visible()


def test_everything_is_there_as_a_file(visit: Callable[..., Page], address: str) -> None:
    page = visit(who="tess")
    ready(page, address, "/agreement")
    with page.expect_download() as sent:
        page.get_by_role("button", name="Everything for Excel").click()
    assert sent.value.suggested_filename.endswith(".xlsx")
