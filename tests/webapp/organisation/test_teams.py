"""The list of teams, and each team's page."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from tests.webapp import people
from tests.webapp.organisation import made
from tests.webapp.organisation.made import Office, rows
from tests.webapp.pages import counted
from webapp.audit import AuditEvent
from webapp.organisation.queries import teams as queries
from webapp.organisation.tables import Team


def names(office: Office) -> set[str]:
    return set(office.db.scalars(select(Team.name).where(Team.authority_id == office.place.id)))


def test_teams_with_their_people(office: Office) -> None:
    assert "no teams yet" in office.visitor.get("/teams").text
    north, _ = office.team("North"), office.team("empty")
    made.team(office.db, people.authority(office.db), "Foreign")
    office.person(team_id=north.id)
    office.person(team_id=north.id)
    office.person(team_id=north.id, active=False)
    page = office.visitor.get("/teams")
    assert [row.split(" Change")[0] for row in rows(page)] == [
        "Team empty People Nobody yet",
        "Team North People 2 people and 1 deactivated",
    ]


def test_the_list_costs_the_same_for_many(office: Office, engine: Engine) -> None:
    with counted(engine) as few:
        office.visitor.get("/teams")
    for number in range(60):
        office.person(team_id=office.team(f"Team {number}").id)
    with counted(engine) as many:
        page = office.visitor.get("/teams")
    assert len(rows(page)) == 25
    assert len(few) == len(many) <= 3


def test_a_team_is_added_renamed_and_removed(office: Office) -> None:
    office.visitor.get("/teams")
    assert "is added" in office.visitor.send("/teams", {"name": " North\u200b  East "}).text
    team = office.db.scalars(select(Team)).one()
    assert team.name == "North East"
    assert "Saved." in office.visitor.send(f"/teams/{team.id}", {"name": "NORTH east"}).text
    assert names(office) == {"NORTH east"}
    assert "is removed" in office.visitor.send(f"/teams/{team.id}/remove").text
    assert names(office) == set()
    told = office.db.scalars(select(AuditEvent.name).where(AuditEvent.name.startswith("team.")).order_by(AuditEvent.id))
    assert list(told) == ["team.add", "team.rename", "team.remove"]
    office.visitor.send(f"/teams/{team.id}/remove", status=404)


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "Type the team's name."), ("\u200b", "Type the team's name."), ("x" * 5000, "120"), ("nORTH", "already")],
)
def test_names_that_cannot_be(office: Office, name: str, said: str) -> None:
    office.team("North")
    other = office.team("South")
    office.visitor.get("/teams")
    for path in ("/teams", f"/teams/{other.id}"):
        assert said in office.visitor.send(path, {"name": name}).text
    assert names(office) == {"North", "South"}


def test_two_who_add_the_same_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.team("North")
    other = office.team("South")
    monkeypatch.setattr(queries, "by_name", lambda *_: None)
    office.visitor.get("/teams")
    for path in ("/teams", f"/teams/{other.id}"):
        assert "already" in office.visitor.send(path, {"name": "North"}).text
    assert names(office) == {"North", "South"}


def test_the_same_name_elsewhere_is_no_matter(office: Office) -> None:
    made.team(office.db, people.authority(office.db), "North")
    office.visitor.get("/teams")
    assert "is added" in office.visitor.send("/teams", {"name": "North"}).text


@pytest.mark.parametrize("active", [True, False])
def test_a_team_with_people_stays(office: Office, active: bool) -> None:
    team = office.team("North")
    office.person(team_id=team.id, active=active)
    assert "Remove the team" not in office.visitor.get(f"/teams/{team.id}").text
    page = office.visitor.send(f"/teams/{team.id}/remove")
    assert "Move its people" in page.text
    assert names(office) == {"North"}


def test_markup_in_a_name_stays_text(office: Office) -> None:
    team = office.team("<script>alert(1)</script>")
    for path in ("/teams", f"/teams/{team.id}", "/people", "/people/new"):
        assert "<script>alert" not in office.visitor.get(path).response.text
