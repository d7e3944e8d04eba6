"""An import that waits for its yes: once, in time, for its owner alone, and only as it was shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.webapp import people
from tests.webapp.organisation.importing import HEAD, counts
from tests.webapp.organisation.made import Office, rows, seen
from tests.webapp.pages import Visitor
from webapp import clock, jobs
from webapp.accounts.tables import Person, Role
from webapp.organisation.queries import people as people_queries
from webapp.organisation.tables import PeopleImport


def test_twice_imports_once(office: Office) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    office.confirm(page)
    before = counts(office.db)
    again = office.confirm(page, status=404)
    assert "has been done" in again.text
    assert counts(office.db) == before
    office.visitor.get(page.response.request.path, status=404)


def test_two_tabs_with_the_same_file(office: Office) -> None:
    text = HEAD + "Nia,nia@council.example,,,,\n"
    first, second = office.upload(text), office.upload(text)
    office.confirm(first)
    before = counts(office.db)
    page = office.confirm(second)
    assert "Something changed since you looked" in page.text
    assert "Nothing changes" in rows(page)[0]
    assert counts(office.db) == before


def test_what_changed_meanwhile_is_shown_first(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    path = f"{page.response.request.path}/confirm"
    assert "Something changed" in office.visitor.send(path, {"seen": "forged"}).text
    assert "Something changed" in office.visitor.send(path).text
    office.person(email="nia@council.example", name="Other")
    monkeypatch.setattr(people_queries, "by_emails", lambda *_: {})  # as another sees it, a moment before
    assert "Something changed" in office.visitor.send(path, {"seen": seen(page)}).text
    assert office.db.scalar(select(func.count()).where(Person.email == "nia@council.example")) == 1


def test_an_import_runs_out_after_a_day(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    mark = seen(page)
    later = clock.now() + timedelta(days=1, seconds=1)
    kept = office.db.scalars(select(PeopleImport)).one()
    kept.expires_at = clock.now() - timedelta(seconds=1)
    office.db.commit()
    path = page.response.request.path
    assert "more than a day old" in office.visitor.get(path, status=404).text
    for action in ("confirm", "call-off"):
        office.visitor.send(f"{path}/{action}", {"seen": mark}, status=404)
    monkeypatch.setattr(clock, "now", lambda: later)
    office.upload(HEAD + "Tom,tom@council.example,,,,\n")
    assert len(list(office.db.scalars(select(PeopleImport)))) == 1


def test_the_worker_forgets_what_ran_out(office: Office, app: Flask) -> None:
    office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    jobs.do(app, "organisation.forget_imports")
    kept = office.db.scalars(select(PeopleImport)).one()
    kept.expires_at = clock.now()
    office.db.commit()
    jobs.sweep(app)
    assert not list(office.db.scalars(select(PeopleImport)))


def test_an_import_can_be_called_off(office: Office) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    before = counts(office.db)
    page = office.visitor.send(f"{page.response.request.path}/call-off")
    assert "Nothing was imported" in page.text
    assert counts(office.db) == before
    assert not list(office.db.scalars(select(PeopleImport)))


def test_only_its_owner_sees_it(office: Office) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n")
    colleague = office.person(Role.ADMINISTRATOR)
    theirs = people.signed_in(Visitor(office.visitor.client.application.test_client()), colleague)
    path = page.response.request.path
    theirs.get(path, status=404)
    for action in ("confirm", "call-off"):
        theirs.send(f"{path}/{action}", {"seen": seen(page)}, status=404)
    assert "1 person invited" in office.confirm(page).text
