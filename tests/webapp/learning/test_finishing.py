"""What follows from finishing a module or a course, and who is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp.learning import small_course
from tests.webapp.learning.test_journey import do_all_but_the_check, finish, pass_check
from tests.webapp.pages import Visitor
from webapp.accounts.tables import Person
from webapp.learning.content.course import Course
from webapp.learning.services import courses, hearing, progress
from webapp.learning.tables import Certificate, ModuleDone


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = [{"text": "You've been up.", "code": "SR", "belief": 0.9, "sure": True, "why": "Gives back “up”."}]
    monkeypatch.setattr(hearing, "hear_text", lambda *_: heard)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float | None]]:
    """What listeners are told, as it comes."""
    found: list[tuple[str, float | None]] = []
    monkeypatch.setattr(progress, "_listeners", [])
    progress.on_finish(lambda _session, _person, f: found.append((f.module.slug if f.module else "", f.score)))
    return found


def test_who_listens_is_told_once_of_each_thing(learner: Visitor, told: list[tuple[str, float | None]]) -> None:
    finish(learner)
    learner.get("/learn/small/two/second")
    learner.send("/learn/small/two/second/done")
    assert told == [("one", 1.0), ("two", None), ("", None)]


def test_what_a_listener_cannot_keep_is_not_finished(
    db: Session, someone: Person, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(progress, "_listeners", [fail])
    with pytest.raises(RuntimeError):
        progress.done(db, someone, course, course.modules[1], "second.md")
    db.rollback()
    assert db.scalars(select(ModuleDone)).all() == []


def test_the_score_is_that_of_the_check_that_was_passed(learner: Visitor, db: Session) -> None:
    pass_check(learner, wrong=1)
    pass_check(learner, wrong=4)
    do_all_but_the_check(learner)
    assert db.scalars(select(ModuleDone.score)).one() == pytest.approx(0.8)


def test_a_module_without_a_check_has_no_score(learner: Visitor, db: Session) -> None:
    learner.get("/learn/small/two/second")
    learner.send("/learn/small/two/second/done")
    assert db.scalars(select(ModuleDone.score)).one() is None


def test_a_module_that_is_added_later_earns_no_second_certificate(
    learner: Visitor, db: Session, tmp_path: Path, told: list[tuple[str, float | None]]
) -> None:
    finish(learner)
    folder = tmp_path / "small"
    (folder / "three").mkdir()
    (folder / "three" / "module.yml").write_text(small_course.MODULE.format(number=3, steps="  - lesson: third.md"))
    (folder / "three" / "third.md").write_text("# Third lesson\n\nWords.\n")
    (folder / "course.yml").write_text(small_course.COURSE.replace("[one, two]", "[one, two, three]"))
    assert courses.load(db, folder)[1] == []
    db.commit()
    learner.get("/learn/small/three/third")
    learner.send("/learn/small/three/third/done")
    assert len(db.scalars(select(Certificate)).all()) == 1
    assert told[-1] == ("three", None)
