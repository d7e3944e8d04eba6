"""The list of one's recordings, and the page of each: what happens with it now, or what came of it."""

from __future__ import annotations

from flask import Response, render_template, request

from webapp import database, paging
from webapp.accounts.session import acting
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import about, notices, progress, recordings, retention, sharing, teaching
from webapp.practice.tables import State

_STATES = {  # how far it is, what to do next, and the page for that
    State.ARRIVING: ("Not all of it has come in yet", "Go on bringing it in", "bring"),
    State.WAITING: ("Waiting for its turn", "See how far it is", "recording"),
    State.WORKING: ("Being worked on", "See how far it is", "recording"),
    State.READY: ("Ready", "Look at it", "feedback_page"),
    State.FAILED: ("Needs another look", "See why, and what you can do", "recording"),
    State.CANCELLED: ("Stopped", "Begin again, or leave it", "recording"),
}


@practice.get("/recordings")
def recordings_list() -> str:
    """All of one's recordings."""
    session, person = database.session(), acting()
    found = recordings.find(session, person, paging.wanted(request.args.get("page")))
    return render_template(
        "practice/recordings.html",
        found=found,
        going=retention.going(session, person),
        shared=sharing.with_her(session, person),
        asked=teaching.asked(session, person),
        states=_STATES,
        State=State,
    )


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
        before=recordings.same_before(session, shown),
        progress=progress.of(session, shown),
        letter=notices.wanted(session, person),
        goes_on=retention.goes_on(session, shown),
        State=State,
    )
