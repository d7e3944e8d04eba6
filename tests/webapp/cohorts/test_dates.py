"""Workshops and other dates of a cohort: who notes them, and where they are seen."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.cohorts.test_skills import MEASURE, Group, summary, words_of
from tests.webapp.organisation.made import cohort
from tests.webapp.pages import Visitor, counted, look_over
from webapp import clock
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.cohorts.services import events, skills
from webapp.cohorts.tables import CohortEvent
from webapp.supervision.services import held
from webapp.supervision.services.held import Note, Told
from webapp.wording import day


@pytest.fixture
def group(app: Flask, db: Session) -> Group:
    made = Group(app, db)
    made.cohort.starts_on = clock.today() - timedelta(days=200)
    db.commit()
    return made


def address(group: Group) -> str:
    return f"/cohorts/{group.cohort.id}/dates"


def add(group: Group, days_ago: int, kind: str = "workshop", words: str = "") -> str:
    group.tess.get(address(group))
    on = clock.today() - timedelta(days=days_ago)
    return group.tess.send(address(group), {"on": on.isoformat(), "kind": kind, "words": words}).text


def test_a_workshop_is_added_marked_and_removed(group: Group) -> None:
    page = group.tess.get(address(group))
    look_over(page)
    assert "No date is noted yet." in page.text
    assert "The date is added." in add(group, 30, words="Day two")
    look_over(group.tess.get(address(group)))
    group.half_a_year(group.members[:1])
    shown = skills.overview(group.db, group.trainer, group.cohort)
    assert [(event.kind, event.words) for event in shown.events] == [
        ("start", "Autumn began"),
        ("workshop", "Workshop: Day two"),
    ]
    assert "Workshop: Day two" in group.tess.get(group.address).text
    [made] = group.db.scalars(select(CohortEvent)).all()
    group.tess.get(address(group))
    assert "The date is removed." in group.tess.send(f"{address(group)}/remove", {"date": str(made.id)}).text
    assert events.of(group.db, group.cohort) == []
    names = group.db.scalars(select(AuditEvent.name).order_by(AuditEvent.id)).all()
    assert {"cohort.add_date", "cohort.remove_date"} <= set(names)


def test_a_day_to_come_is_on_the_list_and_on_no_chart(group: Group) -> None:
    assert "still to come" in add(group, -10)
    assert [event.kind for event in events.happened(group.db, group.trainer, group.cohort)] == ["start"]


def test_what_is_wrong_is_said(group: Group) -> None:
    assert "Say in a few words what it is." in add(group, 3, "other")
    assert "Choose from the list." in add(group, 3, "party")
    add(group, 3)
    assert "This date is on the list already." in add(group, 3)
    page = group.tess.send(address(group), {"on": "soon", "kind": "workshop", "words": "kept"})
    assert "That is no date." in page.text
    assert page.soup.select_one("#words")["value"] == "kept"
    assert len(events.of(group.db, group.cohort)) == 1


def test_another_trainer_and_another_cohort(group: Group) -> None:
    add(group, 3)
    [made] = events.of(group.db, group.cohort)
    other = people.person(group.db, group.place, Role.TRAINER, name="Other Trainer")
    group.db.commit()
    visitor = people.signed_in(Visitor(group.app.test_client()), other)
    visitor.get(address(group), status=404)
    visitor.send(f"{address(group)}/remove", {"date": str(made.id)}, status=404)
    group.tess.send(f"{address(group)}/remove", {"date": "99999"}, status=404)
    assert len(events.of(group.db, group.cohort)) == 1


def test_a_removed_cohort_leaves_no_dates(group: Group) -> None:
    add(group, 3)
    group.db.delete(group.cohort)
    group.db.commit()
    assert group.db.scalars(select(CohortEvent)).all() == []


def supervised(group: Group, days_ago: int) -> held.Held:
    """Group supervision of the cohort, with two of its people there."""
    there = frozenset(one.id for one in group.members[:2])
    told = Told(clock.today() - timedelta(days=days_ago), 60, None, None, there, {}, Note(agreed="One pause"))
    made = held.add(group.db, group.trainer, group.cohort, told)
    group.db.commit()
    return made


def test_days_of_group_supervision_are_on_the_charts_with_a_letter_of_their_own(group: Group) -> None:
    group.half_a_year(group.members[:1])
    group.tess.get(group.address)
    assert "group supervision" not in group.tess.get(group.address).text
    made = supervised(group, 20)
    supervised(group, 20)  # two teams on the same day are one day
    on = day(clock.today() - timedelta(days=20))
    page = group.tess.get(group.address)
    assert "G group supervision" in page.text
    assert page.text.count(f"{on}: Group supervision") == 1
    told = json.loads(page.soup.select_one(f"#chart-{MEASURE}").string or "")
    shown = [event["words"] for event in told["events"] if event["kind"] == "supervision"]
    assert shown == [f"Group supervision, {on}"]
    assert "G group supervision" in group.tess.get(f"{group.address}/{MEASURE}").text
    for name in (group.members[0].name, "One pause"):
        assert name not in " ".join(event["words"] for event in told["events"])
    for one in (made, group.db.scalars(select(held.Held).where(held.Held.id != made.id)).one()):
        held.cancel(group.db, group.trainer, one)
    group.db.commit()
    assert "group supervision" not in group.tess.get(group.address).text


def test_the_summary_for_a_meeting_has_the_days_of_supervision_on_one_line(group: Group) -> None:
    group.half_a_year(group.members[:5])
    for days_ago in (40, 20):
        supervised(group, days_ago)
    days = [day(clock.today() - timedelta(days=days_ago)) for days_ago in (40, 20)]
    assert f"Group supervision: {days[0]}, {days[1]}" in words_of(summary(group).data)


def test_supervision_of_a_cohort_is_on_no_chart_of_another(group: Group) -> None:
    other = people.person(group.db, group.place, Role.TRAINER, name="Other Trainer")
    theirs = cohort(group.db, group.place, "Spring", members=group.members, trainers=[other])
    for days_ago in (170, 10):
        group.record(group.members[0], days_ago, 0.9, open_to=other)
    supervised(group, 5)
    visitor = people.signed_in(Visitor(group.app.test_client()), other)
    page = visitor.get(f"/cohorts/{theirs.id}/skills")
    assert "2 recordings of 1 person are open to you" in page.text
    assert "group supervision" not in page.text  # the key
    assert "Group supervision" not in " ".join(event.get_text() for event in page.soup.select("main h2 + ul li"))
    assert '"supervision"' not in page.soup.select_one(f"#chart-{MEASURE}").string
    visitor.get(group.address, status=404)


def test_the_same_queries_for_many_days_of_supervision(group: Group, engine: Engine) -> None:
    group.half_a_year(group.members[:2])
    supervised(group, 5)
    for address in (group.address, f"{group.address}/{MEASURE}"):
        group.tess.get(address)
        with counted(engine) as few:
            group.tess.get(address)
        for days_ago in range(6, 12):
            supervised(group, days_ago)
        with counted(engine) as many:
            group.tess.get(address)
        assert len(few) == len(many)
