"""What counts towards a rule, and what of it a trainer sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from tests.webapp.learning import small_course
from tests.webapp.levels import made
from tests.webapp.levels.made import MODULES, ready, standing
from tests.webapp.practice import made as recordings
from webapp import clock
from webapp.accounts.tables import Person
from webapp.coaching.services import coaching
from webapp.coaching.services.coaching import Told
from webapp.coding.tables import Kind
from webapp.learning.services import courses
from webapp.learning.tables import ModuleDone
from webapp.practice.services import deleting


def test_coached_recordings_count_within_the_time(db: Session, place: tuple[Person, Person, Person]) -> None:
    owner, trainer, _ = place
    rule = replace(made.COACHED, n=2, months=6)
    found = standing(db, owner, owner, rule)
    assert (found.found, found.missing) == (0, "2 recordings that a trainer has coached.")
    for days_ago in (5, 400):
        recording = ready(db, owner, days_ago)
        recordings.shared(db, recording, trainer)
        made.coached(db, recording, trainer)
    found = standing(db, owner, owner, rule)
    assert (found.found, found.met, found.missing) == (1, False, "1 more recording that a trainer has coached.")
    assert standing(db, owner, owner, replace(rule, months=0)).met


def test_what_is_not_finished_or_her_own_coding_does_not_count(
    db: Session, place: tuple[Person, Person, Person]
) -> None:
    owner, trainer, _ = place
    recording = ready(db, owner)
    made.coded(db, recording, trainer, 3.0, done=False)
    made.coded(db, recording, owner, 3.0)
    made.coded(db, recording, trainer, None)
    assert standing(db, owner, owner, made.HAND_CODED).pieces == []
    made.coded(db, recording, trainer, 1.0)  # at the mark
    assert standing(db, owner, owner, made.HAND_CODED).met
    assert not standing(db, owner, owner, replace(made.HAND_CODED, mark="good")).met


def test_where_coders_differ_it_counts_once_all_see_it_or_two_agree(
    db: Session, place: tuple[Person, Person, Person]
) -> None:
    owner, trainer, other = place
    recording = ready(db, owner)
    first = made.coded(db, recording, trainer, 1.4)
    assert standing(db, owner, owner, made.HAND_CODED).met
    segment = db.get_one(made.Segment, first.segment_id)
    made.coded(db, recording, other, 0.8, segment=segment)
    found = standing(db, owner, owner, made.HAND_CODED)
    assert not found.met
    assert [piece.words for piece in found.pieces] == ["coded as 0.8 and 1.4"]
    made.coded(db, recording, other, 1.1, segment=segment, kind=Kind.AGREED)
    found = standing(db, owner, owner, made.HAND_CODED)
    assert found.met
    assert [piece.words for piece in found.pieces] == ["coded as 1.1"]


def test_ratings_count_once_they_are_sent(db: Session, place: tuple[Person, Person, Person]) -> None:
    owner, trainer, other = place
    recording = ready(db, owner)
    coaching.keep(db, trainer, recording, Told(ask="How was it?"), {"partnership": 5})
    db.commit()
    assert not standing(db, owner, owner, made.RATED).met
    coaching.send(db, trainer, recording)
    db.commit()
    assert standing(db, owner, owner, made.RATED).met
    made.coached(db, recording, other, partnership=3)
    assert not standing(db, owner, owner, made.RATED).met


def test_modules_count_with_their_names(
    db: Session, place: tuple[Person, Person, Person], tmp_path: Path
) -> None:  # fmt: skip
    owner, *_ = place
    small_course.load(db, tmp_path)
    found = standing(db, owner, owner, MODULES)
    assert (found.found, found.needed, found.missing) == (0, 2, "2 modules: Module 1; Module 2.")
    db.add(ModuleDone(person_id=owner.id, course="small", module="two", done_at=clock.now()))
    db.commit()
    assert standing(db, owner, owner, MODULES).missing == "1 module: Module 1."
    assert standing(db, owner, owner, replace(MODULES, modules=("two",))).met
    courses.forget()


def test_a_course_that_is_gone_is_never_met(db: Session, place: tuple[Person, Person, Person]) -> None:
    owner, *_ = place
    found = standing(db, owner, owner, replace(MODULES, name="gone"))
    assert not found.met
    assert "not there any more" in found.missing


def test_what_nobody_judged_is_on_no_list(db: Session, place: tuple[Person, Person, Person]) -> None:
    owner, trainer, _ = place
    ready(db, owner)
    for rule in (made.COACHED, made.HAND_CODED, made.RATED):
        assert standing(db, trainer, owner, rule).pieces == []


def test_a_recording_that_is_deleted_counts_no_more(db: Session, place: tuple[Person, Person, Person]) -> None:
    owner, trainer, _ = place
    recording = ready(db, owner)
    made.coded(db, recording, trainer, 1.4)
    deleting.by_owner(db, owner, recording)
    db.commit()
    assert standing(db, owner, owner, made.HAND_CODED).pieces == []


def test_a_trainer_sees_the_value_only_while_the_recording_is_open_to_her(
    db: Session, place: tuple[Person, Person, Person]
) -> None:
    owner, trainer, other = place
    recording = ready(db, owner, title="A private name")
    made.coded(db, recording, other, 1.4)
    hidden = standing(db, trainer, owner, made.HAND_CODED)
    assert hidden.met
    assert [(p.on, p.counts, p.words, p.title, p.recording_id) for p in hidden.pieces] == [
        (clock.today(), True, "", "", None)
    ]
    share = recordings.shared(db, recording, trainer)
    seen = standing(db, trainer, owner, made.HAND_CODED).pieces[0]
    assert (seen.words, seen.title, seen.recording_id) == ("coded as 1.4", "A private name", recording.id)
    share.withdrawn_at = clock.now()
    db.commit()
    assert standing(db, trainer, owner, made.HAND_CODED).pieces == hidden.pieces
    assert standing(db, owner, owner, made.HAND_CODED).pieces[0].words == "coded as 1.4"
