"""The list of people, and each person's page."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.organisation.made import Office, details, rows
from tests.webapp.pages import Visitor, counted
from webapp import clock
from webapp.accounts import links
from webapp.accounts.tables import Link, Person, Role
from webapp.audit import AuditEvent
from webapp.errors import Refused
from webapp.organisation.queries import people as queries
from webapp.organisation.services import people as services
from webapp.organisation.services.people import Details
from webapp.organisation.services.unfit import Unfit

MARKUP = "<script>alert(1)</script>"


NEW = {"name": "Nia", "email": "nia@council.example", "discipline": "Police"}


def events(db: Session) -> list[str]:
    return list(db.scalars(select(AuditEvent.name).order_by(AuditEvent.id)))


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


def test_markup_in_a_name_stays_text(office: Office) -> None:
    someone = office.person(name=f"{MARKUP}\"'><b>x")
    for path in ("/people", f"/people/{someone.id}", "/people?words=script"):
        page = office.visitor.get(path)
        assert MARKUP not in page.response.text
        assert MARKUP in page.text


def test_details_are_changed(office: Office) -> None:
    team, someone = office.team("South"), office.person(last_sign_in_at=clock.now())
    page = office.visitor.get(f"/people/{someone.id}")
    told = details(
        page, name="New Name", email="New@council.example", team=str(team.id), role="lead", discipline="Police"
    )
    page = office.visitor.send(f"/people/{someone.id}", told)
    assert "Saved." in page.text
    office.db.refresh(someone)
    assert (someone.name, someone.email, someone.team_id, someone.role, someone.discipline) == (
        "New Name",
        "new@council.example",
        team.id,
        "lead",
        "Police",
    )
    event = office.db.scalars(select(AuditEvent).where(AuditEvent.name == "person.change")).one()
    assert event.about == {"fields": "name, email, discipline, role, team", "role": "lead"}


def test_saving_nothing_new_leaves_no_trace(office: Office) -> None:
    someone = office.person()
    office.visitor.send(f"/people/{someone.id}", details(office.visitor.get(f"/people/{someone.id}")))
    assert "person.change" not in events(office.db)


def test_a_page_left_open_undoes_nothing(office: Office) -> None:
    someone = office.person(name="First")
    old = details(office.visitor.get(f"/people/{someone.id}"))
    office.visitor.send(f"/people/{someone.id}", old | {"name": "Second"})
    page = office.visitor.send(f"/people/{someone.id}", old | {"name": "Third"})
    assert "Somebody changed this" in page.text
    assert page.heading == "Second"
    assert "Somebody changed this" in office.visitor.send(f"/people/{someone.id}", old | {"seen": "forged"}).text


def test_more_rights_or_another_address_need_a_new_sign_in(office: Office) -> None:
    someone = office.person(last_sign_in_at=clock.now())
    for change in ({"role": "trainer"}, {"email": "other@council.example"}):
        before = someone.session_version
        office.visitor.send(f"/people/{someone.id}", details(office.visitor.get(f"/people/{someone.id}"), **change))
        office.db.refresh(someone)
        assert someone.session_version == before + 1
    office.visitor.send(
        f"/people/{someone.id}", details(office.visitor.get(f"/people/{someone.id}"), name="Only a name")
    )
    office.db.refresh(someone)
    assert someone.session_version == before + 1


def test_links_end_with_the_address_and_with_the_account(office: Office) -> None:
    for path, form in (("", {"email": "right@council.example"}), ("/deactivate", {})):
        someone = office.person(last_sign_in_at=clock.now())
        links.invite(office.db, office.actor, someone)
        office.db.commit()
        page = office.visitor.get(f"/people/{someone.id}")
        office.visitor.send(f"/people/{someone.id}{path}", details(page, **form) if form else {})
        link = office.db.scalars(select(Link).where(Link.person_id == someone.id)).one()
        office.db.refresh(link)
        assert link.expires_at <= clock.now()


def test_another_address_before_the_first_sign_in_sends_a_new_invitation(office: Office) -> None:
    someone = office.person()
    told = details(office.visitor.get(f"/people/{someone.id}"), email="right@council.example")
    page = office.visitor.send(f"/people/{someone.id}", told)
    assert page.soup.select_one("#link")
    assert "right@council.example" in page.text


def test_deactivating_ends_sessions_and_keeps_the_record(office: Office) -> None:
    someone = office.person(name="Nia Rowe", last_sign_in_at=clock.now())
    hers = Visitor(office.visitor.client.application.test_client())
    people.signed_in(hers, someone)
    assert hers.get("/").heading.startswith("Hello")
    office.visitor.get(f"/people/{someone.id}")
    page = office.visitor.send(f"/people/{someone.id}/deactivate")
    assert "Deactivated." in page.text
    assert hers.get("/").heading == "Sign in"
    assert hers.sign_in(someone.email, people.PASSWORD).heading == "Sign in"
    page = office.visitor.send(f"/people/{someone.id}/activate")
    assert "Active." in page.text
    assert hers.sign_in(someone.email, people.PASSWORD).heading.startswith("Hello")
    office.visitor.send(f"/people/{someone.id}/activate")
    assert [name for name in events(office.db) if name.startswith("person.")] == [
        "person.deactivate",
        "person.activate",
    ]


def test_the_last_administrator_stays(office: Office) -> None:
    path = f"/people/{office.actor.id}"
    office.person(Role.ADMINISTRATOR, name="Invited Only")
    office.person(Role.ADMINISTRATOR, active=False, last_sign_in_at=clock.now())
    people.person(office.db, None, Role.ADMINISTRATOR, last_sign_in_at=clock.now())
    page = office.visitor.send(path, details(office.visitor.get(path), role="trainer"))
    assert "only active administrator" in page.text
    assert "only active administrator" in office.visitor.send(f"{path}/deactivate").text
    office.db.refresh(office.actor)
    assert (office.actor.role, office.actor.active) == (Role.ADMINISTRATOR, True)


def test_an_administrator_steps_down_when_there_is_another(office: Office) -> None:
    office.person(Role.ADMINISTRATOR, last_sign_in_at=clock.now())
    path = f"/people/{office.actor.id}"
    page = office.visitor.send(path, details(office.visitor.get(path), role="practitioner"))
    assert page.heading.startswith("Hello")
    office.visitor.get("/people", status=403)


def test_an_administrator_leaves_when_there_is_another(office: Office) -> None:
    office.person(Role.ADMINISTRATOR, last_sign_in_at=clock.now())
    office.visitor.get(f"/people/{office.actor.id}")
    assert office.visitor.send(f"/people/{office.actor.id}/deactivate").heading == "Sign in"


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


def test_a_lost_phone(office: Office) -> None:
    someone = office.person(second_factor=b"kept", second_factor_step=4)
    assert "Reset the second factor" in office.visitor.get(f"/people/{someone.id}").text
    page = office.visitor.send(f"/people/{someone.id}/second-factor")
    assert "is reset" in page.text
    office.db.refresh(someone)
    assert someone.second_factor is None
    assert "no second factor" in office.visitor.send(f"/people/{someone.id}/second-factor").text


def test_a_discipline_that_is_not_on_the_list_is_kept(office: Office) -> None:
    someone = office.person(discipline="Play therapy")
    page = office.visitor.send(
        f"/people/{someone.id}", details(office.visitor.get(f"/people/{someone.id}"), name="New")
    )
    assert "Saved." in page.text
    office.db.refresh(someone)
    assert someone.discipline == "Play therapy"


def test_a_persons_page_names_her_cohorts(office: Office) -> None:
    someone = office.person()
    office.cohort("Autumn 2027", members=[someone])
    assert "Autumn 2027" in office.visitor.get(f"/people/{someone.id}").text


def test_services_look_for_themselves(office: Office) -> None:
    elsewhere = people.authority(office.db)
    foreign = people.person(office.db, elsewhere)
    told = Details("Nia", "nia@council.example", "Other", Role.PRACTITIONER, team_id=12345)
    with pytest.raises(Unfit, match="no such team"):
        services.add(office.db, office.actor, told)
    with pytest.raises(Refused, match="Somebody changed this"):
        services.change(office.db, office.actor, foreign, told, since=None)
