"""The audit trail: who did what, newest first, narrowed, in pages, and as a file."""

from __future__ import annotations

import ast
import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from tests.webapp import people
from tests.webapp.organisation.made import Office, rows
from tests.webapp.pages import counted
from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.audit import AuditEvent
from webapp.organisation.services import audit_trail as services
from webapp.organisation.tables import Cohort
from webapp.settings import ROOT


def happened(office: Office, name: str, at: datetime, actor: Person | None = None, **more: object) -> None:
    by = actor or office.actor
    told = {"authority_id": by.authority_id, "actor_id": by.id, "about": {}}
    office.db.add(AuditEvent(name=name, at=at, **{**told, **more}))
    office.db.commit()


@pytest.fixture
def history(office: Office) -> Office:
    """Four events on three days of June 2027, and one elsewhere."""
    nia = office.person(name="Nia Rowe", email="nia@council.example")
    team, cohort = office.team("North"), office.cohort("Autumn")
    happened(
        office, "person.change", datetime(2027, 6, 1, 12, tzinfo=UTC), subject_id=nia.id, about={"fields": "name, role"}
    )
    happened(office, "team.add", datetime(2027, 6, 1, 22, 59, 59, tzinfo=UTC), subject_id=team.id)
    happened(
        office, "cohort.take_out", datetime(2027, 6, 1, 23, tzinfo=UTC), nia, subject_id=cohort.id, about={"person": 4}
    )
    happened(office, "course.do_something", datetime(2027, 6, 3, tzinfo=UTC), subject_id=nia.id, about={"how": None})
    foreign = people.person(office.db, name="Foreign Person")
    happened(office, "person.add", datetime(2027, 6, 2, tzinfo=UTC), foreign, subject_id=nia.id)
    return office


def whats(office: Office, query: str = "") -> list[str]:
    told = [row.partition("What ")[2].partition(" About")[0] for row in rows(office.visitor.get(f"/audit?{query}"))]
    return [what for what in told if what != "Signed in"]


def test_newest_first_in_words(history: Office) -> None:
    page = history.visitor.get("/audit")
    told = [row for row in rows(page) if "Signed in" not in row]
    assert told == [
        "When 3 June 2027, 01:00 Who Robin Admin What Course: do something About course no. "
        + str(history.db.scalar(select(Person.id).where(Person.name == "Nia Rowe"))),
        "When 2 June 2027, 00:00 Who Nia Rowe What Took somebody out of a cohort About Autumn person: 4",
        "When 1 June 2027, 23:59 Who Robin Admin What Added a team About North",
        "When 1 June 2027, 13:00 Who Robin Admin What Changed a person About Nia Rowe fields: name, role",
    ]
    assert "Foreign" not in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=team.add", ["Added a team"]),
        ("kind=person.add", "all"),  # nothing of the kind has happened here, so it is not on offer
        ("words=nia", ["Took somebody out of a cohort", "Changed a person"]),
        ("words=nia@council.example&kind=person.change", ["Changed a person"]),
        ("words=foreign", []),
        ("start=2027-06-02", ["Course: do something", "Took somebody out of a cohort"]),
        ("end=2027-06-01", ["Added a team", "Changed a person"]),
        ("start=2027-06-02&end=2027-06-02", ["Took somebody out of a cohort"]),
        ("start=2027-06-03&end=2027-06-01", []),
        ("start=soon&end=9999-12-31&kind=%3Cb%3E&page=x", "all"),
        ("words=" + "x" * 5000, []),
    ],
)
def test_it_is_narrowed(history: Office, query: str, found: list[str] | str) -> None:
    everything = ["Course: do something", "Took somebody out of a cohort", "Added a team", "Changed a person"]
    assert whats(history, query) == (everything if found == "all" else found)


def test_a_date_that_is_none_is_said(history: Office) -> None:
    page = history.visitor.get("/audit?start=soon&end=9999-12-31")
    assert "That is no date" in page.soup.select_one("#start-error").get_text()  # type: ignore[union-attr]
    assert "between 2000 and 2100" in page.soup.select_one("#end-error").get_text()  # type: ignore[union-attr]


def test_pages_cost_the_same_for_many(office: Office, engine: Engine) -> None:
    with counted(engine) as few:
        office.visitor.get("/audit?kind=person.add&words=p")
    for number in range(120):
        someone = office.person(name=f"P{number}")
        audit.record(office.db, "person.add", actor=someone, subject_id=someone.id)
    office.db.commit()
    with counted(engine) as many:
        page = office.visitor.get("/audit?kind=person.add&words=p")
    assert len(few) == len(many) <= 8
    assert len(rows(page)) == 25
    following = page.soup.select_one("a[rel=next]")
    assert following is not None
    assert "kind=person.add" in str(following["href"])
    assert len(rows(office.visitor.get(str(following["href"]).replace("page=2", "page=5")))) == 20


def test_it_is_downloaded_and_that_is_written_down(history: Office) -> None:
    markup = history.person(name='=HYPERLINK("http://evil.example")')
    happened(history, "person.deactivate", datetime(2027, 6, 4, 9, tzinfo=UTC), subject_id=markup.id)
    history.visitor.get("/audit?start=2027-06-02")
    response = history.visitor.send("/audit/export", {"start": "2027-06-02", "end": "2027-06-30"}).response
    assert response.mimetype == "text/csv"
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))[:3] == [
        ["When", "Who", "What", "About", "Details"],
        ["2027-06-04 10:00:00", "Robin Admin", "Deactivated an account", "'" + markup.name, ""],
        [
            "2027-06-03 01:00:00",
            "Robin Admin",
            "Course: do something",
            rows(history.visitor.get("/audit?kind=course.do_something"))[0].partition("About ")[2],
            "",
        ],
    ]
    event = history.db.scalars(select(AuditEvent).where(AuditEvent.name == "audit.export")).one()
    assert event.about == {"rows": 3}
    history.visitor.get("/audit/export", status=405)


def test_a_file_holds_the_newest(history: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_EXPORTED", 2)
    assert "The file holds the newest 2" in history.visitor.get("/audit").text
    response = history.visitor.send("/audit/export", {"end": "2027-06-30", "start": "2027-06-01"}).response
    assert len(response.data.splitlines()) == 3


def test_names_of_more_than_a_thousand_subjects(office: Office) -> None:
    now = clock.now()
    office.db.add_all(Cohort(authority_id=office.place.id, name=f"C{n}", starts_on=now.date()) for n in range(1005))
    office.db.flush()
    for number, cohort in enumerate(office.db.scalars(select(Cohort))):
        at = now + timedelta(seconds=number)
        office.db.add(
            AuditEvent(name="cohort.add", at=at, authority_id=office.place.id, subject_id=cohort.id, about={})
        )
    office.db.commit()
    text = office.visitor.send("/audit/export", {"kind": "cohort.add"}).response.text
    assert text.count("The platform,Added a cohort,C") == 1005


def test_every_event_has_words() -> None:
    recorded = set()
    for path in (ROOT / "webapp").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record":
                name = call.args[1]
                recorded |= {name.value} if isinstance(name, ast.Constant) else set()
    assert len(recorded) > 20
    assert recorded - set(services.WORDS) == set(), "put words for these into organisation/services/audit_trail.py"
