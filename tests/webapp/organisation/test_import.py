"""Importing people: look at what a file would do, and say yes."""

from __future__ import annotations

from sqlalchemy import Engine, select

from tests.webapp.organisation.importing import HEAD, counts
from tests.webapp.organisation.made import Office, rows
from tests.webapp.organisation.workbooks import HEADS, workbook
from tests.webapp.pages import counted
from webapp import clock
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.organisation.tables import PeopleImport, Team


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
