"""The demo's cohort of twelve: labelled as made up, whole in itself, and apart from the people who were there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fidelity.masking import COVER
from fidelity.score import score
from webapp import clock, demo, demo_cohort, demo_teaching
from webapp.accounts.tables import Person
from webapp.coaching.services import queue
from webapp.coding.tables import Coding, Kind
from webapp.cohorts.services import board, skills
from webapp.learning.services import courses
from webapp.levels.services import levels, looks, rules
from webapp.levels.tables import SignOff
from webapp.organisation.tables import Cohort
from webapp.practice.services import analyses, teaching
from webapp.practice.tables import Recording, TeachingMoment
from webapp.settings import ROOT
from webapp.supervision.services import held, packs
from webapp.supervision.tables import Held, Pack


@pytest.fixture
def trainer(db: Session) -> Iterator[Person]:
    courses.forget()
    made, _ = demo.twelve(db, demo.seed(db), ROOT / "courses")
    db.commit()
    yield made
    courses.forget()


def test_every_page_of_it_has_something_to_show(db: Session, trainer: Person) -> None:
    cohort = db.scalars(select(Cohort).where(Cohort.name == demo_cohort.NAME)).one()
    assert "made up" in cohort.name
    rows = board.of(db, cohort)
    assert len(rows.rows) == 12
    assert 0 < rows.how_many("waits_since") < 12
    assert 0 < rows.how_many("quiet") < 12
    assert {row.modules for row in rows.rows} >= {1, 11}
    shown = skills.overview(db, trainer, cohort)
    assert (shown.people, shown.sharing) == (12, 9)
    kinds = {event.kind for event in shown.events}
    assert kinds == {"start", "workshop", "booster", "other", "coaching", "supervision"}
    skills.work_out(db, cohort.id, trainer.id)
    [ratio] = [
        one for one in skills.overview(db, trainer, cohort).skills if one.known.name == "reflections_to_questions"
    ]
    assert ratio.found is not None
    assert ratio.found.course is not None
    assert ratio.found.course.change.value > 0
    recordings = db.scalars(select(Recording)).all()
    assert all(recording.title.startswith("Demo: ") for recording in recordings)
    kept = analyses.shown(db, recordings[0])
    assert score(kept.turns).measures == kept.scores.measures
    said = {(turn.n, u.u, u.text) for turn in kept.turns for u in turn.utterances if u.code}
    moments = (*kept.feedback.went_well, *kept.feedback.moments)
    assert {(one.n, one.u) for one in moments} <= {(n, u) for n, u, _ in said}
    codings = db.scalars(select(Coding)).all()
    twice = [one for one in codings if one.kind == Kind.OWN]
    assert len({one.segment_id for one in twice}) == len(twice) / 2 > 5
    assert all(one.finished_at and one.finished_at < clock.now() for one in codings)
    assert len(codings) > len(twice)
    assert [one.name for one in demo.twelve(db, demo.seed(db), ROOT / "courses")] == ["Theo Trainer", "Thea Trainer"]
    assert len(db.scalars(select(Recording)).all()) == len(recordings)
    tess = next(person for person in demo.seed(db) if person.name == "Tess Trainer")
    assert queue.of(db, tess) == ([], [])


def test_what_its_trainers_do_with_the_group_is_there_and_made_up(db: Session, trainer: Person) -> None:
    cohort = db.scalars(select(Cohort).where(Cohort.name == demo_cohort.NAME)).one()
    moments = teaching.open_to(db, trainer)
    assert len(moments) == len({moment.recording_id for moment in moments}) == len(demo_teaching.MOMENTS)
    owners = {db.get_one(Recording, moment.recording_id).owner_id for moment in moments}
    assert len(owners) == len(moments)
    assert {moment.shows for moment in moments} == {"went_well", "another_way"}
    said = " ".join(line.text for moment in moments for line in moment.lines)
    assert said.count(COVER) >= 2
    assert not [name for told in demo_teaching.MOMENTS for name in told.names if name in said]
    assert not [moment for moment in moments if any(line.speaker == "other" for line in moment.lines)]
    [(pack, places)] = packs.find(db, trainer, cohort, 1).items
    assert (pack.title, places) == (demo_teaching.PACK, len(moments))
    whole = packs.get(db, trainer, pack.id)
    assert whole.gone == 0
    assert all(place.prompt for place in whole.places)
    latest, first = held.find(db, cohort, 1).items
    assert first.held.held_on < latest.held.held_on < clock.today()
    assert (first.held.pack_id, latest.held.pack_id) == (None, pack.id)
    for row in (first, latest):
        assert len(row.disciplines) > 4
        assert "Made up for the demo" in held.note_of(db, row.held).looked_at
    lines = looks.of_cohort(db, trainer, cohort, 1).items
    signed = {line.name: line.levels[0].signed for line in lines if line.levels[0].signed}
    assert tuple(sorted(signed)) == demo_teaching.SIGNED
    assert [any(it["exception"] for it in one.stood) for _, one in sorted(signed.items())] == [False, True]
    words = {line.levels[0].words for line in lines}
    assert len(words) > 3
    assert {rule.kind for rule in levels.every(db, trainer)[0].rules} == set(rules.Kind)
    before = [len(db.scalars(select(table)).all()) for table in (TeachingMoment, Pack, Held, SignOff)]
    demo.twelve(db, demo.seed(db), ROOT / "courses")
    assert [len(db.scalars(select(table)).all()) for table in (TeachingMoment, Pack, Held, SignOff)] == before


def test_without_a_course_the_level_asks_for_no_modules(db: Session, tmp_path: Path) -> None:
    courses.forget()
    made, _ = demo.twelve(db, demo.seed(db), tmp_path)
    db.commit()
    assert {rule.kind for rule in levels.every(db, made)[0].rules} == set(rules.Kind) - {rules.Kind.MODULES}
