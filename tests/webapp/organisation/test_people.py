"""The list of people."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.webapp.organisation.made import MARKUP, Office, rows
from tests.webapp.pages import counted
from webapp import clock
from webapp.accounts.tables import Role


def test_the_list_is_by_name_with_states(office: Office) -> None:
    team = office.team("North")
    office.person(name="zoe Last", last_sign_in_at=clock.now())
    office.person(name="Bilal Second", team_id=team.id)
    office.person(name="Gone Away", active=False)
    page = office.visitor.get("/people")
    assert [row.split("  ")[0] for row in rows(page)] == sorted(rows(page), key=str.casefold)
    text = "\n".join(rows(page))
    assert "zoe Last" in text
    for name, state in (("zoe Last", "Active"), ("Bilal Second", "Invited"), ("Gone Away", "Deactivated")):
        assert any(name in row and f"State {state}" in row for row in rows(page))
    assert "4 people" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=éilis", {"Éilis Rowe"}),
        ("words=rowe+eil", set()),
        ("words=rowe", {"Éilis Rowe", "Tom Rowe"}),
        ("words=tom@NORTH", {"Tom Rowe"}),
        ("words=100%25", {"A 100% B"}),
        ("words=_", {"Under_score"}),
        ("role=trainer", {"Tom Rowe"}),
        ("discipline=Police", {"A 100% B"}),
        ("state=deactivated", {"Under_score"}),
        ("state=active", {"Robin Admin", "Tom Rowe"}),
        ("state=invited", {"Éilis Rowe", "A 100% B"}),
        ("team=0", {"Robin Admin", "Éilis Rowe", "A 100% B", "Under_score"}),
        ("team=TEAM", {"Tom Rowe"}),
        ("team=TEAM&role=lead", set()),
        ("team=999999999999999999999&role=king&state=x&discipline=x&page=-3", None),
        ("page=99999999999999999999", None),
        ("words=" + "x" * 5000, set()),
        ("words=%E2%80%8B", None),
    ],
)
def test_the_list_is_searched_and_narrowed(office: Office, query: str, found: set[str] | None) -> None:
    team = office.team("North")
    office.person(name="Éilis Rowe")
    office.person(
        Role.TRAINER, name="Tom Rowe", email="tom@north.example", team_id=team.id, last_sign_in_at=clock.now()
    )
    office.person(name="A 100% B", discipline="Police")
    office.person(name="Under_score", active=False)
    page = office.visitor.get(f"/people?{query.replace('TEAM', str(team.id))}")
    names = {a.get_text(strip=True) for a in page.soup.select("tbody a")}
    assert names == ({"Robin Admin", "Éilis Rowe", "Tom Rowe", "A 100% B", "Under_score"} if found is None else found)


def test_the_list_has_pages_of_25_that_keep_the_search(office: Office) -> None:
    for number in range(54):
        office.person(name=f"Same {number:03}")
    office.person(name="Other")
    page = office.visitor.get("/people?words=same")
    assert len(rows(page)) == 25
    following = page.soup.select_one("a[rel=next]")
    assert following is not None
    second = office.visitor.get(str(following["href"]))
    assert rows(second)[0].startswith("Name Same 025")
    assert len(rows(office.visitor.get("/people?words=same&page=3"))) == 4
    assert "Page 3 of 3" in office.visitor.get("/people?words=same&page=999").text


def test_names_are_sorted_and_found_whatever_their_capitals(office: Office) -> None:
    someone = office.person(name="ÉVA Bell")
    for name in ("éva able", "Éva Clarke", "zoe Adams", "Zoe Bell"):
        office.person(name=name)
    names = [row.split()[1:3] for row in rows(office.visitor.get("/people?words=éVA"))]
    assert names == [["éva", "able"], ["ÉVA", "Bell"], ["Éva", "Clarke"]]
    someone.name = "Émile Adams"
    office.db.commit()
    assert len(rows(office.visitor.get("/people?words=ÉVA"))) == 2
    assert [row.split()[1] for row in rows(office.visitor.get("/people?words=ADAMS"))] == ["zoe", "Émile"]


def test_the_list_costs_the_same_for_many(office: Office, engine: Engine) -> None:
    with counted(engine) as few:
        office.visitor.get("/people")
    for number in range(120):
        office.person(name=f"Person {number}", team_id=office.team(f"Team {number}").id)
    with counted(engine) as many:
        office.visitor.get("/people")
    assert len(few) == len(many) <= 5


def test_markup_in_a_name_stays_text(office: Office) -> None:
    someone = office.person(name=f"{MARKUP}\"'><b>x")
    for path in ("/people", f"/people/{someone.id}", "/people?words=script"):
        page = office.visitor.get(path)
        assert MARKUP not in page.response.text
        assert MARKUP in page.text
