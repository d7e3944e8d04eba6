"""How a cohort gets on: by name, in numbers and days, at the same cost whatever its size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.learning import small_course
from tests.webapp.organisation.made import cohort
from tests.webapp.pages import Page, Visitor, counted
from tests.webapp.practice import made, over_time
from webapp import clock
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.coaching.services import coaching
from webapp.coaching.services.coaching import Told
from webapp.cohorts.services import board
from webapp.learning.services import courses
from webapp.learning.tables import ModuleDone, StepDone
from webapp.organisation.tables import Cohort, Team


class Group:
    """A cohort of three with its trainer, who is signed in."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.db = db
        self.place = people.authority(db)
        self.trainer: Person = people.person(db, self.place, Role.TRAINER, name="Tess Trainer")
        team = Team(authority_id=self.place.id, name="East")
        db.add(team)
        db.flush()
        self.zoe = people.person(db, self.place, name="Zoe Zimmer", team_id=team.id)
        self.abe = people.person(db, self.place, name="Abe Arnold")
        self.mo = people.person(db, self.place, name="Mo Murphy")
        self.cohort: Cohort = cohort(
            db, self.place, "Autumn", members=[self.zoe, self.abe, self.mo], trainers=[self.trainer]
        )
        db.commit()
        self.tess = people.signed_in(Visitor(app.test_client()), self.trainer)
        self.address = f"/cohorts/{self.cohort.id}/board"

    def finish(self, person: Person, module: str, days_ago: int = 1) -> None:
        here = clock.now().astimezone(clock.HERE) - timedelta(days=days_ago)
        at = here.astimezone(UTC)
        told = {"person_id": person.id, "course": "small", "module": module, "done_at": at}
        self.db.add(ModuleDone(**told))
        self.db.add(StepDone(**told, step="a-step"))
        self.db.commit()

    def rows(self) -> dict[str, board.Row]:
        return {row.name: row for row in board.of(self.db, self.cohort).rows}


@pytest.fixture
def group(app: Flask, db: Session, tmp_path: Path) -> Iterator[Group]:
    courses.forget()
    small_course.load(db, tmp_path)
    yield Group(app, db)
    courses.forget()


def cells(page: Page, name: str) -> list[str]:
    return [
        div.get_text(" ", strip=True)
        for div in page.soup.select("td > div")
        if (head := div.find_previous_sibling("span")) is not None and head.get_text() == name
    ]


def test_people_stand_by_name_with_what_they_did(group: Group) -> None:
    group.finish(group.zoe, "one")
    recording = over_time.recording(group.db, group.zoe, 20)
    over_time.coached(group.db, recording, group.trainer, 10)
    over_time.recording(group.db, group.mo, 60)
    over_time.recording(group.db, group.mo, 200)  # too long ago to count
    page = group.tess.get(group.address)
    assert page.heading == "How Autumn gets on"
    names = cells(page, "Name")
    assert names == ["Abe Arnold", "Mo Murphy", "Zoe Zimmer East"]
    total = len(board.of(group.db, group.cohort).modules)
    assert cells(page, "Modules finished") == [f"0 of {total}", f"0 of {total}", f"1 of {total}"]
    assert cells(page, "Recordings in six months") == ["0", "1", "1"]
    assert cells(page, "Coached") == ["0 of 3", "0 of 3", "1 of 3"]
    seen = cells(page, "Last seen practising")
    assert seen[0] == "not yet"
    assert seen[1].endswith("more than six weeks ago")
    assert "ago" not in seen[2]
    assert "3 people. 1 finished a module or more, and none of them all" in page.text
    assert "2 brought in a recording; 1 had one coached, and none had 3 or more" in page.text
    assert "2 people did nothing here for six weeks" in page.text


def test_a_module_of_an_older_version_counts_for_nobody(group: Group) -> None:
    group.finish(group.zoe, "a-module-that-is-gone")
    found = board.of(group.db, group.cohort)
    assert [row.modules for row in found.rows] == [0, 0, 0]
    assert all(module.people == 0 for module in found.modules)


def test_the_reach_of_each_module(group: Group) -> None:
    for person in (group.zoe, group.abe):
        group.finish(person, "one")
    page = group.tess.get(group.address)
    assert cells(page, "Finished by")[0] == "2 of 3"
    assert page.soup.select("#modules ~ table rect.bar-part")[0]["width"] == "66.7%"


def test_who_waits_for_coaching_waits_until_it_is_sent_or_taken_back(group: Group) -> None:
    recording = made.ready(group.db, group.mo)
    assert group.rows()["Mo Murphy"].waits_since is None
    share = made.shared(group.db, recording, group.trainer)
    assert group.rows()["Mo Murphy"].waits_since == clock.today()
    coaching.keep(group.db, group.trainer, recording, Told(ask="How was it?"), {})
    assert group.rows()["Mo Murphy"].waits_since == clock.today()
    share.withdrawn_at = clock.now()
    group.db.commit()
    assert group.rows()["Mo Murphy"].waits_since is None
    made.shared(group.db, recording, group.trainer)
    coaching.send(group.db, group.trainer, recording)
    row = group.rows()["Mo Murphy"]
    assert (row.waits_since, row.coached) == (None, 1)


def test_the_edge_of_quiet(group: Group) -> None:
    group.finish(group.abe, "one", days_ago=board.QUIET.days)
    group.finish(group.mo, "one", days_ago=board.QUIET.days + 1)
    rows = group.rows()
    assert (rows["Abe Arnold"].quiet, rows["Mo Murphy"].quiet) == (False, True)


def test_nothing_of_a_recording_but_numbers(group: Group) -> None:
    made.ready(group.db, group.mo, title="A title of hers")
    page = group.tess.get(group.address)
    assert "A title of hers" not in page.text
    assert not any("/recordings/" in link for link in page.links())


def test_the_cost_does_not_grow_with_the_cohort(group: Group, engine: Engine) -> None:
    group.tess.get(group.address)
    with counted(engine) as few:
        group.tess.get(group.address)
    more = [people.person(group.db, group.place, name=f"Person {n:02}") for n in range(30)]
    group.cohort.members.extend(more)
    for someone in more[:6]:
        made.shared(group.db, made.ready(group.db, someone), group.trainer)
        group.finish(someone, "one")
    group.db.commit()
    with counted(engine) as many:
        page = group.tess.get(group.address)
    assert len(many) == len(few)
    assert "33 people" in page.text
    assert len(cells(page, "Name")) == 25
    assert len(cells(group.tess.get(f"{group.address}?page=2"), "Name")) == 8


def test_a_cohort_of_one_and_of_none(group: Group) -> None:
    group.cohort.members[:] = [group.abe]
    group.db.commit()
    assert "1 person." in group.tess.get(group.address).text
    group.cohort.members.clear()
    group.db.commit()
    assert "Nobody is in this cohort yet" in group.tess.get(group.address).text


def test_somebody_who_left_is_not_on_it(group: Group) -> None:
    group.abe.active = False
    group.db.commit()
    assert list(group.rows()) == ["Mo Murphy", "Zoe Zimmer"]


def test_a_cohort_of_another_trainer_or_authority_is_not_found(app: Flask, group: Group) -> None:
    others = [people.person(group.db, group.place, Role.TRAINER), people.person(group.db, role=Role.ADMINISTRATOR)]
    for other in others:
        visitor = people.signed_in(Visitor(app.test_client()), other)
        visitor.get("/account")
        visitor.get(group.address, status=404)
        visitor.send(group.address, {"kind": "csv"}, status=404)
    practitioner = people.signed_in(Visitor(app.test_client()), group.abe)
    practitioner.get(group.address, status=403)


def test_it_is_reached_from_the_cohort(group: Group) -> None:
    assert group.address in group.tess.get(f"/cohorts/{group.cohort.id}").links()


def test_as_files_that_run_nothing_and_leave_a_trace(group: Group) -> None:
    group.abe.name = "=1+1"
    group.finish(group.zoe, "one")
    group.tess.get(group.address)
    csv = group.tess.client.post(group.address, data={"csrf_token": group.tess.token, "kind": "csv"})
    lines = csv.get_data().decode("utf-8-sig").splitlines()
    assert lines[0] == ",".join(board.HEADS)
    assert lines[1].startswith("'=1+1,")
    assert csv.headers["Content-Disposition"].endswith('.csv"')
    excel = group.tess.client.post(group.address, data={"csrf_token": group.tess.token, "kind": "xlsx"})
    sheet = load_workbook(io.BytesIO(excel.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == board.HEADS
    assert rows[1][0] == "'=1+1"
    assert [row[2] for row in rows[1:]] == [0, 0, 1]
    events = group.db.scalars(select(AuditEvent).where(AuditEvent.name == "cohort.export")).all()
    assert sorted(event.about["kind"] for event in events) == ["csv", "xlsx"]
