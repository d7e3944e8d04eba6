"""Importing people: choose a file, look at what it would do, say yes once."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.organisation import made
from tests.webapp.organisation.made import Office, rows, seen
from tests.webapp.organisation.workbooks import GOOD, HEADS, workbook
from tests.webapp.pages import Visitor, counted
from webapp import clock, jobs
from webapp.accounts.tables import DISCIPLINES, Person, Role
from webapp.audit import AuditEvent
from webapp.errors import Refused
from webapp.organisation.queries import people as people_queries
from webapp.organisation.services import import_file, import_plan
from webapp.organisation.tables import Cohort, PeopleImport, Team, cohort_members

HEAD = "name,e-mail,team,discipline,role,cohort\n"
WRITTEN = (Person, Team, Cohort, cohort_members, AuditEvent)


def counts(db: Session) -> list[int | None]:
    """How many rows there are of all that an import could write."""
    return [db.scalar(select(func.count()).select_from(table)) for table in WRITTEN]


def effects(office: Office, text: str) -> list[str]:
    """What the preview says of each row."""
    return [row.partition("What happens ")[2] for row in rows(office.upload(text))]


def test_nothing_is_written_before_the_yes_and_all_after(office: Office) -> None:
    north = office.team("North")
    cohort = office.cohort("Autumn 2027")
    known = office.person(name="Old Name", email="known@council.example", last_sign_in_at=clock.now())
    same = office.person(name="Same", email="same@council.example", team_id=north.id, discipline="Police")
    before = counts(office.db)
    page = office.upload(
        HEAD
        + "Nia Rowe,Nia@Council.example,NORTH,domestic abuse,Trainer,autumn 2027\n"
        + "Tom Rowe,tom@council.example,West,,,\n"
        + "New Name,known@council.example,west,Children’s Social Work,service lead,Autumn 2027\n"
        + "Same,SAME@council.example,north,POLICE,Learner,\n"
    )
    assert counts(office.db) == before
    assert page.heading == "Look through the import"
    assert [row.partition("What happens ")[2] for row in rows(page)] == [
        "Invited: Trainer; Domestic abuse; team North; joins the cohort Autumn 2027",
        "Invited: Practitioner; Other; team West (will be made)",
        "name: Old Name → New Name; team: none → West (will be made); role: Practitioner → Service lead; "
        "joins the cohort Autumn 2027",
        "Nothing changes",
    ]
    page = office.confirm(page)
    assert "2 people invited, 1 person changed, 0 rows left out" in page.text
    office.db.expire_all()
    nia, tom = (
        office.db.scalars(select(Person).where(Person.email == f"{n}@council.example")).one() for n in ("nia", "tom")
    )
    west = office.db.scalars(select(Team).where(Team.name == "West")).one()
    assert (nia.name, nia.team_id, nia.discipline, nia.role, nia.active) == (
        "Nia Rowe",
        north.id,
        "Domestic abuse",
        "trainer",
        True,
    )
    assert (tom.team_id, tom.discipline, tom.role) == (west.id, "Other", "practitioner")
    assert (known.name, known.team_id, known.role, known.session_version) == ("New Name", west.id, "lead", 1)
    assert (same.team_id, same.session_version) == (north.id, 0)
    assert {person.id for person in cohort.members} == {nia.id, known.id}
    told = list(office.db.scalars(select(AuditEvent.name).where(AuditEvent.actor_id == office.actor.id)))
    assert (told.count("person.add"), told.count("person.change"), told.count("team.add")) == (2, 1, 1)
    event = office.db.scalars(select(AuditEvent).where(AuditEvent.name == "people.import")).one()
    assert event.about == {"invited": 2, "changed": 1, "left_out": 0}
    assert not list(office.db.scalars(select(PeopleImport)))


def test_a_workbook_is_imported_too(office: Office) -> None:
    page = office.upload(
        workbook((*HEADS, "Team"), ("Nia Rowe", "nia@council.example", "=1+1"), ("Tom", "t@x.example", "North"))
    )
    assert "holds a formula" in rows(page)[0]
    assert "Invited" in rows(page)[1]


def test_an_empty_cell_or_a_missing_column_changes_nothing(office: Office) -> None:
    team = office.team("North")
    someone = office.person(
        Role.TRAINER, name="Nia", email="nia@council.example", team_id=team.id, discipline="Play therapy"
    )
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    assert "Nothing changes" in page.text
    page = office.upload("name,e-mail,phone,<b>x</b>\nNia,nia@council.example,1,2\n")
    assert "no column for team, discipline, role, cohort" in page.text
    assert "We do not know these columns and leave them out: phone, <b>x</b>." in page.text
    assert not page.soup.select("main .btn-primary")
    office.db.refresh(someone)
    assert (someone.role, someone.team_id, someone.discipline) == ("trainer", team.id, "Play therapy")


WRONG = {
    "no name": (",n@council.example,,,,", "There is no name. Put one in."),
    "no address": ("Nia,,,,,", "There is no e-mail address. Put one in."),
    "no address that is one": ("Nia,nia at council,,,,", "“nia at council” is no e-mail address."),
    "two addresses": ("Nia,a@x.example b@x.example,,,,", "is no e-mail address"),
    "a long name": ("x" * 121 + ",n@council.example,,,,", "The name has 121 characters. 120 is the most."),
    "a very long name": ("x" * 5001 + ",n@council.example,,,,", "more than 5,000 characters"),
    "a long address": ("Nia," + "x" * 250 + "@x.example,,,,", "The e-mail address has 260 characters."),
    "a long team": ("Nia,n@council.example," + "x" * 121 + ",,,", "The team has 121 characters."),
    "a long role": ("Nia,n@council.example,,," + "x" * 5000 + ",", "The role has 5,000 characters."),
    "a discipline that is none": (
        "Nia,n@council.example,,Plumbing,,",
        "“Plumbing” is no discipline we know. Use one of:",
    ),
    "a role that is none": ("Nia,n@council.example,,,Boss,", "“Boss” is no role. Use one of: Practitioner, Trainer"),
    "a cohort that is none": ("Nia,n@council.example,,,,Winter", "There is no cohort called “Winter”. Add it"),
    "somebody deactivated": ("Gone,gone@council.example,,,,", "This account is deactivated. Activate it"),
    "somebody elsewhere": ("Nia,There@council.example,,,,", "This address cannot be used"),
    "the same address as above": ("Nia,FIRST@council.example,,,,", "Row 2 has the same address. Keep one of the two."),
    "a cell too many": ("Rowe, Nia,n@council.example,North,Police,Trainer,Winter", "more cells than headings"),
    "the last administrator": ("Robin Admin,ADMIN,,,trainer,", "This is the last active administrator."),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_row_is_said_and_the_row_left_out(office: Office, name: str) -> None:
    line, said = WRONG[name]
    office.person(email="gone@council.example", active=False)
    elsewhere = people.authority(office.db, "Very Secret Council")
    foreign = people.person(office.db, elsewhere, email="there@council.example", name="Foreign")
    made.cohort(office.db, elsewhere, "Winter")
    page = office.upload(HEAD + "First,first@council.example,,,,\n" + line.replace("ADMIN", office.actor.email) + "\n")
    assert said in " ".join(rows(page)[1].split())
    assert "Error" in rows(page)[1]
    assert "Secret" not in page.text
    before = counts(office.db)
    assert "Tick the box" in office.confirm(page).text
    assert counts(office.db) == before
    page = office.confirm(
        office.upload(HEAD + "First,first@council.example,,,,\n" + line.replace("ADMIN", office.actor.email)), rest="y"
    )
    assert "1 person invited, 0 people changed, 1 row left out" in page.text
    office.db.refresh(foreign)
    assert (foreign.name, foreign.authority_id) == ("Foreign", elsewhere.id)
    office.db.refresh(office.actor)
    assert office.actor.role == Role.ADMINISTRATOR


def test_several_things_wrong_are_all_said(office: Office) -> None:
    (told,) = effects(office, HEAD + ",,,Plumbing,Boss,Winter\n")
    for said in ("no name", "no e-mail", "no discipline", "no role", "no cohort"):
        assert said in told
    assert all(name in told for name in DISCIPLINES)


def test_of_two_administrators_one_can_step_down_by_file(office: Office) -> None:
    other = office.person(Role.ADMINISTRATOR, last_sign_in_at=clock.now())
    text = HEAD + "Nia,nia@council.example,,,,\n"
    text += f"{office.actor.name},{office.actor.email},,,Trainer,\n{other.name},{other.email},,,Trainer,\n"
    told = effects(office, text)
    assert told[1] == "role: Administrator → Trainer"
    assert "last active administrator" in told[2]
    page = office.confirm(office.upload(text), rest="y")
    assert page.heading.startswith("Hello")


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@x", "<script>alert(1)</script>"])
def test_cells_that_could_run_are_kept_as_text(office: Office, cell: str) -> None:
    page = office.upload(f'name,e-mail,team\n"{cell}",nia@council.example,"{cell}"\n')
    assert "<script>alert" not in page.response.text
    assert "1 person invited" in office.confirm(page).text
    person = office.db.scalars(select(Person).where(Person.email == "nia@council.example")).one()
    assert person.name == cell
    assert "<script>alert" not in office.visitor.get("/people").response.text


def test_twice_imports_once(office: Office) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    office.confirm(page)
    before = counts(office.db)
    again = office.confirm(page, status=404)
    assert "has been done" in again.text
    assert counts(office.db) == before
    office.visitor.get(page.response.request.path, status=404)


def test_two_tabs_with_the_same_file(office: Office) -> None:
    text = HEAD + "Nia,nia@council.example,,,,\n"
    first, second = office.upload(text), office.upload(text)
    office.confirm(first)
    before = counts(office.db)
    page = office.confirm(second)
    assert "Something changed since you looked" in page.text
    assert "Nothing changes" in rows(page)[0]
    assert counts(office.db) == before


def test_what_changed_meanwhile_is_shown_first(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    path = f"{page.response.request.path}/confirm"
    assert "Something changed" in office.visitor.send(path, {"seen": "forged"}).text
    assert "Something changed" in office.visitor.send(path).text
    office.person(email="nia@council.example", name="Other")
    monkeypatch.setattr(people_queries, "by_emails", lambda *_: {})  # as another sees it, a moment before
    assert "Something changed" in office.visitor.send(path, {"seen": seen(page)}).text
    assert office.db.scalar(select(func.count()).where(Person.email == "nia@council.example")) == 1


def test_an_import_runs_out_after_a_day(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    mark = seen(page)
    later = clock.now() + timedelta(days=1, seconds=1)
    kept = office.db.scalars(select(PeopleImport)).one()
    kept.expires_at = clock.now() - timedelta(seconds=1)
    office.db.commit()
    path = page.response.request.path
    assert "more than a day old" in office.visitor.get(path, status=404).text
    for action in ("confirm", "call-off"):
        office.visitor.send(f"{path}/{action}", {"seen": mark}, status=404)
    monkeypatch.setattr(clock, "now", lambda: later)
    office.upload(HEAD + "Tom,tom@council.example,,,,\n")
    assert len(list(office.db.scalars(select(PeopleImport)))) == 1


def test_the_worker_forgets_what_ran_out(office: Office, app: Flask) -> None:
    office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    jobs.do(app, "organisation.forget_imports")
    kept = office.db.scalars(select(PeopleImport)).one()
    kept.expires_at = clock.now()
    office.db.commit()
    jobs.sweep(app)
    assert not list(office.db.scalars(select(PeopleImport)))


def test_an_import_can_be_called_off(office: Office) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    before = counts(office.db)
    page = office.visitor.send(f"{page.response.request.path}/call-off")
    assert "Nothing was imported" in page.text
    assert counts(office.db) == before
    assert not list(office.db.scalars(select(PeopleImport)))


def test_only_its_owner_sees_it(office: Office) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    colleague = office.person(Role.ADMINISTRATOR)
    theirs = people.signed_in(Visitor(office.visitor.client.application.test_client()), colleague)
    path = page.response.request.path
    theirs.get(path, status=404)
    for action in ("confirm", "call-off"):
        theirs.send(f"{path}/{action}", {"seen": seen(page)}, status=404)
    assert "1 person invited" in office.confirm(page).text


def test_a_long_file_is_looked_through_page_by_page(office: Office) -> None:
    lines = [f"P{number},{'bad' if number % 3 else f'p{number}@x.example'},,,," for number in range(180)]
    page = office.upload(HEAD + "\n".join(lines))
    assert "180 rows" in page.text
    assert len(rows(page)) == 25
    path = page.response.request.path
    assert len(rows(office.visitor.get(f"{path}?show=new&page=3"))) == 10
    assert len(rows(office.visitor.get(f"{path}?page=8"))) == 5
    page = office.visitor.get(f"{path}?show=wrong")
    assert all("Error" in row for row in rows(page))
    assert len(rows(office.visitor.get(f"{path}?show=nonsense&page=nonsense"))) == 25
    assert "60 people invited, 0 people changed, 120 rows left out" in office.confirm(page, rest="y").text


def test_looking_costs_the_same_for_many(office: Office, engine: Engine) -> None:
    def cost(number: int) -> int:
        lines = [f"P{n},p{n}@council.example,Team {n % 9},,,Autumn" for n in range(number)]
        path = office.upload(HEAD + "\n".join(lines)).response.request.path
        with counted(engine) as sent:
            office.visitor.get(path)
        return len(sent)

    office.cohort("Autumn")
    few = cost(2)
    for number in range(60):
        office.person(email=f"p{number}@council.example")
    assert few == cost(300) <= 9


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose a file."),
        ({"file": "text and no file"}, "Choose a file."),
        ({"file": (io.BytesIO(b""), "")}, "Choose a file."),
        ({"file": (io.BytesIO(b""), "people.csv")}, "empty"),
        ({"file": (io.BytesIO(GOOD[:300]), "people.xlsx")}, "cannot be read"),
        ({"file": (io.BytesIO(b"x" * 10_001), "people.csv")}, "larger than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_at_the_field(
    office: Office, monkeypatch: pytest.MonkeyPatch, data: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(import_file, "MOST_BYTES", 10_000)
    office.visitor.get("/people/import")
    page = office.visitor.send("/people/import", data)
    field = page.soup.select_one("#file-error")
    assert field is not None
    assert said in field.get_text()
    assert not list(office.db.scalars(select(PeopleImport)))


def test_a_file_that_is_far_too_large(office: Office) -> None:
    office.visitor.get("/people/import")
    told = {"CONTENT_LENGTH": str(17 * 2**20)}
    assert office.visitor.send("/people/import", status=413, environ_overrides=told).heading == "That is too large"


def test_a_file_name_is_only_text(office: Office) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n", "<b>../../x\u202e" + "y" * 300 + ".csv")
    assert "<b>../../xyyy" in page.text
    assert "y" * 200 not in page.text


def test_the_example_can_be_imported(office: Office) -> None:
    response = office.visitor.get("/people/import/example.csv").response
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in response.headers["Content-Disposition"]
    page = office.upload(response.data)
    assert "3 people are new" in page.text
    assert "0 rows have an error" in page.text


@given(
    data=st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f"name,e-mail,team\n{text}".encode("utf-8", "replace"))
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_breaks_the_page_or_writes(office: Office, data: bytes) -> None:
    before = counts(office.db)
    assert office.upload(data).heading in ("Import people", "Look through the import")
    assert counts(office.db) == before


CELLS = st.sampled_from(
    ["", "Nia", "nia@council.example", "here@council.example", "North", "Police", "trainer", "Autumn", "x" * 300]
) | st.text(max_size=8)


@given(lines=st.lists(st.lists(CELLS, min_size=6, max_size=7), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_rows_make_a_plan_and_write_nothing(office: Office, lines: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([HEAD.strip().split(","), *lines])
    if office.db.scalar(select(Person).where(Person.email == "here@council.example")) is None:
        office.person(email="here@council.example")
        office.cohort("Autumn")
    before = counts(office.db)
    try:
        sheet = import_file.read(out.getvalue().encode("utf-8", "replace"))
    except Refused:
        return
    planned = import_plan.make(office.db, office.actor.authority_id, sheet)
    assert len(planned.effects) == len(sheet.rows)
    assert not office.db.new
    assert not office.db.dirty
    assert counts(office.db) == before
