"""Each person's page: details changed, and somebody who leaves or steps down."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.webapp import people
from tests.webapp.organisation.made import Office, details, events
from tests.webapp.pages import Visitor
from webapp import clock
from webapp.accounts import links
from webapp.accounts.tables import Link, Role
from webapp.audit import AuditEvent
from webapp.errors import Refused
from webapp.organisation.services import people as services
from webapp.organisation.services.people import Details
from webapp.organisation.services.unfit import Unfit


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


def test_a_lost_phone(office: Office) -> None:
    someone = office.person(second_factor=b"kept", second_factor_step=4)
    assert "Reset the second factor" in office.visitor.get(f"/people/{someone.id}").text
    page = office.visitor.send(f"/people/{someone.id}/second-factor")
    assert "is reset" in page.text
    office.db.refresh(someone)
    assert someone.second_factor is None
    assert "no second factor" in office.visitor.send(f"/people/{someone.id}/second-factor").text


def test_services_look_for_themselves(office: Office) -> None:
    elsewhere = people.authority(office.db)
    foreign = people.person(office.db, elsewhere)
    told = Details("Nia", "nia@council.example", "Other", Role.PRACTITIONER, team_id=12345)
    with pytest.raises(Unfit, match="no such team"):
        services.add(office.db, office.actor, told)
    with pytest.raises(Refused, match="Somebody changed this"):
        services.change(office.db, office.actor, foreign, told, since=None)


# --- who leaves, and who stays ---


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
