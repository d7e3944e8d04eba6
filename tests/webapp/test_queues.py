"""Work that pages leave to the worker arrives there, through a file, Redis and PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp import people, servers
from tests.webapp.conftest import NewApp
from tests.webapp.learning import small_course
from tests.webapp.pages import Visitor
from webapp import workers
from webapp.learning.services import courses
from webapp.learning.tables import Attempt
from webapp.settings import ROOT

SAY = "/learn/small/one/say"


@pytest.fixture(params=["file", "redis", "postgresql"])
def place(request: pytest.FixtureRequest, new_app: NewApp, tmp_path: Path) -> Iterator[Flask]:
    """A platform whose queue is a file, a real Redis or a real PostgreSQL."""
    courses.forget()
    address = ""
    if request.param == "postgresql":
        address = request.getfixturevalue("postgresql").database().replace("+psycopg", "")
    with servers.redis_server() if request.param == "redis" else nullcontext(address) as address:
        app = new_app("sqlite", jobs=address)
        with app.extensions["sessions"]() as session:
            small_course.load(session, tmp_path)
        yield app
    courses.forget()


def work_until(app: Flask, line: str) -> int:
    """Run a real worker until it writes a line with this in it, tell it to stop, and give its exit status."""
    settings = app.extensions["settings"]
    environment = {**os.environ, "CHANGETALK_DATA": str(settings.data), "CHANGETALK_JOBS": settings.jobs}
    command = [sys.executable, "-m", "flask", "--app", "webapp", "worker"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stderr is not None
        for told in process.stderr:
            if line in told:
                break
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        return process.wait(30)


def test_an_answer_is_heard_by_a_worker_that_came_later(place: Flask) -> None:
    with place.extensions["sessions"]() as session:
        someone = people.person(session)
    learner = people.signed_in(Visitor(place.test_client()), someone)
    once = learner.get(SAY).soup.select_one("input[name=once]")
    sent = {"once": once["value"], "text": "You've been up since four."}  # type: ignore[index]
    assert "listening" in learner.send(f"{SAY}/answer", sent).text.lower()
    assert place.extensions["queues"]["quick"].pending_count() == 1
    assert work_until(place, '"job": "learning.hear"') == 0
    with place.extensions["sessions"]() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert (attempt.state, attempt.heard["utterances"][0]["code"]) == ("done", "SR")  # type: ignore[index]
        assert workers.last_seen(session) is None  # it said goodbye
    assert place.extensions["queues"]["quick"].pending_count() == 0


@pytest.mark.parametrize("place", ["file"], indirect=True)
def test_what_the_queue_lost_is_found(place: Flask) -> None:
    """The rows are the truth: a queue that was emptied, or a worker that was killed, loses nothing."""
    with place.extensions["sessions"]() as session:
        learner = people.signed_in(Visitor(place.test_client()), people.person(session))
    once = learner.get(SAY).soup.select_one("input[name=once]")
    learner.send(f"{SAY}/answer", {"once": once["value"], "text": "You're tired."})  # type: ignore[index]
    place.extensions["queues"]["quick"].flush()
    with place.extensions["sessions"]() as session:
        session.scalars(select(Attempt)).one().at -= timedelta(minutes=1)
        session.commit()
    assert work_until(place, '"job": "learning.hear"') == 0
    with place.extensions["sessions"]() as session:
        assert session.scalars(select(Attempt.state)).all() == ["done"]
