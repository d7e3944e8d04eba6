"""How far the work on a recording is; stopping it, and having it begin again."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, current_app, flash, jsonify

from webapp import database, jobs
from webapp.accounts.session import acting
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import progress as services
from webapp.practice.services import recordings, working


@practice.get("/recordings/<int:recording_id>/progress")
def progress(recording_id: int) -> Response:
    """For the page that waits."""
    session = database.session()
    shown = recordings.own(session, acting(), recording_id)
    found = services.of(session, shown)
    return jsonify(**asdict(found), how_long=found.how_long)


@practice.post("/recordings/<int:recording_id>/cancel")
def cancel(recording_id: int) -> Response:
    """Stop the work."""
    session, person = database.session(), acting()
    working.cancel(session, person, recordings.own(session, person, recording_id))
    flash("The work is stopped. What you brought in is still here: begin again, or delete it.")
    return to("recording", recording_id=recording_id)


@practice.post("/recordings/<int:recording_id>/retry")
def retry(recording_id: int) -> Response:
    """Have the work begin again."""
    session, person = database.session(), acting()
    working.retry(session, person, recordings.own(session, person, recording_id))
    jobs.send(current_app, "practice.next")
    return to("recording", recording_id=recording_id)
