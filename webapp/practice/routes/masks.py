"""Covering names and places: what the engine suggests, and what a person chooses."""

from __future__ import annotations

from flask import Response, current_app, flash, render_template, request

from webapp import database, jobs
from webapp.accounts.session import acting
from webapp.errors import Refused
from webapp.organisation.forms.fields import ids
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import masks as services
from webapp.practice.services import recordings
from webapp.practice.tables import State
from webapp.wording import count


@practice.get("/recordings/<int:recording_id>/names")
def masks(recording_id: int) -> Response | str:
    """Names that were found, to choose from."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    if shown.state != State.READY:
        return to("recording", recording_id=shown.id)
    return _page(recording_id)


@practice.post("/recordings/<int:recording_id>/names/find")
def find_names(recording_id: int) -> Response:
    """Have the engine look."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    jobs.send(current_app, "practice.find_names", shown.id)
    flash("We look for names now. It takes some seconds: load this page again then.")
    return to("masks", recording_id=shown.id)


@practice.post("/recordings/<int:recording_id>/names")
def cover(recording_id: int) -> Response | tuple[str, int]:
    """Cover what was chosen."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    chosen = ids(request.form.getlist("chosen"))
    try:
        number = services.choose(session, person, shown, chosen=list(chosen), more=request.form.get("more", ""))
    except Refused as error:
        session.rollback()
        return _page(recording_id, wrong=str(error)), 422
    if number:
        jobs.send(current_app, "practice.cover", shown.id)
        flash(f"{count(number, 'name')} will be covered in a minute or two, wherever they are said.")
    else:
        flash("Nothing is covered. You can come back to this at any time.")
    return to("masks", recording_id=shown.id)


def _page(recording_id: int, wrong: str = "") -> str:
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    found = services.every(session, shown)
    return render_template(
        "practice/masks.html",
        recording=shown,
        open=[m for m in found if not m.covered],
        covered=[m for m in found if m.covered],
        more=request.form.get("more", ""),
        wrong=wrong,
    )
