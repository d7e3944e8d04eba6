"""Deleting a recording: asked once, and then it is gone."""

from __future__ import annotations

from flask import Response, current_app, flash, render_template

from webapp import database, jobs
from webapp.accounts.session import acting
from webapp.practice.forms.owning import DeleteRecording
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import deleting, recordings
from webapp.practice.tables import State


@practice.route("/recordings/<int:recording_id>/delete", methods=["GET", "POST"])
def delete(recording_id: int) -> Response | str:
    """What goes, what can stay, and a button."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    form = DeleteRecording()
    if form.validate_on_submit():
        deleting.by_owner(session, person, shown, keep_counts=bool(form.keep_counts.data))
        for rest in ("practice.empty_folders", "practice.export_rest"):
            jobs.send(current_app, rest)
        flash("The recording and everything that belonged to it is deleted.")
        return to("recordings_list")
    return render_template("practice/delete.html", recording=shown, form=form, ready=shown.state == State.READY)
