"""Who has a recording: opening it to a trainer, and taking that back."""

from __future__ import annotations

from flask import Response, flash, render_template

from webapp import database
from webapp.accounts.session import acting
from webapp.practice.forms.owning import ShareWith, TakeBack
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import recordings
from webapp.practice.services import sharing as services
from webapp.practice.tables import State


@practice.route("/recordings/<int:recording_id>/sharing", methods=["GET", "POST"])
def sharing(recording_id: int) -> Response | str:
    """What a trainer would see, who has it now, and whom else it can be opened to."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    now = services.now(session, shown)
    have = {trainer.id for _, trainer in now}
    trainers = services.trainers(session, person)
    form = ShareWith()
    form.offer([trainer for trainer in trainers if trainer.id not in have])
    if form.validate_on_submit():
        given = services.give(session, person, shown, int(form.trainer.data))
        flash(f"{given.name} can open this recording now.")
        return to("sharing", recording_id=shown.id)
    return render_template(
        "practice/sharing.html",
        recording=shown,
        now=now,
        form=form,
        trainers=trainers,
        ready=shown.state == State.READY,
    )


@practice.post("/recordings/<int:recording_id>/sharing/withdraw")
def withdraw_share(recording_id: int) -> Response:
    """Take it back, from this moment on."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    trainer = services.withdraw(session, person, shown, TakeBack().whom())
    flash(f"{trainer.name} can no longer open this recording.")
    return to("sharing", recording_id=shown.id)
