"""The list of cohorts, and each cohort's page."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.organisation import made
from tests.webapp.organisation.made import Office, rows
from tests.webapp.pages import Visitor, counted
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.organisation.queries import cohorts as queries
from webapp.organisation.tables import Cohort, cohort_members

GOOD = {"name": "Autumn 2027", "starts_on": "2027-09-01", "ends_on": "2028-01-31"}


def in_it(office: Office, cohort: Cohort) -> set[int]:
    return set(office.db.scalars(select(cohort_members.c.person_id).where(cohort_members.c.cohort_id == cohort.id)))


def test_a_cohort_is_added_and_listed(office: Office) -> None:
    assert "no cohorts yet" in office.visitor.get("/cohorts").text
    trainer = office.person(Role.TRAINER, name="Tom Trainer")
    office.visitor.get("/cohorts/new")
    page = office.visitor.send("/cohorts/new", GOOD | {"trainers": [str(trainer.id), str(office.actor.id)]})
    assert page.heading == "Autumn 2027"
    assert "Trained by Robin Admin, Tom Trainer." in " ".join(page.text.split())
    assert rows(office.visitor.get("/cohorts")) == [
        "Cohort Autumn 2027 Dates 1 September 2027 to 31 January 2028 Trainers Robin Admin, Tom Trainer People 0"
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Type the cohort's name."),
        ({"name": "x" * 5000}, "120"),
        ({"name": "sPRING"}, "already"),
        ({"starts_on": ""}, "Choose the first day."),
        ({"starts_on": "31/12/2027"}, "no date"),
        ({"starts_on": "2027-02-30"}, "no date"),
        ({"starts_on": "0001-01-01"}, "between 2000 and 2100"),
        ({"ends_on": "soon"}, "no date"),
        ({"ends_on": "9999-12-31"}, "between 2000 and 2100"),
        ({"ends_on": "2027-08-31"}, "before the first"),
        ({"trainers": ["PRACTITIONER"]}, "Choose from the list."),
        ({"trainers": ["FOREIGN"]}, "Choose from the list."),
        ({"trainers": ["AWAY"]}, "Choose from the list."),
        ({"trainers": ["99999999999999999999", "x"]}, "Choose from the list."),
    ],
)
def test_what_cannot_be(office: Office, wrong: dict[str, object], said: str) -> None:
    ids = {
        "PRACTITIONER": str(office.person().id),
        "FOREIGN": str(people.person(office.db, None, Role.TRAINER).id),
        "AWAY": str(office.person(Role.TRAINER, active=False).id),
    }
    office.cohort("Spring")
    mine = office.cohort("Mine")
    told = {**GOOD, **wrong}
    if isinstance(told.get("trainers"), list):
        told["trainers"] = [ids.get(name, name) for name in told["trainers"]]
    for path in ("/cohorts/new", f"/cohorts/{mine.id}/edit"):
        mark = made.seen(office.visitor.get(path))
        page = office.visitor.send(path, told | {"seen": mark})
        assert said in page.text
        assert page.soup.find(class_="wrong")
    assert set(office.db.scalars(select(Cohort.name))) == {"Spring", "Mine"}


def test_two_who_add_the_same_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.cohort("Autumn 2027")
    mine = office.cohort("Mine")
    monkeypatch.setattr(queries, "by_name", lambda *_: None)
    for path in ("/cohorts/new", f"/cohorts/{mine.id}/edit"):
        mark = made.seen(office.visitor.get(path))
        assert "already" in office.visitor.send(path, GOOD | {"seen": mark}).text
    assert set(office.db.scalars(select(Cohort.name))) == {"Autumn 2027", "Mine"}


def test_a_cohort_is_changed_unless_somebody_was_quicker(office: Office) -> None:
    leaver = office.person(Role.TRAINER, active=False, name="Away Now")
    cohort = office.cohort("Old", trainers=[leaver])
    path = f"/cohorts/{cohort.id}/edit"
    page = office.visitor.get(path)
    assert page.soup.select_one(f"input[value='{leaver.id}'][checked]")
    told = GOOD | {"seen": made.seen(page), "trainers": [str(leaver.id)], "ends_on": ""}
    page = office.visitor.send(path, told)
    assert "Saved." in page.text
    assert "From 1 September 2027. Trained by Away Now." in " ".join(page.text.split())
    page = office.visitor.send(path, told | {"name": "Third"})
    assert "Somebody changed this" in page.text
    office.db.refresh(cohort)
    assert (cohort.name, cohort.starts_on, cohort.ends_on) == ("Autumn 2027", date(2027, 9, 1), None)


def test_people_are_found_added_and_taken_out(office: Office) -> None:
    cohort = office.cohort("Autumn")
    nia, tom = office.person(name="Nia Rowe"), office.person(name="Tom Rowe")
    office.person(name="Away Rowe", active=False)
    foreign = people.person(office.db, name="Foreign Rowe")
    page = office.visitor.get(f"/cohorts/{cohort.id}?words=rowe")
    offered = [str(box["value"]) for box in page.soup.select("input[name=person]")]
    assert offered == [str(nia.id), str(tom.id)]
    page = office.visitor.send(f"/cohorts/{cohort.id}/people", {"person": [*offered, str(foreign.id), "x", "9" * 40]})
    assert "2 people added." in page.text
    assert len(rows(page)) == 2
    assert in_it(office, cohort) == {nia.id, tom.id}
    assert "Nobody outside" in office.visitor.get(f"/cohorts/{cohort.id}?words=rowe").text
    assert "Nobody was added" in office.visitor.send(f"/cohorts/{cohort.id}/people", {"person": offered}).text
    assert "Nobody was added" in office.visitor.send(f"/cohorts/{cohort.id}/people").text
    page = office.visitor.send(f"/cohorts/{cohort.id}/take-out", {"person": str(tom.id)})
    assert "Tom Rowe is not in this cohort any more." in page.text
    office.visitor.send(f"/cohorts/{cohort.id}/take-out", {"person": str(tom.id)})
    office.visitor.send(f"/cohorts/{cohort.id}/take-out", {"person": "x"}, status=404)
    assert in_it(office, cohort) == {nia.id}
    told = office.db.scalars(select(AuditEvent).where(AuditEvent.name.startswith("cohort.")).order_by(AuditEvent.id))
    assert [(event.name, event.about) for event in told] == [
        ("cohort.add_people", {"people": 2}),
        ("cohort.take_out", {"person": tom.id}),
    ]


def test_a_search_offers_the_first_twenty(office: Office) -> None:
    cohort = office.cohort("Autumn")
    for number in range(25):
        office.person(name=f"Same {number}")
    page = office.visitor.get(f"/cohorts/{cohort.id}?words=same")
    assert len(page.soup.select("input[name=person]")) == 20
    assert "the first 20" in page.text


def test_a_whole_team_is_added(office: Office) -> None:
    cohort, team = office.cohort("Autumn"), office.team("North")
    one, two = office.person(team_id=team.id), office.person(team_id=team.id)
    office.person(team_id=team.id, active=False)
    foreign = made.team(office.db, people.authority(office.db), "Foreign")
    people.person(office.db, team_id=foreign.id)
    office.visitor.get(f"/cohorts/{cohort.id}")
    path = f"/cohorts/{cohort.id}/team"
    assert "2 people added." in office.visitor.send(path, {"team": str(team.id)}).text
    assert "Nobody was added" in office.visitor.send(path, {"team": str(team.id)}).text
    for wrong in (str(foreign.id), "", "x", "9" * 40):
        assert "Choose a team" in office.visitor.send(path, {"team": wrong}).text
    assert in_it(office, cohort) == {one.id, two.id}


def test_an_empty_cohort_goes_at_once_and_another_after_a_yes(office: Office) -> None:
    empty, full = office.cohort("Empty"), office.cohort("Full", members=[office.person()], trainers=[office.actor])
    assert "Nobody is in this cohort." in office.visitor.get(f"/cohorts/{empty.id}/remove").text
    assert "is removed" in office.visitor.send(f"/cohorts/{empty.id}/remove").text
    office.visitor.get(f"/cohorts/{full.id}/remove")
    page = office.visitor.send(f"/cohorts/{full.id}/remove")
    assert "Tick the box" in page.text
    assert "is removed" in office.visitor.send(f"/cohorts/{full.id}/remove", {"confirmed": "y"}).text
    assert not list(office.db.scalars(select(Cohort)))
    office.visitor.send(f"/cohorts/{full.id}/remove", {"confirmed": "y"}, status=404)


def test_lists_cost_the_same_for_many(office: Office, engine: Engine) -> None:
    cohort = office.cohort("First", trainers=[office.actor], members=[office.actor])
    paths = ("/cohorts", f"/cohorts/{cohort.id}", f"/cohorts/{cohort.id}?words=p")
    few = []
    for path in paths:
        with counted(engine) as sent:
            office.visitor.get(path)
        few.append(len(sent))
    many = [office.person(Role.TRAINER) for _ in range(60)]
    cohort.members = [*cohort.members, *many[:55]]
    office.db.commit()
    for number in range(60):
        office.cohort(f"Cohort {number}", trainers=many[:3], members=many)
    for path, cost in zip(paths, few, strict=True):
        with counted(engine) as sent:
            page = office.visitor.get(path)
        assert len(rows(page)) == 25
        assert len(sent) == cost <= 8


def test_a_trainer_reads_her_own_cohorts(visitor: Visitor, db: Session) -> None:
    place = people.authority(db)
    trainer = people.person(db, place, Role.TRAINER)
    learner = people.person(db, place, name="Nia Rowe")
    hers = made.cohort(db, place, "Hers", trainers=[trainer], members=[learner])
    other = made.cohort(db, place, "Another's", members=[trainer])
    people.signed_in(visitor, trainer)
    page = visitor.get("/cohorts")
    assert "Hers" in page.text
    assert "Another's" not in page.text
    assert "Add a cohort" not in page.text
    page = visitor.get(f"/cohorts/{hers.id}?words=nia")
    assert "Nia Rowe" in page.text
    assert not page.soup.select("main form")
    assert not [link for link in page.links() if link.startswith("/people") or link.endswith(("/edit", "/remove"))]
    visitor.get(f"/cohorts/{other.id}", status=404)
    assert {"/", "/cohorts"} <= set(page.links())
    assert "/people" not in page.links()


def test_a_trainer_without_a_cohort(visitor: Visitor, db: Session) -> None:
    people.signed_in(visitor, people.person(db, role=Role.TRAINER))
    assert "do not train a cohort yet" in visitor.get("/cohorts").text


def test_markup_in_a_name_stays_text(office: Office) -> None:
    cohort = office.cohort("<script>alert(1)</script>")
    for path in ("/cohorts", f"/cohorts/{cohort.id}", f"/cohorts/{cohort.id}/edit", f"/cohorts/{cohort.id}/remove"):
        assert "<script>alert" not in office.visitor.get(path).response.text
