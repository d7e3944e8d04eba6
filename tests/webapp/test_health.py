"""What the watchers of the server are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.webapp.conftest import NewApp
from tests.webapp.pages import counted
from webapp import clock, jobs, workers
from webapp.version import VERSION


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_before_any_worker_came(client: FlaskClient) -> None:
    told = {"status": "ok", "version": VERSION, "worker": "not seen lately", "worker_seen_at": None}
    assert client.get("/health").json == told


def test_each_look_for_work_leaves_a_mark(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = clock.now()
    jobs.sweep(app)
    told = client.get("/health").json
    assert told is not None
    assert (told["worker"], told["worker_seen_at"]) == ("working", f"{begun:%Y-%m-%dT%H:%M:%S}+00:00")
    monkeypatch.setattr(clock, "now", lambda: begun + workers.LATELY + timedelta(seconds=5))
    assert client.get("/health").json == {**told, "worker": "not seen lately"}
    jobs.sweep(app)
    assert client.get("/health").json["worker"] == "working"  # type: ignore[index]


def test_a_worker_that_was_stopped_is_gone_at_once(client: FlaskClient, db: Session) -> None:
    workers.here(db)
    workers.gone(db)
    workers.gone(db)
    db.commit()
    assert client.get("/health").json["worker"] == "not seen lately"  # type: ignore[index]


def test_it_is_cheap(client: FlaskClient, engine: Engine) -> None:
    with counted(engine) as sent:
        client.get("/health")
    assert len(sent) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_without_tables_is_not_well(new_app: NewApp, kind: str) -> None:
    answer = new_app(kind, tables_too=False).test_client().get("/health")
    assert answer.status_code == 503
    assert answer.json == {"status": "the database does not answer", "version": VERSION}
