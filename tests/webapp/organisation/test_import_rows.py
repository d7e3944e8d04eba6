"""The rows of an import: what is wrong with one is said, and the row left out."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.webapp import people
from tests.webapp.organisation import made
from tests.webapp.organisation.importing import HEAD, counts, effects
from tests.webapp.organisation.made import Office, rows
from webapp import clock
from webapp.accounts.tables import DISCIPLINES, Person, Role
from webapp.errors import Refused
from webapp.organisation.services import import_file, import_plan

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
