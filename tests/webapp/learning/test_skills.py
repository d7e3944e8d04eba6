"""How each skill stands, as a picture and as a table."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.webapp.learning.test_journey import answer
from tests.webapp.pages import Page, Visitor
from webapp import clock
from webapp.accounts.tables import Person
from webapp.learning import queries
from webapp.learning.content.course import Course
from webapp.learning.services import attempts, skills
from webapp.learning.tables import Attempt

WEDNESDAY = datetime(2027, 6, 16, 12, tzinfo=clock.HERE)
NOW = clock.now


@pytest.fixture(autouse=True)
def _a_wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: WEDNESDAY.date())


def tried(db: Session, someone: Person, course: Course, exercise: str, score: float, at: datetime) -> None:
    """A try at some moment."""
    module, found = course.find(exercise) or pytest.fail(exercise)
    db.add(
        Attempt(
            once=f"{exercise}{at:%Y%m%d%H%M}", person_id=someone.id, course=course.slug, module=module.slug, answer={},
            course_version_id=queries.current_id(db, course.slug), exercise=exercise, at=at, state="done", score=score,
        )
    )  # fmt: skip
    attempts.note_score(db, someone.id, course.slug, found, score)
    db.commit()


def rows(page: Page) -> list[str]:
    """The table, read out."""
    return [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]


def test_before_the_first_exercise_it_says_what_will_be_there(learner: Visitor) -> None:
    page = learner.get("/skills")
    assert "Nothing tried yet." in page.text
    assert page.soup.select("main svg") == []
    assert any(row.startswith("Skill The spirit Tried 0 of 7 First try not yet") for row in rows(page))


def test_the_first_the_last_and_the_best_try(learner: Visitor, db: Session, someone: Person, course: Course) -> None:
    for day, score in enumerate((0.25, 1.0, 0.5)):
        tried(db, someone, course, "choose", score, WEDNESDAY - timedelta(days=day))
    page = learner.get("/skills")
    line = "Tried 1 of 7 First try 25 % Last try 50 % At best 100 %"
    assert any(f"Skill The spirit {line}" in row for row in rows(page))
    picture = page.soup.select_one("svg.way")
    assert picture is not None
    assert picture["aria-label"] == "The spirit: 25 % fitted at the first try, 50 % at the last, 100 % at best"
    assert [(c["class"], c["cx"]) for c in picture.select("circle")] == [(["first"], "25%"), (["now"], "50%")]
    assert picture.select_one("line.best")["x1"] == "100%"  # type: ignore[index]
    assert [t.get_text() for t in picture.select("text")] == ["25 %", "50 %"]
    assert "You have come furthest with the spirit : 25 % fitted" in page.text.replace("\xa0", " ")
    assert "Not tried yet: Simple reflections, Hearing change talk, Planning." in page.text


def test_weeks_begin_on_monday_where_people_are(db: Session, someone: Person, course: Course) -> None:
    """A try at half past midnight on a summer Monday is Sunday still by the clock of the database."""
    monday = datetime(2027, 6, 14, 0, 30, tzinfo=clock.HERE)
    tried(db, someone, course, "choose", 1, monday)
    tried(db, someone, course, "choose-all", 0.5, WEDNESDAY)
    tried(db, someone, course, "choose", 0, monday - timedelta(hours=1))
    tried(db, someone, course, "choose", 1, monday - timedelta(weeks=skills.WEEKS - 1))
    tried(db, someone, course, "choose", 1, monday - timedelta(weeks=skills.WEEKS - 1, hours=1))  # too long ago
    tried(db, someone, course, "order", 1, WEDNESDAY)  # another skill
    weeks = next(s for s in skills.of_course(db, someone, course) if s.slug == "spirit").weeks
    assert len(weeks) == skills.WEEKS
    assert [w.monday.weekday() for w in weeks] == [0] * skills.WEEKS
    assert weeks[-1].monday == monday.date()
    assert {k: (w.tries, w.fitted) for k, w in enumerate(weeks) if w.tries} == {0: (1, 1), 10: (1, 0), 11: (2, 0.75)}


def test_the_table_holds_all_that_the_picture_shows(
    learner: Visitor, db: Session, someone: Person, course: Course
) -> None:
    tried(db, someone, course, "choose", 1, WEDNESDAY)
    tried(db, someone, course, "choose-all", 0.5, WEDNESDAY)
    page = learner.get("/skills")
    said = "From 14 June: 2 tries, 75 % fitted"
    assert [t.get_text() for t in page.soup.select("svg.weeks title")] == [said]
    assert any(row.endswith(f"Week by week {said}") for row in rows(page))
    assert page.soup.select_one("details summary").get_text() == "The same as a table"  # type: ignore[union-attr]


def test_what_has_hardly_moved_is_not_called_a_way(db: Session, someone: Person, course: Course) -> None:
    tried(db, someone, course, "choose", 1, WEDNESDAY)
    tried(db, someone, course, "order", 0.5, WEDNESDAY)
    assert skills.moved_most(skills.of_course(db, someone, course)) is None
    tried(db, someone, course, "order", 1, WEDNESDAY + timedelta(minutes=1))
    found = skills.moved_most(skills.of_course(db, someone, course))
    assert found is not None
    assert found.slug == "planning"
    assert skills.moved_most([]) is None


def test_a_try_on_the_page_counts(learner: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: NOW().astimezone(clock.HERE).date())
    answer(learner, "choose", chosen="1")
    answer(learner, "choose", chosen="0")
    page = learner.get("/skills")
    assert any("First try 0 % Last try 100 % At best 100 %" in row for row in rows(page))
    assert "2 tries, 50 % fitted" in page.text
