"""Nobody reaches people and places of another authority, by any address and any form, nor without the role."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.webapp import people
from tests.webapp.organisation import made
from tests.webapp.organisation.made import Office, details
from tests.webapp.pages import Visitor
from webapp import clock
from webapp.accounts.tables import Person, Role
from webapp.organisation.services import imports
from webapp.organisation.tables import Cohort, Team, cohort_members, cohort_trainers
from webapp.permissions import PERMISSIONS

HUGE = 2**63


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("organisation.")]


def address(rule: Rule, ids: dict[str, int]) -> str:
    path = rule.rule
    for name in rule.arguments:
        path = path.replace(f"<int:{name}>", str(ids[name]))
    return path


def everything(db: Session, authority_id: int) -> list[Any]:
    """All that is known of an authority's people and places."""
    db.expire_all()
    found: list[Any] = []
    for table in (Person, Team, Cohort):
        columns = inspect(table).columns
        found += db.execute(select(*columns).where(table.authority_id == authority_id).order_by(table.id)).all()
    for places in (cohort_members, cohort_trainers):
        found += db.execute(
            select(places).join(Cohort, Cohort.id == places.c.cohort_id).where(Cohort.authority_id == authority_id)
        ).all()
    return found


class Elsewhere:
    """Another authority with one of everything."""

    def __init__(self, db: Session) -> None:
        self.place = people.authority(db)
        self.team = made.team(db, self.place, "Foreign team")
        self.actor = people.person(db, self.place, Role.ADMINISTRATOR, last_sign_in_at=clock.now())
        self.person = people.person(db, self.place, Role.TRAINER, team_id=self.team.id, second_factor=b"x")
        self.cohort = made.cohort(db, self.place, "Foreign cohort", members=[self.person], trainers=[self.person])
        self.kept = imports.keep(db, self.actor, data=b"name,email\nA,a@council.example\n", file_name="a.csv")
        db.commit()
        self.ids = {
            "person_id": self.person.id,
            "team_id": self.team.id,
            "cohort_id": self.cohort.id,
            "import_id": self.kept.id,
        }


def test_there_are_addresses_to_try(app: Flask) -> None:
    assert {name for rule in rules(app) for name in rule.arguments} == {
        "person_id",
        "team_id",
        "cohort_id",
        "import_id",
    }
    assert len(rules(app)) > 20


def test_another_authoritys_ids_lead_nowhere(office: Office, app: Flask) -> None:
    elsewhere = Elsewhere(office.db)
    before = everything(office.db, elsewhere.place.id)
    office.visitor.get("/people")
    form = {
        "name": "Taken over",
        "team": str(elsewhere.team.id),
        "person": str(elsewhere.person.id),
        "confirmed": "y",
        "rest": "y",
    }
    for ids in (elsewhere.ids, dict.fromkeys(elsewhere.ids, HUGE), dict.fromkeys(elsewhere.ids, 0)):
        for rule in rules(app):
            if not rule.arguments:
                continue
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                seek = (
                    office.visitor.get
                    if method == "GET"
                    else lambda path, **more: office.visitor.send(path, form, **more)
                )
                page = seek(address(rule, ids), status=404)
                assert "Foreign" not in page.text
    assert everything(office.db, elsewhere.place.id) == before


def test_lists_show_nothing_of_elsewhere(office: Office, app: Flask) -> None:
    elsewhere = Elsewhere(office.db)
    for rule in rules(app):
        if not rule.arguments and "GET" in (rule.methods or set()):
            text = office.visitor.get(
                f"{rule.rule}?team={elsewhere.team.id}&words={elsewhere.person.email}"
            ).response.text
            assert "Foreign" not in text
            assert elsewhere.person.name not in text


def test_forms_take_no_ids_of_elsewhere(office: Office) -> None:
    elsewhere, mine = Elsewhere(office.db), office.cohort("Mine")
    someone = office.person()
    before = everything(office.db, elsewhere.place.id)
    told = details(office.visitor.get(f"/people/{someone.id}"), team=str(elsewhere.team.id))
    assert "Choose from the list." in office.visitor.send(f"/people/{someone.id}", told).text
    told = details(
        office.visitor.get("/people/new"),
        name="N",
        email="n@council.example",
        discipline="Other",
        team=str(elsewhere.team.id),
    )
    assert "Choose from the list." in office.visitor.send("/people/new", told).text
    mark = made.seen(office.visitor.get(f"/cohorts/{mine.id}/edit"))
    told = {"name": "Mine", "starts_on": "2027-03-01", "seen": mark, "trainers": str(elsewhere.person.id)}
    assert "Choose from the list." in office.visitor.send(f"/cohorts/{mine.id}/edit", told).text
    assert (
        "Nobody was added"
        in office.visitor.send(f"/cohorts/{mine.id}/people", {"person": str(elsewhere.person.id)}).text
    )
    assert "Choose a team" in office.visitor.send(f"/cohorts/{mine.id}/team", {"team": str(elsewhere.team.id)}).text
    office.visitor.send(f"/cohorts/{mine.id}/take-out", {"person": str(elsewhere.person.id)}, status=404)
    office.visitor.send(f"/cohorts/{elsewhere.cohort.id}/take-out", {"person": str(someone.id)}, status=404)
    office.db.refresh(someone)
    assert someone.team_id is None
    assert (mine.members, mine.trainers) == ([], [])
    assert everything(office.db, elsewhere.place.id) == before


def test_a_file_reaches_nobody_elsewhere(office: Office) -> None:
    elsewhere = Elsewhere(office.db)
    before = everything(office.db, elsewhere.place.id)
    text = f"name,email,team,cohort\nTaken over,{elsewhere.person.email},Foreign team,Foreign cohort\n"
    text += "Nia,n@x.example,Foreign team,\n"
    page = office.confirm(office.upload(text), rest="y")
    assert "1 person invited" in page.text
    team = office.db.scalars(select(Team).where(Team.authority_id == office.place.id)).one()
    assert team.name == "Foreign team"  # one of ours, with the same name
    assert everything(office.db, elsewhere.place.id) == before


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.TRAINER, Role.LEAD])
def test_who_has_not_the_role_is_turned_away(visitor: Visitor, db: Session, app: Flask, role: Role) -> None:
    place = people.authority(db)
    team, someone = made.team(db, place, "Team"), people.person(db, place)
    cohort = made.cohort(db, place, "Cohort", members=[someone])
    ids = {"person_id": someone.id, "team_id": team.id, "cohort_id": cohort.id, "import_id": 1}
    people.signed_in(visitor, people.person(db, place, role))
    before = everything(db, place.id)
    for rule in rules(app):
        allowed = role in PERMISSIONS[rule.endpoint]
        assert not allowed or (
            role == Role.TRAINER and rule.endpoint in ("organisation.cohort", "organisation.cohorts")
        )
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            status = 403 if not allowed else 404 if rule.arguments else 200
            (visitor.get if method == "GET" else visitor.send)(address(rule, ids), status=status)
    assert everything(db, place.id) == before


def test_a_stranger_is_asked_to_sign_in(visitor: Visitor, db: Session, app: Flask) -> None:
    elsewhere = Elsewhere(db)
    before = everything(db, elsewhere.place.id)
    visitor.get("/sign-in")
    for rule in rules(app):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            page = (visitor.get if method == "GET" else visitor.send)(address(rule, elsewhere.ids))
            assert page.heading == "Sign in"
    assert everything(db, elsewhere.place.id) == before


def test_forms_need_their_token(office: Office, app: Flask) -> None:
    ids = {
        "person_id": office.actor.id,
        "team_id": office.team("T").id,
        "cohort_id": office.cohort("C").id,
        "import_id": 1,
    }
    office.visitor.last = None
    for rule in rules(app):
        if "POST" in (rule.methods or set()):
            office.visitor.last = None
            office.visitor.send(address(rule, ids), status=400)
