"""The practice plan: at most five small things, for reasons it names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Visitor
from tests.webapp.practice import over_time
from webapp import clock
from webapp.learning.services import courses
from webapp.learning.tables import Standing
from webapp.practice.services import goals, plan
from webapp.settings import ROOT

RATIO, OPEN, COMPLEX = "reflections_to_questions", "percent_open", "percent_complex"
FINE = {RATIO: (1.4, 0.8, 2.1), OPEN: (0.6, 0.4, 0.8), COMPLEX: (0.5, 0.4, 0.6)}


@pytest.fixture
def _course(db: Session) -> Iterator[None]:
    courses.forget()
    courses.load(db, ROOT / "courses" / goals.course())
    db.commit()
    yield
    courses.forget()


def test_without_course_and_recordings(visitor: Visitor, db: Session) -> None:
    people.signed_in(visitor, people.person(db))
    page = visitor.get("/practice-plan")
    assert page.heading == "Your practice plan"
    assert [item.get_text(strip=True) for item in page.soup.select(".plan h2")] == ["Bring in a recording"]
    assert "/practice-plan" in visitor.get("/").links()


@pytest.mark.usefixtures("_course")
def test_a_goal_reviews_and_room_to_grow(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    over_time.recording(db, owner, 90, measures={**FINE, OPEN: (0.1, 0.0, 0.2)})
    latest = over_time.recording(db, owner, 3, measures={**FINE, RATIO: (0.1, 0.0, 0.4), COMPLEX: None})
    goals.choose(db, owner, latest, "ask-offer-ask")
    db.add(
        Standing(
            person_id=owner.id, course=goals.course(), exercise="sr-first-answer", skill="simple-reflections", tries=1,
            first=0, best=0, last=0, last_at=clock.now(), due_on=clock.today() - timedelta(days=1), days=1,
        )
    )  # fmt: skip
    db.commit()
    people.signed_in(visitor, owner)
    page = visitor.get("/practice-plan")
    assert "Your goal: Ask, offer, ask" in page.text
    items = plan.of(db, owner).items
    assert len(items) == plan.MOST
    assert [item.page for item in items] == ["review"] + ["exercise"] * 4
    assert [item.place[2] for item in items[1:]] == [
        "ic-order-settee", "ic-say-thin-feeds", "sr-first-answer", "sr-say-phone",
    ]  # fmt: skip
    assert "Room to grow: reflections for each question, about 0.1 (0.0 to 0.4) in your last recording." in page.text
    assert "weak" not in page.text.lower()
    assert f"/learn/{goals.course()}/05-simple-reflections/sr-say-phone" in page.links()
    for link in [link for link in page.links() if link.startswith("/learn/")]:
        visitor.get(link)
    assert all(item.minutes >= 1 for item in items)


@pytest.mark.usefixtures("_course")
def test_a_range_that_reaches_fair_is_no_reason_and_too_little_is_one(db: Session) -> None:
    owner = people.person(db)
    over_time.recording(db, owner, 3, measures={**FINE, RATIO: (0.6, 0.2, 1.0)})
    assert plan.of(db, owner).items == ()
    over_time.recording(db, owner, 1, measures={**FINE, COMPLEX: None})
    assert [item.why for item in plan.of(db, owner).items[:1]] == [
        "“Reflections that were complex” had too little to measure in your last recording."
    ]


@pytest.mark.usefixtures("_course")
def test_nothing_waits(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    over_time.recording(db, owner, 3, measures=FINE)
    people.signed_in(visitor, owner)
    page = visitor.get("/practice-plan")
    assert "Nothing is waiting" in page.text
    assert "You have no goal for now" in page.text
