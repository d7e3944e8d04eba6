"""The list of one's recordings, and the page of each: what happens with it now, or what came of it."""

from __future__ import annotations

from flask import Response, render_template

from webapp import database
from webapp.accounts.session import acting
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import about, progress, recordings
from webapp.practice.tables import State

_STATES = {
    State.ARRIVING: "Not all of it has come in yet",
    State.WAITING: "Waiting for its turn",
    State.WORKING: "Being worked on",
    State.READY: "Ready",
    State.FAILED: "Needs another look",
    State.CANCELLED: "Stopped",
}


@practice.get("/recordings")
def recordings_list() -> str:
    """All of one's recordings."""
    session, person = database.session(), acting()
    found = recordings.every(session, person)
    return render_template("practice/recordings.html", found=found, states=_STATES)


@practice.get("/recordings/<int:recording_id>")
def recording(recording_id: int) -> Response | str:
    """One recording: where to go on with it."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    if shown.state == State.ARRIVING:
        return to("bring", recording_id=shown.id)
    return render_template(
        "practice/recording.html",
        recording=shown,
        about=about.read(session, shown),
        progress=progress.of(session, shown),
        State=State,
    )
