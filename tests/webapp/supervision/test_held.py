"""What is kept of supervision that was held: by whom it is seen, what makes no sense, and how it is put right."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.organisation.made import cohort, team
from tests.webapp.pages import Page, Visitor, counted
from webapp import clock
from webapp.accounts.tables import DISCIPLINES, Person, Role
from webapp.audit import AuditEvent
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort
from webapp.practice.services import export_parts
from webapp.supervision.services import held, read
from webapp.supervision.tables import Attendance, Guests, Held

POLICE = f"guests-{DISCIPLINES.index('Police')}"


class Group:
    """A cohort of three with its trainer."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.place = people.authority(db)
        self.trainer: Person = people.person(db, self.place, Role.TRAINER, name="Tess Trainer")
        self.north = team(db, self.place, "North")
        kinds = ("Police", "Mental health", "Mental health")
        self.members = [
            people.person(db, self.place, name=name, discipline=kind, team_id=self.north.id)
            for name, kind in zip(("Ana Abel", "Bo Brown", "Cy Cole"), kinds, strict=True)
        ]
        self.cohort: Cohort = cohort(db, self.place, "First", members=self.members, trainers=[self.trainer])
        self.tess = people.signed_in(Visitor(app.test_client()), self.trainer)
        self.address = f"/supervision/cohorts/{self.cohort.id}"

    def told(self, **more: object) -> dict[str, object]:
        return {
            "held_on": clock.today().isoformat(), "minutes": "90", "team": str(self.north.id),
            "person": [str(one.id) for one in self.members[:2]], POLICE: "2",
            "looked_at": "Two moments\nof silence", "agreed": "One reflection before each question",
            "who-0": "Everybody", "what-0": "brings a moment", "by-0": "2027-03-31", "next_on": "2027-04-07", **more,
        }  # fmt: skip

    def record(self, *, status: int = 200, **more: object) -> Page:
        self.tess.get(f"{self.address}/held/new")
        return self.tess.send(f"{self.address}/held/new", self.told(**more), status=status)

    def one(self) -> Held:
        self.db.expire_all()
        return self.db.scalars(select(Held)).one()


@pytest.fixture
def group(app: Flask, db: Session) -> Group:
    return Group(app, db)


def test_recorded_and_seen_by_its_trainers(group: Group) -> None:
    page = group.record()
    assert "Recorded." in page.text
    made = group.one()
    assert b"reflection" not in made.note
    page = group.tess.get(f"/supervision/held/{made.id}")
    assert page.soup.select_one("#agreed").get_text().strip() == "One reflection before each question"
    assert page.soup.select_one("#what-0")["value"] == "brings a moment"
    assert len(page.soup.select("input[name=person][checked]")) == 2
    page = group.tess.get(group.address)
    assert "North" in page.text
    assert "4 people" in page.text
    assert "Mental health 1, Police 3" in page.text
    assert "Ana Abel" not in page.text
    assert "1" in group.tess.get("/supervision").text
    event = group.db.scalars(select(AuditEvent).where(AuditEvent.name == "supervision.held")).one()
    assert (event.subject_id, event.about) == (made.id, {"cohort": group.cohort.id})


def test_who_attended_sees_what_was_agreed(group: Group) -> None:
    group.record()
    ana, cy = (people.signed_in(Visitor(group.app.test_client()), group.members[n]) for n in (0, 2))
    page = ana.get("/supervision/mine")
    for words in ("90 minutes", "Two moments", "One reflection before", "brings a moment, by 31 March 2027"):
        assert words in page.text
    assert "Bo Brown" not in page.text
    assert "None is recorded yet." in cy.get("/supervision/mine").text
    for path in ("/supervision", group.address, f"/supervision/held/{group.one().id}"):
        ana.get(path, status=403)
    told = dict(export_parts.across(group.db, group.members[0]))["supervision.json"]
    assert "One reflection before each question" in told


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"held_on": ""}, "Say when it was held."),
        ({"held_on": "31/3/2027"}, "like 2027-03-31"),
        ({"held_on": "2099-01-01"}, "still to come"),
        ({"held_on": "2019-01-01"}, "more than a year ago"),
        ({"minutes": "an hour"}, "from 1 to 600"),
        ({"minutes": "0"}, "from 1 to 600"),
        ({"team": "999"}, "Choose a team of this cohort"),
        ({"pack": "999"}, "Choose one of your packs"),
        ({"person": "999999"}, "not in this cohort any more"),
        ({"person": [], POLICE: ""}, "Tick who was there"),
        ({POLICE: "-3"}, "how many guests"),
        ({POLICE: "201"}, "how many guests"),
        ({"agreed": "x" * 2001}, "2,000 characters are the most"),
        ({"what-1": "x" * 201}, "200 characters at most"),
        ({"by-0": "soon"}, "by when"),
    ],
)
def test_what_makes_no_sense_loses_nothing(group: Group, more: dict[str, object], words: str) -> None:
    page = group.record(**more, status=400)
    assert words in page.text
    assert page.soup.select_one("#looked_at").get_text().strip() == "Two moments\nof silence"
    assert group.db.scalars(select(Held)).all() == []


def test_put_right_and_cancelled(group: Group) -> None:
    group.record()
    made = group.one()
    address = f"/supervision/held/{made.id}"
    group.tess.get(address)
    everybody = [str(group.members[n].id) for n in (0, 2)]
    page = group.tess.send(address, group.told(seen="0", person=everybody, **{POLICE: "", "guests-0": "1"}))
    assert "Kept." in page.text
    there = {one.person_id for one in group.db.scalars(select(Attendance))}
    assert there == {group.members[0].id, group.members[2].id}
    assert [(one.discipline, one.number) for one in group.db.scalars(select(Guests))] == [(DISCIPLINES[0], 1)]
    page = group.tess.send(address, group.told(seen="0", agreed="Mine"), status=400)
    assert "Somebody changed this record meanwhile" in page.text
    assert page.soup.select_one("#agreed").get_text().strip() == "Mine"
    page = group.tess.send(f"{address}/cancel")
    assert "(cancelled)" in page.text
    page = group.tess.get(address)
    assert "This record was cancelled" in page.text
    assert "Keep the changes" not in page.text
    page = group.tess.send(address, group.told(seen="2"), status=400)
    assert "not changed any more" in page.text
    names = [e.name for e in group.db.scalars(select(AuditEvent)) if e.name.startswith("supervision.")]
    assert names == ["supervision.held", "supervision.changed", "supervision.cancelled"]
    assert held.mine(group.db, group.members[0]) == []
    assert read.attended(group.db, cohorts.ids(group.cohort)) == {}
    assert read.held_on(group.db, group.cohort) == []


def test_who_left_the_cohort_stays_in_the_record(group: Group) -> None:
    group.record()
    group.cohort.members = group.members[1:]
    group.db.commit()
    address = f"/supervision/held/{group.one().id}"
    assert "Ana Abel" in group.tess.get(address).text
    group.tess.send(address, group.told(seen="0"))
    assert len(group.db.scalars(select(Attendance)).all()) == 2
    assert "Ana Abel" not in group.tess.get(f"{group.address}/held/new").text


def test_what_other_parts_may_ask(group: Group) -> None:
    group.record()
    earlier = clock.today() - timedelta(days=9)
    group.record(held_on=earlier.isoformat(), person=[str(group.members[0].id)])
    assert read.held_on(group.db, group.cohort) == [earlier, clock.today()]
    ana, bo, _ = (one.id for one in group.members)
    assert read.attended(group.db, cohorts.ids(group.cohort)) == {ana: 2, bo: 1}


def test_the_list_as_a_file_has_no_names(group: Group) -> None:
    group.record()
    group.tess.get(group.address)
    answer = group.tess.client.post(group.address, data={"csrf_token": group.tess.token, "kind": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0]["Date"] == clock.today().isoformat()
    assert (rows[0]["With"], rows[0]["Minutes"], rows[0]["People"]) == ("North", "90", "4")
    assert (rows[0]["Police"], rows[0]["Mental health"], rows[0]["Probation"]) == ("3", "1", "0")
    for words in ("Ana", "Tess", "reflection"):
        assert words not in answer.text
    answer = group.tess.client.post(group.address, data={"csrf_token": group.tess.token, "kind": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert sheet["C2"].value == 90
    assert (
        group.db.scalars(select(AuditEvent.name).where(AuditEvent.name == "supervision.export")).all()
        == ["supervision.export"] * 2
    )


def test_borders(group: Group) -> None:
    group.record()
    number = group.one().id
    other = people.person(group.db, group.place, Role.TRAINER)
    away = people.person(group.db, role=Role.ADMINISTRATOR)
    for person in (other, away):
        visitor = people.signed_in(Visitor(group.app.test_client()), person)
        for path in (group.address, f"{group.address}/held/new", f"/supervision/held/{number}"):
            visitor.get(path, status=404)
        assert "First" not in visitor.get("/supervision").text
    group.cohort.trainers.append(other)
    group.db.commit()
    visitor = people.signed_in(Visitor(group.app.test_client()), other)
    assert "One reflection" in visitor.get(f"/supervision/held/{number}").text


def test_the_lists_ask_as_much_for_many_as_for_few(group: Group, engine: Engine) -> None:
    group.record()
    with counted(engine) as few:
        group.tess.get(group.address)
    with counted(engine) as one_cohort:
        group.tess.get("/supervision")
    for n in range(5):
        group.record(held_on=(clock.today() - timedelta(days=n)).isoformat())
        cohort(group.db, group.place, f"More {n}", members=[], trainers=[group.trainer])
    group.db.commit()
    with counted(engine) as many:
        group.tess.get(group.address)
    with counted(engine) as six_cohorts:
        group.tess.get("/supervision")
    assert len(few) == len(many)
    assert len(one_cohort) == len(six_cohorts)
