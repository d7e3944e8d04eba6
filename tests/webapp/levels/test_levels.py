"""Pages of levels: made by administrators, seen by those they are about, and open to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.levels import made
from tests.webapp.levels.made import events, field
from tests.webapp.levels.place import Place
from tests.webapp.pages import Page, Visitor, counted
from tests.webapp.practice import made as recordings
from webapp.accounts.tables import Role
from webapp.levels.services import rules
from webapp.levels.tables import Level, LevelVersion, SignOff
from webapp.wording import day

RULE = {"rule-0-kind": "coached", "rule-0-judged_by": "trainer", "rule-0-n": "3", "rule-0-months": "12"}
LEVEL = {"name": "Practising safely", "purpose": "To go on alone.", **RULE, "do": "save"}


class Office(Place):
    """With the administrator signed in too, about to make a level."""

    def __init__(self, app: Flask, db: Session) -> None:
        super().__init__(app, db)
        self.office = self.visitor(self.actor)
        self.office.get("/levels/new")

    def make(self, status: int = 200, **more: Any) -> Page:
        return self.office.send("/levels/new", {**LEVEL, **more}, status=status)

    def level(self) -> Level:
        self.db.expire_all()
        return self.db.scalars(select(Level)).one()


@pytest.fixture
def office(app: Flask, db: Session) -> Office:
    return Office(app, db)


# --- making and changing ---


def test_a_level_is_made_rule_by_rule_without_a_script(office: Office) -> None:
    assert "There is no level yet" in office.office.get("/levels").text
    page = office.office.get("/levels/new")
    for number, kind in enumerate(rules.KIND_NAMES):
        typed = {str(tag["name"]): str(tag.get("value", "")) for tag in page.soup.select("main input[type=hidden]")}
        page = office.office.send("/levels/new", {**typed, "name": "Own words", "do": f"add-{kind}"})
        assert len(page.soup.select(".rule-fields")) == number + 1
        assert field(page, "name") == "Own words"
    page = office.office.send("/levels/new", {**LEVEL, "rule-1-kind": "rated", "do": "drop-0"})
    assert [tag["value"] for tag in page.soup.select("[name$=-kind]")] == ["rated"]
    page = office.make()
    assert page.heading == "Levels"
    assert "3 coached recordings held in the last 12 months" in page.text
    assert "Version 1. Nobody is signed off for it." in page.text
    assert events(office.db) == ["level.add"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": "  "}, "Type the level's name."),
        ({"name": "x" * 121}, "That is too long."),
        ({"purpose": ""}, "what this level is for"),
        ({"purpose": "x" * 601}, "That is too long."),
        ({"rule-0-n": "0"}, "Write a whole number from 1 to 20"),
        ({"rule-0-n": "many"}, "Write a whole number from 1 to 20"),
        ({"rule-0-n": "-3"}, "Write a whole number from 1 to 20"),
        ({"rule-0-months": "99999"}, "Write a whole number up to 36"),
        ({"rule-0-judged_by": "engine"}, "The engine's numbers alone never pass or fail anybody"),
        ({"rule-0-kind": "recording_measure"}, "There is no such rule"),
        (
            {"rule-0-kind": "hand_coded", "rule-0-judged_by": "coder", "rule-0-name": "percent_complex",
             "rule-0-mark": "fair"},
            "Even experts hardly agree",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_nothing_typed_is_lost(
    office: Office, more: dict[str, str], words: str
) -> None:
    page = office.make(400, **more)
    assert words in page.text
    assert field(page, "name") == more.get("name", LEVEL["name"])
    assert field(page, "purpose") == more.get("purpose", LEVEL["purpose"])
    assert field(page, "rule-0-kind") == more.get("rule-0-kind", "coached")
    for link in page.soup.select(".wrong-summary a"):
        assert page.soup.find(id=str(link["href"])[1:]) is not None, link
    assert office.db.scalars(select(Level)).all() == []


def test_a_level_without_rules_is_refused(office: Office) -> None:
    page = office.office.send("/levels/new", {"name": "Empty", "purpose": "None", "do": "save"}, status=400)
    assert "A level needs at least one rule" in page.text


def test_a_name_is_there_once_whatever_its_capitals(office: Office) -> None:
    office.make()
    assert "There is a level of this name already" in office.make(400, name="practising SAFELY").text


def test_other_rules_are_another_version_and_sign_offs_keep_theirs(office: Office) -> None:
    office.make()
    level = office.level()
    signed = made.signed(office.db, office.trainer, office.person, level)
    address = f"/levels/{level.id}/edit"
    seen = field(office.office.get(address), "seen")
    page = office.office.send(address, {**LEVEL, "name": "Another name", "seen": seen})
    assert "Version 1. 1 sign-off stands." in page.text  # the rules are the same
    seen = field(office.office.get(address), "seen")
    page = office.office.send(address, {**LEVEL, "rule-0-n": "4", "seen": seen})
    assert "4 coached recordings" in page.text
    assert office.level().version == 2
    assert [v.rules[0]["n"] for v in office.db.scalars(select(LevelVersion).order_by(LevelVersion.version))] == [3, 4]
    office.db.refresh(signed)
    assert signed.version == 1
    page = office.hers.get(f"/levels/sign-offs/{signed.id}")
    assert "signed version 1 of it" in page.text
    assert "3 coached recordings held in the last 12 months" in page.text
    page = office.hers.get("/levels/mine")
    assert "That was for version 1 of what it asks for, and stays so. This is version 2" in page.text
    again = made.signed(office.db, office.trainer, office.person, office.level())  # for the new rules
    assert again.version == 2
    assert events(office.db)[-3:] == ["level.change", "level.change", "sign_off.give"]


def test_a_form_left_open_undoes_nobodys_work(office: Office) -> None:
    office.make()
    address = f"/levels/{office.level().id}/edit"
    seen = field(office.office.get(address), "seen")
    office.office.send(address, {**LEVEL, "rule-0-n": "4", "seen": seen})
    page = office.office.send(address, {**LEVEL, "rule-0-n": "5", "seen": seen}, status=400)
    assert "Somebody changed this after you opened the page" in page.text
    assert field(page, "rule-0-n") == "5"
    assert office.level().version == 2


def test_put_aside_taken_up_and_removed_only_while_nobody_was_signed(office: Office) -> None:
    office.make()
    address = f"/levels/{office.level().id}/aside"
    assert "Put aside on" in office.office.send(address, {"do": "aside"}).text
    assert "asks for no level yet" in office.hers.get("/levels/mine").text
    office.office.send(address, {"do": "aside"})
    assert "Take up again" in office.office.get("/levels").text
    office.office.send(address, {"do": "again"})
    made.signed(office.db, office.trainer, office.person, office.level())
    assert "Remove" not in [button.get_text() for button in office.office.get("/levels").soup.select("main button")]
    page = office.office.send(address, {"do": "remove"})
    assert "Somebody was signed off for this level, so it stays" in page.text
    office.office.send(address, {"do": "aside"})
    assert "what was signed stays" in office.hers.get("/levels/mine").text.lower()
    assert events(office.db) == ["level.add", "level.put_aside", "level.take_up", "sign_off.give", "level.put_aside"]
    office.make(name="Never signed")
    other = office.db.scalars(select(Level).where(Level.name == "Never signed")).one()
    assert "Never signed is removed." in office.office.send(f"/levels/{other.id}/aside", {"do": "remove"}).text
    assert [one.name for one in office.db.scalars(select(Level))] == ["Practising safely"]


# --- who may ---


def test_who_may_open_what(app: Flask, db: Session, office: Office) -> None:
    office.make()
    number = office.level().id
    person = f"/levels/{number}/people/{office.person.id}"
    closed = ("/levels", "/levels/new", f"/levels/{number}/edit", f"/levels/cohorts/{office.cohort.id}", person)
    lead = people.signed_in(Visitor(app.test_client()), people.person(db, office.place, Role.LEAD))
    for visitor in (office.hers, lead):
        for path in closed:
            visitor.get(path, status=403)
        visitor.get("/levels/mine")
        assert visitor.get("/levels/rules").heading == "The rules of levels"
    for path in ("/levels/new", f"/levels/{number}/edit"):
        office.theirs.get(path, status=403)
    for path in ("/levels", f"/levels/cohorts/{office.cohort.id}", person):
        office.theirs.get(path)
        office.office.get(path)


def test_the_rules_of_it_all_say_what_the_engine_may_not_do(office: Office) -> None:
    page = office.hers.get("/levels/rules")
    assert "The engine's numbers alone never pass or fail anybody." in page.text
    assert "If you see it differently" in page.text
    for path in ("/levels/mine", "/levels/rules"):
        assert "/levels/rules" in office.hers.get(path).links() or path == "/levels/rules"


def test_another_cohort_and_another_authority_find_nothing(app: Flask, db: Session, office: Office) -> None:
    office.make()
    number = office.level().id
    signed = made.signed(db, office.trainer, office.person, office.level())
    colleague = people.person(db, office.place, Role.TRAINER)
    made.cohort(db, colleague, [people.person(db, office.place)], "Other")
    elsewhere = [people.person(db, role=role) for role in (Role.TRAINER, Role.ADMINISTRATOR)]
    for other in (colleague, *elsewhere):
        visitor = people.signed_in(Visitor(app.test_client()), other)
        for path in (
            f"/levels/cohorts/{office.cohort.id}",
            f"/levels/{number}/people/{office.person.id}",
            f"/levels/sign-offs/{signed.id}",
        ):
            visitor.get(path, status=404)
            visitor.get("/account")
            if "cohorts" not in path:
                visitor.send(path, {"reason": "Mine now."}, status=404)
        visitor.get(f"/levels/certificates/{signed.code}/pdf", status=404)
    stranger = people.signed_in(Visitor(app.test_client()), elsewhere[1])
    stranger.get(f"/levels/{number}/edit", status=404)
    stranger.get("/account")
    stranger.send(f"/levels/{number}/aside", {"do": "aside"}, status=404)
    assert len(db.scalars(select(SignOff)).all()) == 1


def test_who_is_in_no_cohort_is_not_found(db: Session, office: Office) -> None:
    office.make()
    alone = people.person(db, office.place)
    for visitor in (office.theirs, office.office):
        visitor.get(f"/levels/{office.level().id}/people/{alone.id}", status=404)


# --- how far people are ---


def test_ways_lead_to_the_pages(office: Office) -> None:
    assert "/levels/mine" in office.hers.get("/").links()
    assert "/levels/mine" in office.hers.get("/practice-plan").links()
    assert f"/levels/cohorts/{office.cohort.id}" in office.theirs.get(f"/cohorts/{office.cohort.id}").links()
    for visitor in (office.theirs, office.office):
        assert "/levels" in visitor.get("/cohorts").links()


def test_her_own_page_leads_to_her_recordings(db: Session, office: Office) -> None:
    office.make(**{"rule-0-n": "2"})
    recording = recordings.ready(db, office.person, title="Mornings")
    recordings.shared(db, recording, office.trainer)
    made.coached(db, recording, office.trainer)
    page = office.hers.get("/levels/mine")
    assert "Not there yet. 1 of 2. Still missing: 1 more recording that a trainer has coached." in page.text
    assert f"/recordings/{recording.id}" in page.links()
    page = office.theirs.get(f"/levels/{office.level().id}/people/{office.person.id}")
    assert f"/coaching/{recording.id}" in page.links()
    page = office.office.get(f"/levels/{office.level().id}/people/{office.person.id}")
    assert "Mornings" not in page.text
    assert "A recording of " in page.text


def test_supervision_stands_by_its_days_and_says_nothing_of_what_was_agreed(office: Office) -> None:
    rule = {"rule-0-kind": "supervised", "rule-0-judged_by": "trainer", "rule-0-n": "2", "rule-0-months": "12"}
    assert "In how many sessions? Write a whole number" in office.make(400, **{**rule, "rule-0-n": "0"}).text
    assert "Attended group supervision in 2 sessions held in the last 12 months" in office.make(**rule).text
    page = office.office.get(f"/levels/{office.level().id}/edit")
    assert page.soup.select_one("label[for=rule-0-n]").get_text() == "In how many sessions"
    assert "2 sessions that a trainer has recorded." in office.hers.get("/levels/mine").text
    record = made.supervised(office.db, office.trainer, office.cohort, [office.person], 4)
    on = day(record.held_on)
    page = office.hers.get("/levels/mine")
    assert "1 of 2. Still missing: 1 more session that a trainer has recorded." in page.text
    assert f"Group supervision on {on}" in page.text
    assert "/supervision/mine" in page.links()
    for visitor in (office.theirs, office.office):
        page = visitor.get(f"/levels/{office.level().id}/people/{office.person.id}")
        assert f"Group supervision on {on}" in page.text
        assert "One pause" not in page.text
        assert "/supervision/mine" not in page.soup.main.decode()


@pytest.mark.parametrize("many", [40, 400])
def test_a_cohort_stands_by_name_and_costs_the_same_whatever_its_size(
    db: Session, engine: Engine, office: Office, many: int
) -> None:
    made.level(db, office.actor, [made.COACHED, made.HAND_CODED, made.RATED, made.SUPERVISED])
    address = f"/levels/cohorts/{office.cohort.id}"
    with counted(engine) as few:
        office.theirs.get(address)
    office.cohort.members = [
        people.person(db, office.place, name=f"Person {chr(97 + number % 26)} {number}") for number in range(many)
    ]
    db.commit()
    for person in sorted(office.cohort.members, key=lambda one: one.name)[:3]:
        made.coded(db, recordings.ready(db, person), office.trainer, 1.4)
    made.supervised(db, office.trainer, office.cohort, office.cohort.members[:1])
    made.supervised(db, office.trainer, office.cohort, office.cohort.members)
    with counted(engine) as now:
        page = office.theirs.get(address)
    assert len(now) == len(few)
    names = [row.get_text(" ", strip=True).split(" Levels")[0] for row in page.soup.select("tbody tr td:first-child")]
    assert names == sorted(names)
    assert len(names) == 25
    assert page.text.count("1 of 4 things it asks for is there") == 22
    assert page.text.count("2 of 4 things it asks for are there") == 3
    with counted(engine) as alone:
        office.hers.get("/levels/mine")
    made.level(db, office.actor, name="Another")
    with counted(engine) as with_more:
        office.hers.get("/levels/mine")
    assert len(with_more) == len(alone)


def test_empty_pages_say_what_they_are_for(db: Session, office: Office) -> None:
    address = f"/levels/cohorts/{office.cohort.id}"
    assert "Your service asks for no level yet" in office.theirs.get(address).text
    assert "Your service asks for no level yet" in office.hers.get("/levels/mine").text
    office.cohort.members = []
    db.commit()
    assert "Nobody is in this cohort yet" in office.theirs.get(address).text
