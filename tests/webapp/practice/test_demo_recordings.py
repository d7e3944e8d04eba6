"""What the demo shows: three made-up recordings, coaching and a goal, in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Visitor
from webapp import demo, demo_recordings
from webapp.accounts.tables import Person
from webapp.coaching.services import coaching, disputes, queue
from webapp.errors import NotFound
from webapp.learning.services import courses
from webapp.practice.services import goals, recordings, trend
from webapp.settings import ROOT


@pytest.fixture
def ana(db: Session) -> Iterator[Person]:
    courses.forget()
    everybody = demo.seed(db)
    demo.recordings(db, everybody, ROOT / "courses")
    db.commit()
    yield everybody[0]
    courses.forget()


def test_her_trend_can_be_seen_at_once(visitor: Visitor, db: Session, ana: Person) -> None:
    visitor.sign_in(ana.email, demo.PASSWORD)
    page = visitor.get("/recordings/trend")
    assert "across your 3 recordings" in page.text
    found = trend.of(db, ana)
    assert {event.kind for event in found.events} == {"start", "module", "coaching"}
    ratio = next(line for line in found.lines if line.known.name == "reflections_to_questions")
    values = [point.value.value for point in ratio.measured]
    assert len(values) == 3
    assert values == sorted(values)
    assert all(point.title.startswith("Demo: ") for point in ratio.points)
    latest = recordings.find(db, ana, 1).items[0]
    page = visitor.get(f"/recordings/{latest.id}/goal")
    assert "Your goal was: Two reflections before each question" in page.text
    assert "about 0.3 last time" in page.text
    sound = visitor.client.get(f"/recordings/{latest.id}/sound")
    assert len(sound.data) == latest.sound_size
    assert latest.sound_size > 300_000
    assert "2 of 12 modules finished" in visitor.get("/").text


def test_the_trainer_has_what_is_shared(db: Session, ana: Person) -> None:
    latest, coached, first = recordings.find(db, ana, 1).items
    trainer = demo.seed(db)[4]
    assert recordings.visible(db, trainer, coached.id).title == "Demo: Getting up for school"
    with pytest.raises(NotFound):
        recordings.visible(db, trainer, latest.id)
    waits, done = queue.of(db, trainer)
    assert [one.recording for one in waits] == [first]
    assert [one.recording for one in done] == [coached]
    [dispute] = disputes.of(db, first)
    assert (dispute.machine, dispute.asked, dispute.settled) == ("Persuade", "GI", False)
    [received] = coaching.received(db, coached)
    assert len(received.ratings) == 3


def test_a_second_start_and_a_missing_course_change_nothing(db: Session, ana: Person, tmp_path: Path) -> None:
    demo.recordings(db, demo.seed(db), ROOT / "courses")
    assert recordings.find(db, ana, 1).total == 3
    other = people.person(db)
    demo_recordings.seed(db, other, ana, tmp_path / "none")
    assert recordings.find(db, other, 1).total == 3
    assert goals.active(db, other) is not None
