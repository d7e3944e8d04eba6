"""The link to everything one has: it works once, in time, for her alone."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.clocks import wait
from tests.webapp.pages import Visitor
from tests.webapp.practice.everything import asked, link, with_everything
from webapp import jobs, storage
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.practice.services import export
from webapp.practice.tables import Export


def refusals(db: Session) -> list[tuple[int | None, str]]:
    found = select(AuditEvent).where(AuditEvent.name == "export.refuse").order_by(AuditEvent.id)
    return [(event.actor_id, event.about["why"]) for event in db.scalars(found)]


def test_a_link_works_once_and_the_page_gives_another(visitor: Visitor, db: Session) -> None:
    owner, _ = with_everything(db)
    people.signed_in(visitor, owner)
    first = link(asked(visitor))
    assert visitor.client.get(first).status_code == 200
    page = visitor.get(first, status=410)
    assert "works once" in page.text
    assert refusals(db) == [(owner.id, "used, replaced or gone")]
    page = visitor.get("/export")
    assert not any(address.startswith("/export/file/") for address in page.links())
    second = link(visitor.send("/export/again"))
    assert visitor.client.get(first).status_code == 410
    assert visitor.client.get(second).status_code == 200
    done = db.scalars(select(AuditEvent).where(AuditEvent.name == "export.download")).all()
    assert [event.actor_id for event in done] == [owner.id] * 2


def test_a_link_runs_out(visitor: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, _ = with_everything(db)
    people.signed_in(visitor, owner)
    address = link(asked(visitor))
    wait(monkeypatch, minutes=61)
    assert "within an hour" in visitor.get(address, status=410).text
    assert refusals(db) == [(owner.id, "late")]
    assert visitor.client.get(link(visitor.get("/export"))).status_code == 200  # the page has a fresh one


def test_after_a_day_there_is_nothing(
    visitor: Visitor, db: Session, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, _ = with_everything(db)
    people.signed_in(visitor, owner)
    asked(visitor)
    folder = db.scalars(select(Export.folder)).one()
    wait(monkeypatch, hours=23, minutes=30)
    token = export.link(db, db.scalars(select(Export)).one())
    wait(monkeypatch, hours=24, minutes=1)
    assert visitor.client.get(f"/export/file/{token}").status_code in (302, 410)  # the sign-in may have ended too
    assert export.latest(db, owner) is None
    jobs.do(app, "practice.export_rest")
    db.expire_all()
    assert db.scalars(select(Export)).all() == []
    assert list(storage.of(db).store.names(f"exports/{folder}/")) == []


def test_somebody_else_with_the_link_gets_nothing_and_leaves_a_trace(app: Flask, db: Session) -> None:
    owner, _ = with_everything(db)
    hers = people.signed_in(Visitor(app.test_client()), owner)
    address = link(asked(hers))
    administrator = people.person(db, role=Role.ADMINISTRATOR, authority_id=owner.authority_id)
    people.signed_in(Visitor(app.test_client()), administrator).get(address, status=404)
    assert refusals(db) == [(administrator.id, "somebody else's")]
    stranger = Visitor(app.test_client()).client.get(address)
    assert stranger.status_code == 302
    assert "/sign-in" in stranger.location
    assert hers.client.get(address).status_code == 200  # it was not used up


@pytest.mark.parametrize("change", ["last", "cut", "nonsense", "other key"])
def test_a_link_that_was_tampered_with(visitor: Visitor, db: Session, change: str) -> None:
    owner, _ = with_everything(db)
    people.signed_in(visitor, owner)
    address = link(asked(visitor))
    token = address.rpartition("/")[2]
    payload, _, signature = token.rpartition(".")
    wrong = {
        "last": f"{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
        "cut": payload,
        "nonsense": "WzEsMl0",
        "other key": f"{payload[:-1]}.{signature}",
    }[change]
    assert "has run out" in visitor.get(f"/export/file/{wrong}", status=410).text
    assert refusals(db) == [(owner.id, "not ours")]
    assert visitor.client.get(address).status_code == 200
