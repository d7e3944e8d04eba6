"""Group supervision that counts towards a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.levels import made
from tests.webapp.levels.made import standing
from webapp import clock
from webapp.accounts.tables import Person
from webapp.organisation.tables import Cohort
from webapp.supervision.services import held


@pytest.fixture
def group(db: Session, place: tuple[Person, Person, Person]) -> Cohort:
    """The cohort of the practitioner, with the trainer's colleague beside her."""
    found = db.scalars(select(Cohort)).one()
    found.trainers.append(place[2])
    db.commit()
    return found


def test_supervision_counts_by_its_days_within_the_time(
    db: Session, place: tuple[Person, Person, Person], group: Cohort
) -> None:
    owner, trainer, _ = place
    rule = replace(made.SUPERVISED, n=2, months=6)
    found = standing(db, owner, owner, rule)
    assert (found.found, found.met, found.pieces) == (0, False, [])
    assert found.missing == "2 sessions that a trainer has recorded."
    for days_ago in (5, 300):
        made.supervised(db, trainer, group, [owner], days_ago)
    group.members.append(colleague := people.person(db, authority_id=owner.authority_id))
    made.supervised(db, trainer, group, [colleague], 3)  # without her
    found = standing(db, owner, owner, rule)
    assert (found.found, found.met) == (1, False)
    assert found.missing == "1 more session that a trainer has recorded."
    assert standing(db, owner, owner, replace(rule, months=0)).met
    made.supervised(db, trainer, group, [owner], 5)  # twice on a day
    found = standing(db, trainer, owner, rule)
    assert (found.found, found.met, found.missing) == (2, True, "")
    assert [(p.on, p.counts, p.words, p.title, p.recording_id) for p in found.pieces] == [
        (clock.today() - timedelta(days=5), True, "", "", None)
    ] * 2


def test_supervision_that_was_cancelled_or_put_right_counts_no_more(
    db: Session, place: tuple[Person, Person, Person], group: Cohort
) -> None:
    owner, trainer, other = place
    first, second = (made.supervised(db, trainer, group, [owner], days_ago) for days_ago in (9, 2))
    assert standing(db, owner, owner, replace(made.SUPERVISED, n=2)).met
    held.cancel(db, other, first)
    db.commit()
    assert standing(db, owner, owner, made.SUPERVISED).found == 1
    told = replace(held.told(db, second), people=frozenset(), guests={"Police": 1})
    held.change(db, trainer, second, group, told, seen=0)
    db.commit()
    assert standing(db, owner, owner, made.SUPERVISED).found == 0


def test_nobody_records_her_own_attendance_for_a_level(
    db: Session, place: tuple[Person, Person, Person], group: Cohort
) -> None:
    _, trainer, other = place
    group.members.append(trainer)
    db.commit()
    made.supervised(db, trainer, group, [trainer])
    assert standing(db, trainer, trainer, made.SUPERVISED).found == 0
    made.supervised(db, other, group, [trainer])
    assert standing(db, trainer, trainer, made.SUPERVISED).found == 1
