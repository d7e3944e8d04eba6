"""What a group finds hard: shares with intervals, never of fewer than five people, and nobody by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from scipy.stats import binomtest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.cohorts.test_skills import NAMES, Group
from tests.webapp.learning import small_course
from tests.webapp.organisation.made import cohort
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from webapp import clock
from webapp.accounts.tables import Person, Role
from webapp.cohorts.services import course, hard
from webapp.learning.services import courses
from webapp.learning.tables import Standing
from webapp.organisation.services import cohorts


@pytest.fixture
def group(app: Flask, db: Session) -> Group:
    return Group(app, db)


def tried(db: Session, person: Person, exercise: str, first: float) -> None:
    db.add(
        Standing(
            person_id=person.id, course="small", exercise=exercise, skill="open-questions", tries=1, first=first,
            best=1, last=first, last_at=clock.now(), due_on=date(2027, 3, 3), days=1,
        )
    )  # fmt: skip
    db.commit()


def below(group: Group) -> hard.Below:
    group.db.expire_all()
    found = hard.of(group.db, group.trainer, group.cohort)
    return next(one for one in found.measures if one.known.name == "reflections_to_questions")


def address(group: Group) -> str:
    return f"/cohorts/{group.cohort.id}/hard"


@pytest.mark.parametrize(("reached", "of"), [(0, 5), (5, 5), (3, 12), (1, 2000)])
def test_the_interval_is_wilsons_own(reached: int, of: int) -> None:
    there = binomtest(reached, of).proportion_ci(confidence_level=course.LEVEL, method="wilson")
    found = course.share(reached, of)
    assert found.low == pytest.approx(there.low, abs=1e-12)
    assert found.high == pytest.approx(there.high, abs=1e-12)


def test_whose_latest_shared_recording_is_below_fair(group: Group) -> None:
    for person in group.members[:5]:
        group.record(person, 90, 0.2, open_to=group.trainer)
        group.record(person, 9, 0.4 if person is group.members[0] else 1.4, open_to=group.trainer)
    group.record(group.members[5], 9, 0.1)  # not shared
    found = below(group)
    assert (found.below, found.people) == (1, 5)
    assert found.share == course.share(1, 5)
    page = group.tess.get(address(group))
    assert page.heading == "What Autumn finds hard"
    assert "1 of 5 people are below the mark for “fair” in their latest shared recording: 20%" in page.text
    assert page.text.count("Fewer than 5 people have a recording open to you that shows it") == 2
    for name in NAMES:
        assert name not in page.text
    assert "What the group finds hard" in group.tess.get(group.address).text


def test_nothing_of_four_people(group: Group) -> None:
    for person in group.members[:4]:
        group.record(person, 9, 0.4, open_to=group.trainer)
    assert below(group).share is None
    assert below(group).below == 0
    for member in group.members[:2]:
        member.active = False
    group.db.commit()
    page = group.tess.get(address(group))
    assert "There are 4 active people in this cohort." in page.text
    assert "Below" not in page.text


def test_small_cohorts(group: Group) -> None:
    for members, words in (([], "Nobody is in this cohort."), (group.members[:1], "There is one active person")):
        small = cohort(group.db, group.place, f"Of {len(members)}", members=members, trainers=[group.trainer])
        assert words in group.tess.get(f"/cohorts/{small.id}/hard").text


def test_exercises_that_are_missed(group: Group, tmp_path: Path) -> None:
    small_course.load(group.db, tmp_path)
    try:
        names = [name for module in courses.every(group.db)[0].modules for name in module.exercises]
        for number, person in enumerate(group.members[:5]):
            tried(group.db, person, names[0], 0.5 if number < 2 else 1.0)
        for person in group.members[:4]:
            tried(group.db, person, names[1], 0.0)  # four people: nothing
        found = hard.of(group.db, group.trainer, group.cohort).exercises
        assert [(one.told.missed, one.told.tried) for one in found] == [(2, 5)]
        assert "2 of 5" in group.tess.get(address(group)).text
        group.members[0].active = False
        group.db.commit()
        assert hard.of(group.db, group.trainer, group.cohort).exercises == []
        assert cohorts.ids(group.cohort) is not None
    finally:
        courses.forget()


def test_moments_of_this_cohort_that_are_shared(group: Group) -> None:
    owner = group.members[0]
    made.offered(group.db, owner, made.ready(group.db, owner))
    other = people.person(group.db, group.place)
    cohort(group.db, group.place, "Other", members=[other], trainers=[group.trainer])
    made.offered(group.db, other, made.ready(group.db, other), skill="affirming")
    page = group.tess.get(address(group))
    assert "Giving back what was said" in page.text
    assert "hides under the table" in page.text
    assert "Affirming" not in page.text
    assert owner.name not in page.text
    office = people.person(group.db, group.place, Role.ADMINISTRATOR)
    page = people.signed_in(Visitor(group.app.test_client()), office).get(address(group))
    assert "hides under the table" not in page.text


def test_borders_and_queries(group: Group, engine: Engine) -> None:
    away = people.person(group.db, role=Role.TRAINER)
    people.signed_in(Visitor(group.app.test_client()), away).get(address(group), status=404)
    group.record(group.members[0], 9, 0.4, open_to=group.trainer)
    with counted(engine) as few:
        group.tess.get(address(group))
    for person in group.members:
        group.record(person, 9, 0.4, open_to=group.trainer)
        made.offered(group.db, person, made.ready(group.db, person))
    with counted(engine) as many:
        group.tess.get(address(group))
    assert len(few) == len(many)
