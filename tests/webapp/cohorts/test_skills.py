"""How the skills of a cohort move: what a trainer sees, what she never sees, and when no line is drawn."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.webapp import people
from tests.webapp.organisation.made import cohort
from tests.webapp.pages import Visitor, counted, look_over
from tests.webapp.practice import made, over_time
from webapp import clock
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.cohorts.services import skills
from webapp.cohorts.tables import CohortCourse
from webapp.organisation.tables import Cohort
from webapp.practice.services import sharing
from webapp.practice.tables import Recording

NAMES = ("Zoe Zimmer", "Abe Arnold", "Mo Murphy", "Bea Brook", "Cai Cole", "Dot Drew")
MEASURE = "reflections_to_questions"


class Group:
    """A cohort of six with its trainer, who is signed in."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.place = people.authority(db)
        self.trainer: Person = people.person(db, self.place, Role.TRAINER, name="Tess Trainer")
        self.members = [people.person(db, self.place, name=name) for name in NAMES]
        self.cohort: Cohort = cohort(db, self.place, "Autumn", members=self.members, trainers=[self.trainer])
        db.commit()
        self.tess = people.signed_in(Visitor(app.test_client()), self.trainer)
        self.address = f"/cohorts/{self.cohort.id}/skills"

    def record(self, person: Person, days_ago: int, value: float | None, *, open_to: Person | None = None) -> None:
        told = None if value is None else (value, value - 0.1, value + 0.1)
        recording = over_time.recording(self.db, person, days_ago, measures={MEASURE: told})
        if open_to is not None:
            made.shared(self.db, recording, open_to)

    def half_a_year(self, members: list[Person]) -> None:
        for number, person in enumerate(members):
            for days_ago, value in ((170, 0.5), (90, 0.9), (5 + number, 1.4)):
                self.record(person, days_ago, value + number / 20, open_to=self.trainer)

    def skill(self) -> skills.Skill:
        self.db.expire_all()
        found = skills.of(self.db, self.trainer, self.cohort)
        return next(one for one in found.skills if one.known.name == MEASURE)


@pytest.fixture
def group(app: Flask, db: Session) -> Group:
    return Group(app, db)


def test_before_anybody_shares(group: Group) -> None:
    group.record(group.members[0], 10, 0.7)
    page = group.tess.get(group.address)
    look_over(page)
    assert page.heading == "How the skills of Autumn move"
    assert "Nobody of the 6 people in it has a recording open to you now." in page.text
    assert NAMES[0] not in page.text


def test_a_cohort_with_nobody(group: Group) -> None:
    empty = cohort(group.db, group.place, "Empty", members=[], trainers=[group.trainer])
    group.db.commit()
    page = group.tess.get(f"/cohorts/{empty.id}/skills")
    assert "Nobody of the 0 people" in page.text


def test_the_course_of_the_group_and_its_people(group: Group) -> None:
    group.half_a_year(group.members[:5])
    group.record(group.members[5], 20, 9.9)  # not shared
    first = group.tess.get(group.address)
    assert "being worked out" in first.text
    assert group.tess.client.get(f"{group.address}/ready").json == {"ready": True}
    page = group.tess.get(group.address)
    look_over(page)
    assert "being worked out" not in page.text
    assert "15 recordings of 5 people are open to you. 1 other person of the cohort shared none with you" in page.text
    assert "Dot Drew" not in page.text
    assert "It went up by more than chance easily makes." in page.text
    assert "Reached “fair”, as the engine measures it: 0 of 5 (0 to 35%) in their first" in page.text
    assert "5 of 5 (65 to 100%) in their latest" in page.text
    told = json.loads(page.soup.select_one(f"#chart-{MEASURE}").string or "")
    assert [line[0]["words"].split(",")[0] for line in told["people"]] == sorted(NAMES[:5])
    assert [len(line) for line in told["people"]] == [3] * 5
    assert told["course"][0]["range"][0] < told["course"][0]["value"] < told["course"][0]["range"][1]


def test_what_is_taken_back_is_gone_at_once(group: Group) -> None:
    group.half_a_year(group.members[:5])
    group.tess.get(group.address)
    assert group.skill().found is not None
    owner = group.members[0]
    first = next(line for line in group.skill().lines if line.name == owner.name).points[0]
    sharing.withdraw(group.db, owner, group.db.get_one(Recording, first.recording_id), group.trainer.id)
    group.db.commit()
    skill = group.skill()
    assert skill.found is None
    assert {line.name: len(line.points) for line in skill.lines}[owner.name] == 2
    group.tess.get(group.address)
    found = group.skill().found
    assert found is not None
    assert found.course is not None


def test_one_recording_each_draws_no_line(group: Group) -> None:
    for number, person in enumerate(group.members):
        group.record(person, 10 * number, 1.0 + number / 10, open_to=group.trainer)
    group.tess.get(group.address)
    page = group.tess.get(group.address)
    assert "Nobody has shared a second recording that shows it" in page.text
    assert json.loads(page.soup.select_one(f"#chart-{MEASURE}").string or "")["course"] == []


def test_what_is_open_to_another_trainer_is_not_open_to_her(group: Group) -> None:
    other = people.person(group.db, group.place, Role.TRAINER, name="Other Trainer")
    group.record(group.members[0], 10, 0.7, open_to=other)
    assert "Nobody of the 6 people" in group.tess.get(group.address).text


def test_a_trainer_of_another_cohort_finds_nothing(group: Group) -> None:
    other = people.person(group.db, group.place, Role.TRAINER, name="Other Trainer")
    group.db.commit()
    visitor = people.signed_in(Visitor(group.app.test_client()), other)
    visitor.get(group.address, status=404)
    visitor.get(f"{group.address}/ready", status=404)
    visitor.send(group.address, {"kind": "csv"}, status=404)


def test_too_little_to_measure_is_said_and_drawn_nowhere(group: Group) -> None:
    group.record(group.members[0], 10, None, open_to=group.trainer)
    group.tess.get(group.address)
    page = group.tess.get(group.address)
    assert "No shared recording shows this measure yet." in page.text
    assert "Too little to measure" in group.tess.get(f"{group.address}/{MEASURE}").text


def test_the_same_queries_for_many(group: Group, engine: Engine) -> None:
    group.half_a_year(group.members[:2])
    group.tess.get(group.address)
    with counted(engine) as few:
        group.tess.get(group.address)
    group.half_a_year(group.members[2:])
    group.tess.get(group.address)
    with counted(engine) as many:
        group.tess.get(group.address)
    assert len(few) == len(many) <= 14


def test_the_numbers_as_files_are_written_down(group: Group) -> None:
    group.half_a_year(group.members[:5])
    group.tess.get(group.address)
    sent = {
        kind: group.tess.client.post(group.address, data={"csrf_token": group.tess.token, "kind": kind})
        for kind in ("csv", "xlsx")
    }
    rows = list(csv.reader(io.StringIO(sent["csv"].data.decode("utf-8-sig"))))
    assert rows[0] == list(skills.HEADS)
    mine = [row for row in rows if row[0] == group.skill().known.of_a_group]
    assert len([row for row in mine if row[1] in NAMES]) == 15
    assert len([row for row in mine if row[1] == skills.GROUP]) == 13
    sheet = load_workbook(io.BytesIO(sent["xlsx"].data)).active
    assert sheet is not None
    assert len(list(sheet.iter_rows())) == len(rows)
    names = group.db.scalars(select(AuditEvent.name).order_by(AuditEvent.id)).all()
    assert [name for name in names if name.startswith("cohort.skills")] == [
        "cohort.skills",
        *["cohort.skills_export"] * 2,
    ]


def test_a_removed_cohort_leaves_nothing_worked_out(group: Group) -> None:
    group.half_a_year(group.members[:5])
    group.tess.get(group.address)
    assert group.db.scalars(select(CohortCourse)).all()
    group.db.delete(group.cohort)
    group.db.commit()
    assert group.db.scalars(select(CohortCourse)).all() == []


def test_coaching_days_are_marked_and_days_to_come_are_not(group: Group) -> None:
    group.half_a_year(group.members[:1])
    number = group.skill().lines[0].points[0].recording_id
    over_time.coached(group.db, group.db.get_one(Recording, number), group.trainer, 30)
    group.cohort.starts_on = clock.today() + timedelta(days=3)
    group.db.commit()
    events = skills.of(group.db, group.trainer, group.cohort).events
    assert [kind for _, kind, _ in events] == ["coaching"]


def summary(group: Group) -> TestResponse:
    group.tess.get(group.address)
    return group.tess.client.post(f"/cohorts/{group.cohort.id}/summary", data={"csrf_token": group.tess.token})


def words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", " ")


def test_a_summary_for_a_meeting_names_nobody(group: Group) -> None:
    group.half_a_year(group.members[:5])
    answer = summary(group)
    assert answer.mimetype == "application/pdf"
    told = words_of(answer.data)
    assert "How Autumn gets on" in told
    assert "5 of 6 people opened recordings" in told
    assert "15 recordings" in told
    assert "It went up by more than chance easily makes." in told
    assert (
        "Reached “fair”: 0 of 5 (0 to 35%) in their first shared recording, 5 of 5 (65 to 100%) in their latest."
        in told
    )
    assert not [name for name in NAMES if name.split()[0] in told or name.split()[1] in told]
    events = group.db.scalars(select(AuditEvent).where(AuditEvent.name == "cohort.export")).all()
    assert [event.about["kind"] for event in events] == ["pdf"]


def test_a_summary_shows_no_measure_of_fewer_than_five(group: Group) -> None:
    group.half_a_year(group.members[:4])
    told = words_of(summary(group).data)
    assert "4 of 6 people opened recordings" in told
    assert "Fewer than 5 would be a story of single people, so no measure is shown." in told
    assert "fair" not in told


def test_a_summary_waits_for_the_lines(group: Group) -> None:
    group.half_a_year(group.members[:5])
    group.tess.get(f"/cohorts/{group.cohort.id}/board")
    page = group.tess.send(f"/cohorts/{group.cohort.id}/summary")
    assert page.heading == "How the skills of Autumn move"
    assert "The summary can be had in a few seconds." in page.text


def test_nothing_is_locked_while_the_lines_are_worked_out(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    group.half_a_year(group.members[:5])
    seen: list[bool] = []

    def noting(*_told: Any) -> dict[str, Any]:
        seen.append(group.db.in_transaction())
        return {}

    monkeypatch.setattr(skills.worked_out, "work_out", noting)
    skills.work_out(group.db, group.cohort.id, group.trainer.id)
    assert seen == [False]


def test_a_cohort_removed_meanwhile_is_no_trouble(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    group.half_a_year(group.members[:5])

    def removing(*_told: Any) -> dict[str, Any]:
        group.db.delete(group.db.get_one(Cohort, number))
        group.db.commit()
        return {}

    number, trainer = group.cohort.id, group.trainer.id
    monkeypatch.setattr(skills.worked_out, "work_out", removing)
    skills.work_out(group.db, number, trainer)
    assert group.db.scalars(select(CohortCourse)).all() == []


def test_few_lines_are_drawn_and_all_are_in_the_table(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skills, "DRAWN", 2)
    group.half_a_year(group.members)
    page = group.tess.get(group.address)
    assert "2 of 6 people's lines are drawn" in page.text
    told = json.loads(page.soup.select_one(f"#chart-{MEASURE}").string or "")
    own = group.tess.get(f"{group.address}/{MEASURE}")
    look_over(own)
    same = json.loads(own.soup.select_one(f"#chart-{MEASURE}").string or "")
    assert len(told["people"]) == 2
    assert same["people"] == told["people"]
    first = [row.get_text() for row in own.soup.select("main tbody tr td:first-child div")]
    assert len([name for name in first if name in NAMES]) == 18
    group.tess.get(f"{group.address}/nonsense", status=404)
