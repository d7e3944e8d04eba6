"""Adding somebody, and the invitation that goes with it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.webapp import people
from tests.webapp.organisation.made import MARKUP, Office, details, events
from webapp import clock
from webapp.accounts.tables import Person
from webapp.organisation.queries import people as queries

NEW = {"name": "Nia", "email": "nia@council.example", "discipline": "Police"}


def test_adding_somebody_invites_them(office: Office) -> None:
    team = office.team("North")
    page = office.visitor.get("/people/new")
    told = details(
        page,
        name="  Nia \u200b Rowe ",
        email="Nia.Rowe@Council.Example",
        team=str(team.id),
        role="trainer",
        discipline="Police",
    )
    page = office.visitor.send("/people/new", told)
    link = page.soup.select_one("#link")
    assert link is not None
    assert str(link["value"]).startswith("http://127.0.0.1:5000/")
    person = office.db.scalar(select(Person).where(Person.email == "nia.rowe@council.example"))
    assert person is not None
    assert (person.name, person.team_id, person.role, person.authority_id) == (
        "Nia Rowe",
        team.id,
        "trainer",
        office.place.id,
    )
    assert person.password_hash is None
    assert "person.add" in events(office.db)
    assert str(link["value"]) not in office.visitor.get(f"/people/{person.id}").response.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Type the person's name."),
        ({"name": " \u200b "}, "Type the person's name."),
        ({"name": "x" * 5000}, "120 characters"),
        ({"email": ""}, "Type the person's e-mail address."),
        ({"email": "nia"}, "no e-mail address"),
        ({"email": "nia@council.example\nbcc: x@y.example"}, "no e-mail address"),
        ({"email": "x" * 5000 + "@council.example"}, "254 characters"),
        ({"email": "HERE@council.example"}, "Somebody here already has this address."),
        ({"email": "there@council.example"}, "This address cannot be used"),
        ({"team": "999999999999999999999"}, "Choose from the list."),
        ({"team": "north"}, "Choose from the list."),
        ({"discipline": MARKUP}, "Choose from the list."),
        ({"discipline": ""}, "Choose a discipline."),
        ({"role": "king"}, "Choose from the list."),
    ],
)
def test_what_cannot_be_added_is_said_at_the_field(office: Office, wrong: dict[str, str], said: str) -> None:
    office.person(email="here@council.example")
    elsewhere = people.authority(office.db, "Very Secret Council")
    people.person(office.db, elsewhere, email="there@council.example")
    before = office.db.scalar(select(func.count()).select_from(Person))
    told = details(office.visitor.get("/people/new"), **NEW)
    page = office.visitor.send("/people/new", told | wrong)
    field = page.soup.select_one(f"main [name={next(iter(wrong))}]")
    assert field is not None
    assert field["aria-invalid"] == "true"
    told_at = str(field["aria-describedby"]).split()[-1]
    assert said in str(page.soup.find(id=told_at))
    assert "Secret" not in page.text
    assert office.db.scalar(select(func.count()).select_from(Person)) == before


def test_sending_the_form_twice_adds_one_person(office: Office) -> None:
    told = details(office.visitor.get("/people/new"), **NEW)
    office.visitor.send("/people/new", told)
    assert "already has this address" in office.visitor.send("/people/new", told).text
    assert len(list(office.db.scalars(select(Person).where(Person.email == "nia@council.example")))) == 1


def test_two_who_add_the_same_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.person(email="nia@council.example")
    monkeypatch.setattr(queries, "by_emails", lambda *_: {})  # as the other sees it, a moment before
    told = details(office.visitor.get("/people/new"), **NEW)
    assert "already has this address" in office.visitor.send("/people/new", told).text


def test_a_new_invitation_is_shown_once_and_differs(office: Office) -> None:
    someone = office.person()
    page = office.visitor.get(f"/people/{someone.id}")
    assert "Send a new invitation" in page.text
    links = []
    for _ in range(2):
        field = office.visitor.send(f"/people/{someone.id}/invitation").soup.select_one("#link")
        assert field is not None
        links.append(str(field["value"]))
    assert links[0] != links[1]
    assert links[1] not in office.visitor.get(f"/people/{someone.id}").response.text


@pytest.mark.parametrize(
    ("more", "said"), [({"active": False}, "deactivated"), ({"last_sign_in_at": clock.now()}, "already")]
)
def test_an_invitation_is_not_sent_where_it_makes_no_sense(office: Office, more: dict[str, object], said: str) -> None:
    someone = office.person(**more)
    page = office.visitor.get(f"/people/{someone.id}")
    assert "Send a new invitation" not in page.text
    page = office.visitor.send(f"/people/{someone.id}/invitation")
    assert said in page.text
    assert not page.soup.select("#link")
