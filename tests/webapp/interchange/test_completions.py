"""Completions on a page and as a file: who sees whom, what narrows them, and what a spreadsheet makes of them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.interchange import made
from tests.webapp.organisation import made as places
from tests.webapp.organisation.made import Office, rows
from tests.webapp.pages import Page, Visitor, counted
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.interchange.routes.completions import HEADS
from webapp.interchange.services import completions as services
from webapp.organisation.tables import Cohort, Team

DAY = timedelta(days=1)


@pytest.fixture
def nia(office: Office) -> Person:
    """Somebody in a team and a cohort, who has finished two modules and the course."""
    north = office.team("North")
    nia = office.person(name="Nia Rowe", email="nia@council.example", team_id=north.id)
    office.cohort("Autumn", members=[nia])
    made.module(office.db, nia, "one", score=0.8)
    made.module(office.db, nia, "two", at=made.NOON + DAY, score=None)
    made.course(office.db, nia, at=made.NOON + DAY + timedelta(seconds=1))
    return nia


@pytest.fixture
def omar(office: Office, nia: Person) -> Person:
    """Somebody without a team, who has finished a module of a course that is no longer there."""
    assert nia.id
    omar = office.person(name="Omar Bell", email="omar@council.example", discipline="Probation")
    made.module(office.db, omar, "first-steps", at=made.NOON - DAY, course="old-course")
    return omar


def who(page: Page) -> list[str]:
    """Person and module of each row."""
    found = []
    for row in page.soup.select("main tbody tr"):
        cells = [cell.get_text(" ", strip=True) for cell in row.select("td > div")]
        found.append(f"{cells[0].split()[0]} {cells[2].partition(' A small course')[0].partition(' Old course')[0]}")
    return found


def read(page: Page) -> list[list[str]]:
    """The rows of the file without their heads."""
    assert page.response.mimetype == "text/csv"
    assert page.response.data.startswith(b"\xef\xbb\xbf")
    heads, *rest = csv.reader(io.StringIO(page.response.data.decode("utf-8-sig"), newline=""))
    assert heads == list(HEADS)
    return rest


def export(visitor: Visitor, *, status: int = 200, **sent: str) -> Page:
    visitor.get("/")
    return visitor.send("/completions/export", sent, status=status)


def test_newest_first_in_words(office: Office, nia: Person, omar: Person) -> None:
    page = office.visitor.get("/completions")
    code = page.soup.select_one("main td a")
    assert code is not None
    assert str(code["href"]) == f"/certificates/{code.get_text()}"
    about = f"Person {nia.name} {nia.email} Team North Children's social work Finished"
    assert rows(page) == [
        f"{about} Whole course A small course On 2 June 2027 Result Certificate {code.get_text()}",
        f"{about} Module 2 A small course On 2 June 2027 Result No check",
        f"{about} Module 1 A small course On 1 June 2027 Result 80 % in the check",
        f"Person {omar.name} {omar.email} Team No team Probation Finished First steps Old course "
        "On 31 May 2027 Result 80 % in the check",
    ]
    assert "4 completions" in page.text
    assert "/completions" in page.links()


def test_nothing_yet(office: Office) -> None:
    page = office.visitor.get("/completions")
    assert "Nobody has finished a module yet" in page.text
    assert "Nothing matches that" in office.visitor.get("/completions?start=2027-01-01").text
    assert read(export(office.visitor)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("team={team}", ["Nia Whole course", "Nia Module 2", "Nia Module 1"]),
        ("cohort={cohort}", ["Nia Whole course", "Nia Module 2", "Nia Module 1"]),
        ("cohort={other}", []),
        ("team={team}&cohort={other}", []),
        ("course=small", ["Nia Whole course", "Nia Module 2", "Nia Module 1"]),
        ("start=2027-06-02", ["Nia Whole course", "Nia Module 2"]),
        ("end=2027-06-01", ["Nia Module 1", "Omar First steps"]),
        ("start=2027-06-01&end=2027-06-01", ["Nia Module 1"]),
        ("start=2027-06-02&end=2027-06-01", []),
        ("page=7&course=", ["Nia Whole course", "Nia Module 2", "Nia Module 1", "Omar First steps"]),
    ],
)
def test_it_is_narrowed_on_the_page_and_in_the_file(
    office: Office, nia: Person, omar: Person, query: str, found: list[str]
) -> None:
    assert omar.id
    other = office.cohort("Empty")
    cohort = office.db.scalars(select(Cohort.id).where(Cohort.name == "Autumn")).one()
    told = query.format(team=nia.team_id, cohort=cohort, other=other.id)
    assert who(office.visitor.get(f"/completions?{told}")) == found
    sent = dict(pair.split("=") for pair in told.split("&"))
    assert [f"{row[0].split()[0]} {row[5]}" for row in read(export(office.visitor, **sent))] == found[::-1]


def test_days_are_those_of_the_people_who_read(office: Office) -> None:
    late = office.person(name="Late Night")
    made.module(office.db, late, at=datetime(2027, 6, 1, 23, 30, tzinfo=UTC))  # half past midnight in summer
    assert "2 June 2027" in office.visitor.get("/completions?start=2027-06-02").text
    assert who(office.visitor.get("/completions?end=2027-06-01")) == []
    assert read(export(office.visitor))[0][6] == "2027-06-02"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("team=x", "team"), ("team=99999999999999999999", "team"), ("cohort=%3Cb%3E", "cohort"),
        ("course=nowhere", "course"), ("course=" + "x" * 5000, "course"), ("start=soon", "start"),
        ("end=9999-12-31", "end"), ("start=2027-02-30", "start"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_shows_nobody(office: Office, nia: Person, query: str, field: str) -> None:
    page = office.visitor.get(f"/completions?{query}")
    assert page.soup.select_one(f"#{field}-error")
    assert nia.name not in page.text
    name, _, value = query.partition("=")
    page = export(office.visitor, status=422, **{name: value})
    assert page.heading == "Completions"
    assert nia.name not in page.text


def test_nobody_sees_another_authority(office: Office, nia: Person, db: Session) -> None:
    there = people.authority(db)
    foreign = people.person(db, there, name="Foreign Person", team_id=places.team(db, there, "Foreign team").id)
    cohort = places.cohort(db, there, "Foreign cohort", members=[foreign])
    made.module(db, foreign)
    made.course(db, foreign)
    page = office.visitor.get("/completions")
    assert "Foreign" not in page.text
    assert len(rows(page)) == 3
    assert {row[0] for row in read(export(office.visitor))} == {nia.name}
    for sent in ({"team": str(foreign.team_id)}, {"cohort": str(cohort.id)}):
        name, value = next(iter(sent.items()))
        assert "Choose from the list." in office.visitor.get(f"/completions?{name}={value}").text
        assert "Choose from the list." in export(office.visitor, status=422, **sent).text


def test_a_cohort_with_somebody_from_elsewhere_shows_only_ours(office: Office, nia: Person, db: Session) -> None:
    foreign = people.person(db, name="Foreign Person")
    made.module(db, foreign)
    cohort = office.cohort("Mixed", members=[nia, foreign])
    assert set(who(office.visitor.get(f"/completions?cohort={cohort.id}"))) == {
        "Nia Whole course", "Nia Module 1", "Nia Module 2",
    }  # fmt: skip


def test_a_trainer_sees_the_people_she_trains(
    office: Office, nia: Person, omar: Person, db: Session, app: Flask
) -> None:
    trainer = people.person(db, office.place, Role.TRAINER)
    hers = Visitor(app.test_client())
    people.signed_in(hers, trainer)
    page = hers.get("/completions")
    assert rows(page) == []
    assert [o.get_text() for o in page.soup.select("#team option, #cohort option")] == ["All", "All"]
    office.cohort("Hers", members=[omar], trainers=[trainer])
    page = hers.get("/completions")
    assert who(page) == ["Omar First steps"]
    assert "You see the people in the cohorts you train" in page.text
    assert [o.get_text() for o in page.soup.select("#team option, #cohort option")] == ["All", "All", "Hers"]
    assert [row[0] for row in read(export(hers))] == [omar.name]
    autumn = db.scalars(select(Cohort).where(Cohort.name == "Autumn")).one()
    for sent in ({"team": str(nia.team_id)}, {"cohort": str(autumn.id)}):
        name, value = next(iter(sent.items()))
        page = hers.get(f"/completions?{name}={value}")
        assert "Choose from the list." in page.text
        assert rows(page) == []
        export(hers, status=422, **sent)
    autumn.trainers = [trainer]
    db.commit()
    assert len(rows(hers.get(f"/completions?team={nia.team_id}"))) == 3
    hers.get("/interchange", status=403)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.LEAD])
def test_nobody_else_gets_in(visitor: Visitor, db: Session, role: Role) -> None:
    people.signed_in(visitor, people.person(db, role=role))
    assert "/completions" not in visitor.get("/").links()
    visitor.get("/completions", status=403)
    visitor.get("/")
    visitor.send("/completions/export", status=403)


def test_a_stranger_is_asked_to_sign_in(visitor: Visitor) -> None:
    assert visitor.get("/completions").heading == "Sign in"
    assert visitor.send("/completions/export").heading == "Sign in"


def test_names_are_shown_as_they_are(office: Office) -> None:
    office.db.add(Team(authority_id=office.place.id, name="<i>Team</i>"))
    mark = office.person(name="<script>alert(1)</script>")
    made.module(office.db, mark)
    page = office.visitor.get("/completions")
    assert page.soup.select_one("main td").get_text().count("<script>alert(1)</script>") == 1  # type: ignore[union-attr]
    assert not page.soup.select("main i")


def test_pages_cost_the_same_for_many(office: Office, engine: Engine) -> None:
    made.module(office.db, office.person())
    office.visitor.get("/completions")
    with counted(engine) as few:
        office.visitor.get("/completions")
    team = office.team("T")
    many = [office.person(name=f"P{n:02}", team_id=team.id) for n in range(12)]
    office.cohort("C", members=many)
    made.many(office.db, many, 10)
    with counted(engine) as sent:
        page = office.visitor.get(f"/completions?team={team.id}")
    assert len(sent) == len(few) <= 8
    assert len(rows(page)) == 25
    following = page.soup.select_one("a[rel=next]")
    assert following is not None
    assert f"team={team.id}" in str(following["href"])
    assert len(rows(office.visitor.get(str(following["href"]).replace("page=2", "page=5")))) == 20


def test_a_spreadsheet_runs_nothing(office: Office) -> None:
    names = ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", "\tx", "plain, with comma", 'a "word"']
    for number, name in enumerate(names):
        team = office.team(f"={number}")
        someone = office.person(name=name, team_id=team.id, discipline=f"@{number}")
        made.module(office.db, someone, at=made.NOON + number * DAY, course="-course")
    found = read(export(office.visitor))
    assert [row[0] for row in found] == [f"'{n}" for n in names[:5]] + names[5:]
    assert [(row[2], row[3]) for row in found] == [(f"'={n}", f"'@{n}") for n in range(len(names))]
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for row in found for cell in row)


def test_a_row_of_the_file(office: Office, nia: Person) -> None:
    first, second, last = read(export(office.visitor))
    about = ["Nia Rowe", "nia@council.example", "North", "Children's social work", "A small course"]
    assert first == [*about, "Module 1", "2027-06-01", "80", ""]
    assert second == [*about, "Module 2", "2027-06-02", "", ""]
    assert last == [*about, "Whole course", "2027-06-02", "", last[8]]
    assert last[8].startswith("CODE-")
    assert nia.name == "Nia Rowe"


def test_the_file_is_read_and_sent_piece_by_piece(
    office: Office, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_A_TIME", 7)
    made.many(office.db, [office.person(name=f"P{n}") for n in range(5)], 8)
    office.visitor.get("/")
    token = office.visitor.last.soup.select_one("input[name=csrf_token]")  # type: ignore[union-attr]
    with counted(engine) as sent:
        response = office.visitor.client.post("/completions/export", data={"csrf_token": token["value"]})  # type: ignore[index]
        pieces = response.iter_encoded()
        next(pieces)
        before = len(sent)
        next(pieces)
        assert len(sent) == before + 3  # one piece and the names in it, not the whole file
        rest = b"".join(pieces)
    assert rest.count(b"\n") == 33
    assert "completions-" in response.headers["Content-Disposition"]
    response.close()
    people_and_modules = [(row[0], row[5]) for row in read(export(office.visitor))]
    assert len(people_and_modules) == len(set(people_and_modules)) == 40


def test_pieces_part_what_was_finished_in_the_same_moment(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_A_TIME", 2)
    for name in "ABC":
        someone = office.person(name=name)
        for slug in ("one", "two", "three"):
            made.module(office.db, someone, slug)
        made.course(office.db, someone)
    found = [(row[0], row[5]) for row in read(export(office.visitor))]
    assert len(found) == len(set(found)) == 12


def test_that_somebody_took_the_file_is_written_down(office: Office, nia: Person) -> None:
    export(office.visitor, team=str(nia.team_id), course="small")
    event = office.db.scalars(select(AuditEvent).where(AuditEvent.name == "completions.export")).one()
    assert (event.actor_id, event.authority_id) == (office.actor.id, office.place.id)
    assert event.about == {"rows": 3, "team": nia.team_id, "cohort": None, "course": "small"}
    assert "Downloaded completions" in office.visitor.get("/audit").text
    office.visitor.get("/completions/export", status=405)


def test_the_file_needs_its_token(office: Office) -> None:
    office.visitor.last = None
    office.visitor.send("/completions/export", status=400)
