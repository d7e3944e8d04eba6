"""Moments for teaching: offered or asked for, seen as others see them, taken back, gone with the recording."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.mailbox import Mailbox
from tests.webapp.organisation.made import cohort
from tests.webapp.pages import Page, Visitor
from tests.webapp.practice import made
from webapp import jobs
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.errors import NotFound, Refused
from webapp.organisation.tables import Cohort
from webapp.practice.services import deleting, export_parts, masks, teaching, teaching_lines
from webapp.practice.tables import Kind, Recording, TeachingMoment


class Story:
    """A practitioner with a recording, her cohort's trainer, and both at a browser."""

    def __init__(self, app: Flask, db: Session, **more: Any) -> None:
        self.db = db
        self.place = people.authority(db)
        self.owner: Person = people.person(db, self.place, name="Ana Leanne")
        self.trainer: Person = people.person(db, self.place, Role.TRAINER, name="Tess Trainer")
        self.cohort: Cohort = cohort(db, self.place, "First", members=[self.owner], trainers=[self.trainer])
        self.recording: Recording = made.ready(db, self.owner, **more)
        made.looked_for_names(db, self.recording, "Jayden")
        self.ana = people.signed_in(Visitor(app.test_client()), self.owner)
        self.tess = people.signed_in(Visitor(app.test_client()), self.trainer)
        self.address = f"/recordings/{self.recording.id}/teaching"

    def offer(self, *, status: int = 200, **more: str) -> Page:
        told = {"first": "4", "last": "6", "skill": "reflecting", "shows": "went_well", "read": "yes", "do": "offer"}
        self.ana.get(f"{self.address}/new?turn=4")
        return self.ana.send(f"{self.address}/new", {**told, **more}, status=status)

    def moments(self) -> list[TeachingMoment]:
        self.db.expire_all()
        return list(self.db.scalars(select(TeachingMoment).order_by(TeachingMoment.id)))

    def open(self) -> list[teaching.Open]:
        self.db.expire_all()
        return teaching.open_to(self.db, self.trainer)


@pytest.fixture
def story(app: Flask, db: Session) -> Story:
    return Story(app, db)


def test_she_offers_what_she_has_seen(story: Story) -> None:
    page = story.ana.get(f"{story.address}/new")
    assert "Choose the line it is about." in page.text
    page = story.ana.get(f"{story.address}/new?turn=5")
    assert "Exactly this is what others would see" in page.text
    assert "Jayden" not in page.text
    assert "[…] hides under the table when the door goes." in page.text
    assert page.soup.select_one("#consented") is None  # a role-play needs no consent
    page = story.offer()
    assert page.heading == "Moments for teaching"
    assert "Your trainers can use this moment now." in page.text
    (seen,) = story.open()
    assert [line.speaker for line in seen.lines] == ["practitioner", "client", "practitioner"]
    assert "Jayden" not in repr(seen)
    assert story.recording.title not in repr(seen)
    kept = story.moments()[0].words
    assert kept is not None
    assert b"hides under" not in kept
    event = story.db.scalars(select(AuditEvent).where(AuditEvent.name == "teaching.offered")).one()
    assert (event.subject_id, event.about) == (story.recording.id, {"moment": seen.id})


def test_her_own_name_is_covered_too(story: Story) -> None:
    lines = teaching_lines.stretch(story.db, story.recording, 0, 1).lines
    assert lines[0].text.startswith("Hello […], thanks")


def test_a_name_she_refused_to_cover_stays(story: Story) -> None:
    masks.choose(story.db, story.owner, story.recording, chosen=[])
    assert "Jayden" in teaching_lines.stretch(story.db, story.recording, 5, 5).lines[0].text


def test_she_covers_more_and_looks_again(story: Story) -> None:
    page = story.offer(do="look", more="the table", read="")
    assert "hides under […] […] when the door goes" in page.text
    assert story.moments() == []
    page = story.offer(more="a word that is not there", status=400)
    assert "We did not find “a word that is not there”" in page.text
    assert page.soup.select_one("#more").get_text().strip() == "a word that is not there"
    story.offer(more="the table")
    assert "the table" not in repr(story.open())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"read": ""}, "Please read every line"),
        ({"skill": ""}, "Say which skill"),
        ({"skill": "nonsense"}, "Say which skill"),
        ({"shows": ""}, "whether it went well"),
        ({"first": "0", "last": "9"}, "8 turns at most"),
    ],
)
def test_what_is_left_to_say(story: Story, more: dict[str, str], words: str) -> None:
    page = story.offer(**more, status=400)
    assert words in page.text
    assert story.moments() == []


def test_a_long_stretch_is_no_moment(app: Flask, db: Session) -> None:
    from tests import factories

    story = Story(app, db, analysis=factories.long_analysis(2))
    with pytest.raises(Refused, match="about a minute"):
        teaching_lines.stretch(db, story.recording, 0, teaching_lines.MOST_TURNS)
    with pytest.raises(NotFound):
        teaching_lines.stretch(db, story.recording, 3, 400)


def test_a_real_conversation_needs_consent_for_teaching(app: Flask, db: Session) -> None:
    story = Story(app, db, kind=Kind.REAL, about=made.REAL, consented=True)
    page = story.offer(status=400)
    assert "Those who were recorded agreed to practice. Tick that they agreed to teaching too" in page.text
    assert page.soup.select_one("#consented") is not None
    story.offer(consented="yes")
    assert story.moments()[0].consented


def test_names_are_looked_for_before_anything_is_offered(app: Flask, db: Session) -> None:
    story = Story(app, db)
    fresh = made.ready(db, story.owner)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "send", lambda *_: None)
        page = story.ana.get(f"/recordings/{fresh.id}/teaching/new")
    assert "Names are looked for first" in page.text
    page = story.ana.send(
        f"/recordings/{fresh.id}/teaching/new",
        {"first": "4", "last": "6", "skill": "reflecting", "shows": "went_well", "read": "yes", "do": "offer"},
        status=400,
    )
    assert "names are looked for once more" in page.text
    assert story.moments() == []


def test_who_is_in_no_cohort_can_offer_it_to_nobody(app: Flask, db: Session) -> None:
    story = Story(app, db)
    story.cohort.members = []
    db.commit()
    assert "there is nobody who could use a moment" in story.ana.get(story.address).text
    assert "nobody who could use it" in story.offer(status=400).text


def test_a_trainer_asks_and_hears_an_answer(story: Story, mailbox: Mailbox) -> None:
    story.tess.get(f"{story.address}/new", status=404)  # not open to her
    made.shared(story.db, story.recording, story.trainer)
    page = story.tess.get(f"{story.address}/new?first=4&last=6")
    assert page.heading == "“May I use this for teaching?”"
    assert "Jayden" not in page.text
    page = story.tess.send(f"{story.address}/new", {"first": "4", "last": "6", "do": "ask"})
    assert "You have asked." in page.text
    assert story.open() == []
    letter = mailbox.letters()[-1]
    assert "asks for a moment for teaching" in letter["Subject"]
    assert "hides under" not in letter.get_content()
    assert story.recording.title not in letter.get_content()
    story.tess.get(f"{story.address}/new?first=4&last=6")
    page = story.tess.send(f"{story.address}/new", {"first": "5", "last": "6", "do": "ask"}, status=400)
    assert "asked for already" in page.text
    assert "Tess Trainer asks whether a moment of" in story.ana.get("/recordings").text
    page = story.ana.get(story.address)
    assert "Tess Trainer asked on" in page.text
    number = story.moments()[0].id
    story.offer(moment=str(number))
    assert [one.id for one in story.open()] == [number]
    assert "An answer about a moment for teaching" in mailbox.letters()[-1]["Subject"]
    assert "Asked for a moment" in story.ana.get(f"/recordings/{story.recording.id}/opened").text
    assert "You have answered this already." in story.offer(moment=str(number), status=400).text


def test_she_says_no(story: Story) -> None:
    made.shared(story.db, story.recording, story.trainer)
    story.tess.get(f"{story.address}/new?turn=4")
    story.tess.send(f"{story.address}/new", {"first": "4", "last": "6", "do": "ask"})
    number = story.moments()[0].id
    story.ana.get(story.address)
    page = story.ana.send(f"{story.address}/{number}/refuse")
    assert "It stays yours." in page.text
    assert story.moments()[0].state == "refused"
    assert story.open() == []
    story.ana.send(f"{story.address}/{number}/refuse", status=404)


def test_taken_back_at_once_and_nothing_of_it_kept(story: Story) -> None:
    story.offer()
    number = story.moments()[0].id
    story.ana.get(story.address)
    story.ana.send(f"{story.address}/{number}/withdraw")
    (moment,) = story.moments()
    assert (moment.state, moment.words) == ("withdrawn", None)
    assert story.open() == []
    story.ana.send(f"{story.address}/{number}/withdraw", status=404)


def test_only_trainers_of_her_cohorts(story: Story) -> None:
    story.offer()
    db = story.db
    other = people.person(db, story.place, Role.TRAINER)
    cohort(db, story.place, "Second", members=[], trainers=[other])
    away = people.person(db, role=Role.TRAINER)
    cohort(db, db.get_one(type(story.place), away.authority_id), "Third", members=[story.owner], trainers=[away])
    office = people.person(db, story.place, Role.ADMINISTRATOR)
    for person in (other, away, office):
        assert teaching.open_to(db, person) == []
    story.trainer.role = Role.PRACTITIONER
    assert teaching.open_to(db, story.trainer) == []


def test_a_trainer_of_another_cohort_cannot_ask(story: Story) -> None:
    other = people.person(story.db, story.place, Role.TRAINER)
    made.shared(story.db, story.recording, other)
    with pytest.raises(Refused, match="own cohorts"):
        teaching.ask(story.db, other, story.recording, teaching_lines.stretch(story.db, story.recording, 4, 6))


def test_names_that_are_covered_later_are_covered_there(story: Story) -> None:
    story.offer()
    assert "breaks my heart" in repr(story.open())
    teaching.cover(story.db, story.recording, ["heart"])
    story.db.commit()
    assert "breaks my […]" in repr(story.open())


def test_gone_with_the_recording(story: Story) -> None:
    story.offer()
    deleting.by_owner(story.db, story.owner, story.recording)
    story.db.commit()
    assert story.moments() == []


def test_it_is_in_the_export(story: Story) -> None:
    story.offer()
    told = export_parts.OF_RECORDING["teaching.json"](story.db, story.recording)
    assert "hides under the table" in told
    assert "went well" in told
