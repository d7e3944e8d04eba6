"""Four short questions to the owner of a recording, before she sees what the engine says."""

from __future__ import annotations

from flask import Response, render_template, request

from webapp import database
from webapp.accounts.session import acting
from webapp.practice.forms.own_view import OwnViewForm
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import own_view as services
from webapp.practice.services import recordings
from webapp.practice.services.own_view import Answers
from webapp.practice.tables import State


@practice.route("/recordings/<int:recording_id>/own-view", methods=["GET", "POST"])
def own_view(recording_id: int) -> Response | str:
    """Her own view: hers alone, and every question may be left out."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    if shown.state != State.READY:
        return to("recording", recording_id=shown.id)
    before = services.read(session, person, shown)
    form = OwnViewForm(data=_as_form(before or Answers()))
    if "skip" in request.form and form.csrf_token.validate(form):
        if before is None:
            services.keep(session, person, shown, Answers())
        return to("feedback_page", recording_id=shown.id)
    if form.validate_on_submit():
        answers = Answers(
            well=form.well.data or "",
            listened=int(form.listened.data or 0),
            hardest=form.hardest.data or "",
            look_at=form.look_at.data or "",
        )
        services.keep(session, person, shown, answers)
        return to("feedback_page", recording_id=shown.id)
    return render_template("practice/own_view.html", recording=shown, form=form, before=before)


def _as_form(answers: Answers) -> dict[str, str]:
    listened = str(answers.listened) if answers.listened else ""
    return {"well": answers.well, "listened": listened, "hardest": answers.hardest, "look_at": answers.look_at}
