"""Levels in a browser: an administrator makes one, a trainer signs, the practitioner finds it, and it is revoked."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.looking import look_over


def test_made_signed_seen_and_revoked(visit: Callable[..., Page], address: str) -> None:
    office = visit("/levels/new", who="adam")
    office.get_by_label("Name of the level").fill("Practising safely")
    office.get_by_label("What it is for").fill("To see that somebody is ready to go on with less support.")
    for words in (
        "Coached recordings", "A measure of hand coding", "A trainer's rating", "Group supervision attended",
        "Modules with their checks",
    ):  # fmt: skip
        office.get_by_role("button", name=words).click()
    office.get_by_label("Measure").select_option(label="Reflections for each question")
    office.get_by_label("Mark").select_option(label="Fair or better")
    office.get_by_label("Scale").select_option(label="Partnership")
    office.get_by_label("At least").select_option(label="4 of 5")
    office.get_by_label("In how many sessions").fill("2")
    office.get_by_label("Name of the level").press("Enter")  # keeps it, and adds or takes out no rule
    expect(office.get_by_role("heading", level=1)).to_have_text("Levels")
    expect(office.get_by_text("3 coached recordings")).to_be_visible()
    expect(office.get_by_text("Attended group supervision in 2 sessions")).to_be_visible()
    number = re.search(r"/levels/(\d+)/edit", office.content())
    assert number is not None
    look_over(office, f"{address}/levels", f"{address}/levels/{number[1]}/edit")

    trainer = visit("/levels/cohorts/1", who="tess")
    look_over(trainer, f"{address}/levels/cohorts/1")
    trainer.get_by_role("link", name="Practising safely of Ana Learner").click()
    look_over(trainer, trainer.url)
    expect(trainer.get_by_text("Still missing: 2 sessions that a trainer has recorded.")).to_be_visible()
    trainer.get_by_label("Why you sign").fill("I sat in with her twice, and she asked before she offered.")
    for box in trainer.get_by_label("Why this does not apply").all():
        box.fill("She came to us with this from another authority.")
    trainer.get_by_role("button", name="Sign with exceptions").click()
    expect(trainer.get_by_text("Signed. Ana Learner has been told")).to_be_visible()
    signed = trainer.url
    look_over(trainer, signed)

    practitioner = visit("/", who="ana")
    practitioner.get_by_role("link", name="Your levels").click()
    expect(practitioner.get_by_text("You are signed off: signed by Tess Trainer")).to_be_visible()
    certificate = practitioner.get_by_role("link", name="certificate").get_attribute("href")
    look_over(practitioner, practitioner.url, f"{address}{certificate}", f"{address}/levels/rules", signed)

    trainer.get_by_label("Why you revoke it").fill("I signed for the wrong person.")
    trainer.get_by_role("button", name="Revoke it").click()
    expect(trainer.get_by_text("Revoked. Ana Learner has been told.")).to_be_visible()
    practitioner.goto(f"{address}{certificate}")
    expect(practitioner.get_by_text("This certificate is not valid any more.")).to_be_visible()
    expect(practitioner.get_by_text("wrong person")).to_have_count(0)
    look_over(practitioner, f"{address}{certificate}", signed)
