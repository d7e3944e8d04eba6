"""One story: shared, disputed, coached, a goal, a better conversation, signed off; and a recording coded by two.

The first conversation is made up by ``factories``; the second is a sample that the real worker listens to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests import factories
from tests.browser import platform_server
from tests.browser.looking import until
from tests.browser.test_workbench import KEPT
from tests.webapp import people
from tests.webapp.practice import made
from webapp import create_app
from webapp.accounts.tables import Person, Role
from webapp.organisation.tables import Authority, Cohort
from webapp.practice.services.about import About
from webapp.settings import Settings

POLICE, CODED = "After the police came", "The week after"  # her first two recordings
ROUNDS, FEW_ROUNDS = 16, 4  # of the conversation of the factories: the first is long enough for MITI's globals
SAMPLE = platform_server.ROOT / "data" / "samples" / "skilful" / "skilful.m4a"
LEVEL = "Practising with support"
HEARD_MS = 300_000  # the worker's time for a sample of three minutes, on a busy machine


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, sound: Path) -> Iterator[str]:
    """A platform of its own, with two recordings of Ana's and a second trainer."""
    data = tmp_path_factory.mktemp("story")
    with platform_server.running(data, recordings=False) as found:
        app = create_app(Settings.read(data=data, public_url=found))
        with app.extensions["sessions"]() as db:
            ana = db.scalars(select(Person).where(Person.email == "ana@demo.example")).one()
            bo = people.person(
                db, db.get_one(Authority, ana.authority_id), Role.TRAINER, name="Bo Baker", email="bo@demo.example",
                second_factor=None,
            )  # fmt: skip
            bo.password_hash = ana.password_hash
            cohort = db.scalars(select(Cohort)).one()
            cohort.trainers.append(bo)
            for title, rounds in ((POLICE, ROUNDS), (CODED, FEW_ROUNDS)):
                analysis, goal = factories.long_analysis(rounds), About(goal="The children's nights")
                made.ready(db, ana, analysis, sound=sound.read_bytes(), title=title, about=goal)
        app.extensions["engine"].dispose()
        yield found


def test_shared_coached_better_and_signed_off(visit: Callable[..., Page], address: str) -> None:
    level_is_made(visit("/levels/new", who="adam"))
    ana, tess = visit(who="ana"), visit(who="tess")
    disputed(ana, address)
    shared(ana, address, 1)
    reviewed(tess, address)
    settled(tess)
    coached(tess, "You stayed with what she does not want for her children.", rated="3")
    answered_with_a_goal(ana, address)
    better(ana, address)
    shared(ana, address, 3)
    tess.goto(f"{address}/coaching")
    tess.get_by_role("link", name="Role-play").click()
    coached(tess, "You reflected before you asked, again and again.", rated="4")
    signed(tess, ana, address)


def test_coded_by_two_settled_and_compared(visit: Callable[..., Page], address: str) -> None:
    ana, tess, bo = visit(who="ana"), visit(who="tess"), visit(who="bo")
    for trainer in ("Tess", "Bo"):
        shared(ana, address, 2, trainer)
    coded(chosen(tess, address), "oscg")
    tess.goto(f"{address}/coding/recordings/2")
    tess.get_by_label("Who else codes the same part?").select_option(label="Bo Baker")
    tess.get_by_role("button", name="Give it to them").click()
    bo.goto(f"{address}/coding")
    bo.get_by_role("link", name="Code it").click()
    coded(bo, "ossg")  # complex reflections are simple ones to him
    side_by_side(tess, address)
    agreement(tess, address)


def level_is_made(office: Page) -> None:
    """What the service asks for: people's judgement alone."""
    office.get_by_label("Name of the level").fill(LEVEL)
    office.get_by_label("What it is for").fill("To see that somebody is ready to go on with less support.")
    office.get_by_role("button", name="Coached recordings").click()
    office.get_by_label("How many recordings").first.fill("2")
    office.get_by_role("button", name="A trainer's rating").click()
    office.get_by_label("How many recordings").nth(1).fill("1")
    office.get_by_label("Scale").select_option(label="Child focus")
    office.get_by_label("At least").select_option(label="4 of 5")
    office.get_by_role("button", name="Keep the level").click()
    expect(office.get_by_text("2 coached recordings")).to_be_visible()


def disputed(ana: Page, address: str) -> None:
    """She reads the feedback, and sees one code differently."""
    ana.goto(f"{address}/recordings/1/feedback")
    ana.get_by_label("What went well, in your eyes?").fill("I let her finish.")
    ana.get_by_role("button", name="Keep it and see the feedback").click()
    ana.get_by_role("link", name="Put it right").click()
    ana.locator("#turn-4").get_by_role("link", name="Put right turn 5").click()
    ana.get_by_label("Your code").first.select_option(label="Complex reflection")
    ana.get_by_label("Why, if you like").first.fill("I was naming what she wants for them.")
    ana.get_by_role("button", name="Keep this code").first.click()
    expect(ana.locator("#strip")).to_contain_text("1 change")


def shared(ana: Page, address: str, number: int, trainer: str = "Tess") -> None:
    """She opens a recording to a trainer."""
    ana.goto(f"{address}/recordings/{number}/sharing")
    ana.get_by_label(trainer).check()
    ana.get_by_role("button", name="Open it to them").click()
    expect(ana.get_by_role("table")).to_contain_text(trainer)


def reviewed(tess: Page, address: str) -> None:
    """Her trainer finds it in the queue, hears a moment of it and comments there."""
    tess.goto(f"{address}/coaching")
    tess.get_by_role("link", name=POLICE).click()
    expect(tess.get_by_role("heading", level=1)).to_have_text(f"Ana Learner: {POLICE}")
    tess.get_by_role("link", name="Listen and read").click()
    tess.locator("#transcript a.time").first.click()
    until(tess, "document.getElementById('audio').currentTime > 1.5")
    tess.get_by_text("Comment on this moment").first.click()
    tess.get_by_label("Comment at").first.fill("I would have liked to ask more, too.")
    tess.get_by_role("button", name="Comment", exact=True).first.click()
    expect(tess.get_by_text("I would have liked to ask more, too.")).to_be_visible()
    tess.get_by_role("link", name="Coach this recording").click()


def settled(tess: Page) -> None:
    """She sides with Ana on the code."""
    expect(tess.get_by_text("I was naming what she wants for them.")).to_be_visible()
    tess.get_by_label("A word on why, if you like").fill("I hear it too.")
    tess.get_by_role("button", name="Settle it").click()
    expect(tess.get_by_text("Settled. The measures follow.")).to_be_visible()


def coached(tess: Page, noticed: str, *, rated: str) -> None:
    """Words and ratings; she marks it as coached."""
    tess.get_by_label("What I noticed").fill(noticed)
    tess.get_by_label("A question").fill("What helped you to wait there?")
    for scale in ("Cultivating change talk", "Softening sustain talk", "Partnership", "Empathy"):
        tess.get_by_role("group", name=scale).get_by_role("radio").nth(int(rated) - 1).check()
    for scale in ("Purposefulness", "Clarity about concerns", "Child focus"):
        tess.get_by_role("group", name=scale).get_by_role("radio").nth(int(rated) - 1).check()
    tess.get_by_role("button", name="Send it and mark as coached").click()
    expect(tess.get_by_text("Sent. Ana Learner has been told, and can answer.")).to_be_visible()


def answered_with_a_goal(ana: Page, address: str) -> None:
    """She is told, answers and takes one thing along."""
    ana.goto(address)
    ana.get_by_role("link", name="Read it").click()
    expect(ana.get_by_role("heading", name="From your trainer")).to_be_visible()
    ana.get_by_label("Comment about the whole").fill("Her silence helped me to wait.")
    ana.get_by_role("button", name="Comment", exact=True).last.click()
    expect(ana.get_by_text("Her silence helped me to wait.")).to_be_visible()
    ana.get_by_role("link", name="Choose one thing for next time").first.click()
    ana.get_by_role("radio").first.check()
    ana.get_by_role("button", name="Take it with me").click()


def better(ana: Page, address: str) -> None:
    """The next conversation, listened to by the real worker: its goal came along, and the trend goes up."""
    ana.goto(f"{address}/recordings/new")
    ana.get_by_label("A role-play with a colleague").check()
    ana.get_by_role("button", name="Go on").click()
    ana.get_by_label("The file with the recording").set_input_files(SAMPLE)
    ana.get_by_role("link", name="Look at the feedback").click(timeout=HEARD_MS)
    ana.get_by_role("button", name="Skip, and see the feedback").click()
    expect(ana.get_by_role("heading", name="Your goal")).to_be_visible()
    ana.goto(f"{address}/recordings/trend")
    ana.get_by_text("The numbers, and what they mean").first.click()
    told = ana.get_by_role("table", name="Reflections for each question").get_by_role("row").all_inner_texts()
    values = [float(re.findall(r"\d+\.\d+", row)[0]) for row in told[1:]]
    assert values[-1] > values[0]


def signed(tess: Page, ana: Page, address: str) -> None:
    """What the level asks for is there: her trainer signs, and she finds it."""
    tess.goto(f"{address}/levels/cohorts/1")
    tess.get_by_role("link", name=f"{LEVEL} of Ana Learner").click()
    tess.get_by_label("Why you sign").fill("Two conversations heard together, and the second began with her.")
    tess.get_by_role("button", name="Sign", exact=True).click()
    expect(tess.get_by_text("Signed. Ana Learner has been told")).to_be_visible()
    ana.goto(address)
    ana.get_by_role("link", name="Your levels").click()
    expect(ana.get_by_text("You are signed off: signed by Tess Trainer")).to_be_visible()
    ana.get_by_role("link", name="certificate").click()
    expect(ana.get_by_text(LEVEL).first).to_be_visible()


def chosen(tess: Page, address: str) -> Page:
    """Twenty minutes of it, drawn at random, in the workbench."""
    tess.goto(f"{address}/coding/recordings/2")
    tess.get_by_role("button", name="Begin").click()
    return tess


def coded(page: Page, letters: str) -> None:
    """Every line by one key: these letters in turn for the practitioner, neutral for the client."""
    expect(page.locator("#saved")).to_have_text(KEPT)
    page.locator(".line.here").focus()
    for key, side, keys in (("1", "practitioner", letters), ("2", "client", "n")):
        page.keyboard.press(key)  # a pass for each of the two
        page.keyboard.press("Home")
        for number in range(page.locator(f"#lines .{side} .line").count()):
            page.keyboard.press(keys[number % len(keys)])
    expect(page.locator("#lines .chip.empty")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text(KEPT)
    page.get_by_role("button", name="Finish this coding").click()
    expect(page.get_by_role("link", name="What it comes to")).to_be_visible()


def side_by_side(tess: Page, address: str) -> None:
    """Where they differ, one of the two is taken."""
    tess.goto(f"{address}/coding")
    tess.get_by_role("link", name="Lay side by side").click()
    places = tess.get_by_role("radio", name="As Tess Trainer has it")
    assert places.count() > 3
    for place in places.all():
        place.check()
    tess.get_by_role("button", name="Keep, and say it is settled").click()
    expect(tess).to_have_url(re.compile("/result$"))
    expect(tess.get_by_role("heading", level=1)).to_contain_text("agreed")


def agreement(tess: Page, address: str) -> None:
    """What the two took for the same, and where they did not."""
    tess.goto(f"{address}/agreement")
    expect(tess.locator("[data-look-again]")).to_have_count(0, timeout=HEARD_MS)
    expect(tess.get_by_role("heading", name="Code by code")).to_be_visible()
    tess.get_by_role("link", name="Tables").click()
    expect(tess.locator("[data-look-again]")).to_have_count(0, timeout=HEARD_MS)
    tess.get_by_role("link", name="CR with SR: ").or_(tess.get_by_role("link", name="SR with CR: ")).first.click()
    expect(tess.get_by_role("heading", level=1)).to_contain_text("Complex reflection")
