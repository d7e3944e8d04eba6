"""From the first lesson to the certificate, and everything on the way, as a browser sees it."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.learning import small_course
from tests.webapp.pages import Page, Visitor, counted
from webapp import clock
from webapp.accounts.tables import Person
from webapp.audit import AuditEvent
from webapp.learning import queries
from webapp.learning.content.course import Course
from webapp.learning.services import attempts, hearing
from webapp.learning.tables import Attempt, Certificate, Note, Standing

ONE = "/learn/small/one"
HEARD = [{"text": "You've been up.", "code": "SR", "belief": 0.9, "sure": True, "why": "Gives back “up”."}]


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine hears a simple reflection, whatever is said; test_hearing.py asks the real one."""
    monkeypatch.setattr(hearing, "hear_text", lambda *_: HEARD)


def answer(learner: Visitor, exercise: str, *, status: int = 200, **sent: object) -> Page:
    """Open an exercise and send an answer."""
    page = learner.get(f"{ONE}/{exercise}")
    once = page.soup.select_one("input[name=once]")
    return learner.send(f"{ONE}/{exercise}/answer", {"once": once["value"] if once else "", **sent}, status=status)


def pass_check(learner: Visitor, *, wrong: int = 0) -> Page:
    """Go through the check with so many wrong answers."""
    learner.get(f"{ONE}/check")
    page = learner.send(f"{ONE}/check")
    for n in range(5):
        assert f"Question {n + 1} of 5" in page.text
        page = learner.send(f"{ONE}/check/question", {"question": f"q{n}", "chosen": "1" if n < wrong else "0"})
    return page


def do_all_but_the_check(learner: Visitor) -> None:
    """All there is to do in the first module before its check."""
    for step in ("first", "talk"):
        learner.get(f"{ONE}/{step}")
        learner.send(f"{ONE}/{step}/done")
    for name, sent in {
        "choose": {"chosen": "0"}, "choose-all": {"chosen": ["0", "1"]}, "order": {"place": ["0", "1", "2"]},
        "match": {"pick": ["0", "1", "2"]}, "code": {"code": "SR"}, "spot": {"marked": "3"},
        "say": {"text": "You've been up."}, "aloud": {"text": "Up since four."}, "note": {"text": "Mine"},
    }.items():  # fmt: skip
        answer(learner, name, **sent)


def finish(learner: Visitor) -> None:
    """All of both modules."""
    do_all_but_the_check(learner)
    pass_check(learner)
    learner.get("/learn/small/two/second")
    learner.send("/learn/small/two/second/done")


def test_home_says_what_is_next_and_how_long_it_takes(learner: Visitor) -> None:
    page = learner.get("/")
    assert page.heading == "Hello Robin"
    assert "Next for you" in page.text
    assert f"{ONE}/first" in page.links()
    assert re.search(r"about 1 minute, \d+ minutes for the rest", page.text)
    learner.get(f"{ONE}/first")
    learner.send(f"{ONE}/first/done")
    page = learner.get("/")
    assert "Where you left off" in page.text
    assert f"{ONE}/talk" in page.links()


def test_a_lesson_is_shown_safely_and_leads_on(learner: Visitor) -> None:
    page = learner.get(f"{ONE}/first")
    assert page.soup.select_one(".lesson strong")
    assert [li["class"] for li in page.soup.select(".lesson .talk li")] == [["client"], ["practitioner"]]
    assert learner.send(f"{ONE}/first/done").heading == "A short talk"
    page = learner.get("/learn/small/two/second")
    assert "<script>alert(1)</script>" in page.text


def test_a_conversation_shows_codes_and_notes(learner: Visitor) -> None:
    page = learner.get(f"{ONE}/talk")
    assert "A note 2." in page.text
    assert len(page.soup.select(".talk .client")) == 4
    assert page.soup.select_one("a.chip[href='/codes#OQ']")


def test_every_kind_of_exercise_answers_back(learner: Visitor, db: Session) -> None:
    assert "Look at the first word." in answer(learner, "choose", chosen="1").text
    assert "There is one more that fits." in answer(learner, "choose-all", chosen="0").text
    assert "order" in answer(learner, "order", place=["2", "0", "1"]).text
    assert "together" in answer(learner, "match", pick=["0", "1", "2"]).text
    assert "Given back." in answer(learner, "code", code="SR").text
    assert "You found 1 of 1 lines" in answer(learner, "spot", marked="3").text
    page = answer(learner, "say", text="You've been up.")
    assert "We hear simple reflection" in page.text
    assert "It's been a long night." in page.text
    assert db.scalar(select(Attempt.state).where(Attempt.exercise == "say")) == "done"


def test_what_is_refused_is_said_and_nothing_chosen_is_lost(learner: Visitor, db: Session) -> None:
    page = answer(learner, "order", place=["0", "0", "1"], status=422)
    assert "Give each step a place of its own." in page.text
    assert [o["value"] for o in page.soup.select("option[selected]")] == ["0", "0", "1"]
    page = answer(learner, "say", text="word " * 200, status=422)
    assert "Keep it under 600" in page.text
    assert db.scalars(select(Attempt)).all() == []


def test_a_form_sent_twice_is_one_try(learner: Visitor, db: Session) -> None:
    page = learner.get(f"{ONE}/choose")
    sent = {"once": page.soup.select_one("input[name=once]")["value"], "chosen": "1"}  # type: ignore[index]
    first = learner.send(f"{ONE}/choose/answer", sent)
    learner.get(f"{ONE}/choose")
    again = learner.send(f"{ONE}/choose/answer", {**sent, "chosen": "0"})
    assert first.response.request.full_path == again.response.request.full_path
    assert len(db.scalars(select(Attempt)).all()) == 1


def test_the_best_and_the_first_try_are_kept(learner: Visitor, db: Session) -> None:
    answer(learner, "choose", chosen="1")
    answer(learner, "choose", chosen="0")
    page = answer(learner, "choose", chosen="1")
    assert "3 tries so far, the best 100 %" in page.text
    standing = db.scalar(select(Standing))
    assert standing is not None
    assert (standing.first, standing.best, standing.last, standing.tries) == (0, 1, 0, 3)


def test_a_note_is_its_writers_alone(learner: Visitor, db: Session, app: Flask) -> None:
    page = answer(learner, "note", text="  The <b>door</b> at four.  ")
    assert "Only you can open it." in page.text
    assert page.soup.select_one("textarea").get_text() == "The <b>door</b> at four."  # type: ignore[union-attr]
    assert b"door" not in db.scalars(select(Note)).one().text
    other = people.signed_in(Visitor(app.test_client()), people.person(db))
    assert "door" not in other.get(f"{ONE}/note").text
    answer(learner, "note", text="")
    assert db.scalars(select(Note)).all() == []


def test_a_check_keeps_each_answer_and_can_be_left(learner: Visitor) -> None:
    learner.get(f"{ONE}/check")
    learner.send(f"{ONE}/check")
    learner.send(f"{ONE}/check/question", {"question": "q0", "chosen": "0"})
    assert "Go on with the check" in learner.get(f"{ONE}/check").text
    page = learner.send(f"{ONE}/check")
    assert "Question 2 of 5" in page.text
    page = learner.send(f"{ONE}/check/question", {"question": "q1"}, status=422)
    assert "Choose an answer first." in page.text
    learner.send(f"{ONE}/check/question", {"question": "q9", "chosen": "0"}, status=404)


def test_a_check_is_passed_at_its_mark(learner: Visitor) -> None:
    page = pass_check(learner, wrong=2)
    assert "60 %" in page.text
    assert "80 % is the mark" in page.text
    page = pass_check(learner, wrong=1)
    assert "Passed: 80 %" in page.text
    learner.send(f"{ONE}/check/question", {"question": "q0", "chosen": "0"}, status=404)


def test_to_the_certificate(learner: Visitor, db: Session, someone: Person, app: Flask) -> None:
    finish(learner)
    page = learner.get("/")
    certificate = db.scalars(select(Certificate)).one()
    assert f"/certificates/{certificate.code}" in page.links()
    assert re.fullmatch(r"(\w{4}-){2}\w{4}", certificate.code)
    names = db.scalars(select(AuditEvent.name).where(AuditEvent.actor_id == someone.id)).all()
    assert names.count("module.finish") == 2
    assert names.count("certificate.issue") == 1
    pdf = learner.client.get(f"/certificates/{certificate.code}/pdf")
    assert pdf.data.startswith(b"%PDF")
    anyone = Visitor(app.test_client())
    page = anyone.get(f"/certificates/{certificate.code.lower().replace('-', ' ')}")
    assert "Robin Reed" in page.text
    assert someone.email not in page.response.text
    assert anyone.get(f"/certificates/{certificate.code}/pdf").heading == "Sign in"
    other = people.signed_in(Visitor(app.test_client()), people.person(db))
    other.get(f"/certificates/{certificate.code}/pdf", status=404)
    anyone.get("/certificates/AAAA-BBBB-CCCC", status=404)


def test_what_was_missed_comes_up_again(learner: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(learner, "choose", chosen="1")
    answer(learner, "choose", chosen="0")
    assert "Nothing is due today" in learner.get("/review").text
    day = clock.today()
    for interval, longer in zip(attempts.INTERVALS, (*attempts.INTERVALS[1:], None), strict=True):
        day += timedelta(days=interval)
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        assert "Comes up again" in learner.get("/").text
        page = learner.get("/review/small/choose")
        once = page.soup.select_one("input[name=once]")
        learner.send("/review/small/choose", {"once": once["value"], "chosen": "0"})  # type: ignore[index]
        db.expire_all()
        standing = db.scalars(select(Standing)).one()
        assert standing.due_on == (None if longer is None else day + timedelta(days=longer))


def test_an_old_try_stays_true_to_the_course_as_it_was(learner: Visitor, db: Session, tmp_path: Path) -> None:
    page = answer(learner, "choose", chosen="1")
    address = page.response.request.full_path
    small_course.load(db, tmp_path, version="1.1", prompt="Which one of them?")
    path = tmp_path / "small" / "one" / "exercises.yml"
    path.write_text(path.read_text("utf-8").replace("Look at the first word.", "Something else."), "utf-8")
    small_course.courses.load(db, tmp_path / "small")
    db.commit()
    page = learner.get(address)
    assert "Look at the first word." in page.text
    assert "Something else." in answer(learner, "choose", chosen="1").text


@pytest.mark.parametrize(
    "path",
    ["/learn/gone", "/learn/small/gone", f"{ONE}/gone", "/learn/small/two/check", "/learn/small/two/check/question",
     "/review/small/gone", "/review/small/note", "/learn/tries/999999", f"{ONE}/choose?try=999999"],
)  # fmt: skip
def test_what_is_not_there(learner: Visitor, path: str) -> None:
    learner.get(path, status=404)


def test_nobody_sees_another_persons_try(learner: Visitor, db: Session, app: Flask) -> None:
    answer(learner, "choose", chosen="1")
    number = db.scalars(select(Attempt.id)).one()
    other = people.signed_in(Visitor(app.test_client()), people.person(db))
    other.get(f"/learn/tries/{number}", status=404)
    other.get(f"{ONE}/choose?try={number}", status=404)


def test_queries_do_not_grow(learner: Visitor, db: Session, engine: Engine, someone: Person, course: Course) -> None:
    pages = ("/", "/learn/small", ONE, "/skills", "/review", f"{ONE}/choose")
    few = {}
    for page in pages:
        with counted(engine) as sent:
            learner.get(page)
        few[page] = len(sent)
    version = queries.current_id(db, course.slug)
    for name in small_course.ALL[:-1]:
        for _ in range(3):
            db.add(
                Attempt(
                    once=f"{name} {_}", person_id=someone.id, course_version_id=version, course=course.slug,
                    module="one", exercise=name, at=clock.now(), answer={}, state="done", score=0.0,
                )
            )  # fmt: skip
            attempts.note_score(db, someone.id, course.slug, course.modules[0].exercises[name], 0.0)
    db.commit()
    for page in pages:
        with counted(engine) as sent:
            learner.get(page)
        assert len(sent) <= few[page], page
        assert len(sent) <= 10, page


def test_a_spoken_answer_is_kept_encrypted_until_it_is_heard(
    learner: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    folder = app.extensions["settings"].data / "kept/spoken"

    def words_in(sound: bytes) -> str:
        kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        assert sound == b"RIFF of a voice"
        assert len(kept) == 1
        assert sound not in kept[0]
        return "You've been up."

    monkeypatch.setattr(hearing, "words_in", words_in)
    page = speak(learner, b"RIFF of a voice")
    assert "We hear simple reflection" in page.text
    assert not folder.exists()
    assert db.scalars(select(Attempt.answer)).one() == {"spoken": True, "text": "You've been up."}


@pytest.mark.parametrize(
    ("sound", "words", "says"),
    [(b"x", "", "nobody speak"), (b"x", None, "could not be played"), (b"", "Hello", "came through empty")],
)
def test_a_recording_nothing_can_be_heard_in(
    learner: Visitor, monkeypatch: pytest.MonkeyPatch, sound: bytes, words: str | None, says: str
) -> None:
    def words_in(_sound: bytes) -> str:
        if words is None:
            raise hearing.CannotListen
        return words

    monkeypatch.setattr(hearing, "words_in", words_in)
    assert says in speak(learner, sound, status=200 if sound else 422).text


def speak(learner: Visitor, sound: bytes, *, status: int = 200) -> Page:
    """Send a recording as an answer."""
    page = learner.get(f"{ONE}/aloud")
    once = page.soup.select_one("input[name=once]")
    sent = {"once": once["value"] if once else "", "sound": (BytesIO(sound), "answer")}
    return learner.send(f"{ONE}/aloud/answer", sent, status=status, content_type="multipart/form-data")
