"""A goal: chosen from the feedback, carried to the next recording, looked at there, in words that claim no more."""

from __future__ import annotations

import tomllib

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Visitor
from tests.webapp.practice import made, over_time
from webapp.audit import AuditEvent
from webapp.errors import NotFound, Refused
from webapp.learning.content.check import check_course
from webapp.learning.content.course import Course, as_loaded
from webapp.practice.services import goals, measured
from webapp.practice.services.measured import Value
from webapp.practice.tables import Goal, Kind
from webapp.settings import ROOT

RATIO = "reflections_to_questions"


def test_what_a_goal_names_is_there() -> None:
    files, faults = check_course(ROOT / "courses" / goals.course())
    assert files is not None, faults
    course = Course(goals.course(), as_loaded(files))
    steps = tomllib.loads((ROOT / "fidelity" / "feedback.toml").read_text(encoding="utf-8"))["next_step"]
    for aim in goals.catalogue().values():
        assert aim.measure in ("", *measured.every()), aim.name
        assert aim.way in ("up", "down"), aim.name
        assert aim.exercises, aim.name
        for name in aim.exercises:
            found = course.find(name)
            assert found is not None, (aim.name, name)
            assert found[0].slug == aim.module, (aim.name, name)
            assert found[1].kind != "reflective_note", (aim.name, name)
            assert found[0].step(name) is not None, "an exercise of the module, not a question of its check"
    assert {aim.step for aim in goals.catalogue().values()} == set(steps), "each next step has goals to choose from"


@pytest.mark.parametrize(("then", "now", "says"), [
    ((0.9, 0.4, 1.6), (1.4, 0.8, 2.1),
     "It looks like more reflections for each question: about 0.9 last time, 1.4 now. "
     "The two ranges overlap, so it may be chance."),
    ((0.2, 0.0, 0.4), (1.6, 1.2, 2.0), "The two ranges do not overlap, so the engine's own doubt hardly explains it."),
    ((1.4, 0.8, 2.1), (0.9, 0.4, 1.6), "It looks like fewer reflections for each question: about 1.4 last time"),
    ((0.91, 0.4, 1.6), (0.92, 0.8, 2.1), "It looks about the same: 0.9 last time, 0.9 now."),
    (None, (0.9, 0.4, 1.6), "It is about 0.9 (0.4 to 1.6) now. There was too little to measure it last time"),
    ((0.9, 0.4, 1.6), None, "There was too little in this one to measure it. Last time it was about 0.9 (0.4 to 1.6)."),
    (None, None, "There was too little in this one to measure it."),
])  # fmt: skip
def test_no_more_is_said_than_the_ranges_allow(then: over_time.Measured, now: over_time.Measured, says: str) -> None:
    values = [Value(*(told or (None, None, None)), n=14) for told in (then, now)]
    told = measured.compared(measured.every()[RATIO], *values)
    assert says in told
    assert "better" not in told
    assert ("chance" in told) == (None not in (then, now) and measured.overlap(*values) and "same" not in told)


def test_touching_ranges_overlap_and_counts_are_told_to_grow_with_length() -> None:
    assert measured.overlap(Value(1.0, 0.5, 1.5, 9), Value(2.0, 1.5, 2.5, 9))
    known = measured.every()["mi_non_adherent"]
    short, long = Value(4.0, 1.0, 8.0, 9, length=120.0), Value(1.0, 0.0, 2.0, 9, length=1200.0)
    assert "a longer conversation has more of everything" in measured.compared(known, short, long)
    alike = Value(1.0, 0.0, 2.0, 9, length=130.0)
    assert "longer conversation" not in measured.compared(known, short, alike)


def test_from_the_feedback_to_the_next_recording(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    first = over_time.recording(db, owner, 20, measures={RATIO: (0.9, 0.4, 1.6)})
    people.signed_in(visitor, owner)
    assert "Your goal" not in visitor.get("/recordings/new").text
    page = visitor.get(f"/recordings/{first.id}/goal")
    assert page.heading == "Your goal"
    fitting = page.soup.select_one("fieldset")
    assert fitting is not None
    assert "These fit what we heard" in fitting.text
    assert {tag["value"] for tag in fitting.select("input")} == {"ask-offer-ask", "ask-leave"}
    page = visitor.send(f"/recordings/{first.id}/goal", {"goal": "two-reflections"})
    assert "“Two reflections before each question” is your goal now" in page.text
    assert page.soup.select_one("input[value=two-reflections][checked]")
    assert "Your goal: Two reflections before each question" in visitor.get("/recordings/new").text
    second = made.begun(db, owner)
    assert "Your goal: Two reflections before each question" in visitor.get(f"/recordings/{second.id}/bring").text
    third = over_time.recording(db, owner, 0, measures={RATIO: (1.4, 0.8, 2.1)})
    page = visitor.get(f"/recordings/{third.id}/goal")
    assert "Your goal was: Two reflections before each question" in page.text
    assert "about 0.9 last time, 1.4 now. The two ranges overlap, so it may be chance." in page.text
    assert "about 0.9 (0.4 to 1.6)" in page.text
    assert "It may move “Reflections for each question” up." in page.text
    assert "What do you make of it?" in page.text
    assert "Your goal was" not in visitor.get(f"/recordings/{first.id}/goal").text, "it was chosen there"


def test_one_goal_at_a_time_and_none(visitor: Visitor, db: Session) -> None:
    owner = people.person(db)
    recording = made.ready(db, owner)
    people.signed_in(visitor, owner)
    visitor.get(f"/recordings/{recording.id}/goal")
    for name in ("ask-leave", "ask-leave", "two-breaths"):
        visitor.send(f"/recordings/{recording.id}/goal", {"goal": name})
    rows = db.scalars(select(Goal).order_by(Goal.id)).all()
    assert [(row.name, row.ended_at is None) for row in rows] == [("ask-leave", False), ("two-breaths", True)]
    assert "You have no goal for now" in visitor.send("/goal/rest").text
    visitor.get(f"/recordings/{recording.id}/goal")
    visitor.send("/goal/rest")
    db.expire_all()
    assert goals.active(db, owner) is None
    events = db.scalars(select(AuditEvent.name).where(AuditEvent.name.startswith("goal."))).all()
    assert events == ["goal.choose", "goal.choose", "goal.rest"]


def test_what_cannot_be_chosen(visitor: Visitor, db: Session) -> None:
    owner, other = people.person(db), people.person(db)
    foreign, waiting = made.ready(db, other), made.waiting(db, owner)
    made.shared(db, foreign, owner)
    mine = made.ready(db, owner)
    people.signed_in(visitor, owner)
    visitor.get(f"/recordings/{mine.id}/goal")
    for name in ("", "nonsense", "<script>"):
        assert "Choose one of the goals" in visitor.send(f"/recordings/{mine.id}/goal", {"goal": name}, status=400).text
    visitor.get(f"/recordings/{foreign.id}/goal", status=404)
    visitor.get(f"/recordings/{waiting.id}/goal", status=404)
    with pytest.raises(NotFound):
        goals.choose(db, owner, foreign, "ask-leave")
    with pytest.raises(NotFound):
        goals.choose(db, owner, waiting, "ask-leave")
    with pytest.raises(Refused):
        goals.choose(db, owner, mine, "ask")
    assert db.scalars(select(Goal)).all() == []


def test_a_goal_about_length_and_one_whose_recording_is_gone(db: Session) -> None:
    owner = people.person(db)
    first = over_time.recording(db, owner, 9)
    first.duration = 150.0
    goals.choose(db, owner, first, "ten-minutes")
    goal = db.scalars(select(Goal)).one()
    goal.chosen_at = first.created_at
    later = over_time.recording(db, owner, 1, kind=Kind.ROLE_PLAY)
    check = goals.check(db, owner, later)
    assert check is not None
    assert check.words == "The one before was 2 minutes long, this one 10 minutes."
    goal.name, goal.recording_id = "two-reflections", None
    check = goals.check(db, owner, later)
    assert check is not None
    assert check.then == "too little to measure"
    assert goals.check(db, people.person(db), later) is None
    goal.name = "no longer in the catalogue"
    assert goals.check(db, owner, later) is None
    assert goals.active(db, owner) is None


def test_withheld_in_the_next_recording(db: Session) -> None:
    owner = people.person(db)
    first = over_time.recording(db, owner, 9, measures={"percent_complex": (0.2, 0.1, 0.3)})
    goals.choose(db, owner, first, "underneath")
    later = over_time.recording(db, owner, 0, measures={"percent_complex": None})
    later.created_at = db.scalars(select(Goal.chosen_at)).one()
    check = goals.check(db, owner, later)
    assert check is not None
    assert (check.then, check.now) == ("about 20% (10% to 30%)", "too little to measure")
    assert check.words.startswith("There was too little in this one to measure it.")
