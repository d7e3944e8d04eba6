"""What somebody codes by hand; choosing a part of a recording; giving it to a colleague; what a coding comes to."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for

from webapp import database
from webapp.accounts.session import acting
from webapp.accounts.tables import Person
from webapp.coaching.services import queue
from webapp.coding.routes.blueprint import coding
from webapp.coding.services import codings, results, segments
from webapp.coding.services import listing as services
from webapp.errors import Refused

_DIGITS = 9  # of a number that makes sense
Answer = Response | str | tuple[str, int]


@coding.get("", endpoint="mine")
def mine() -> str:
    """What she has to code, what can be settled, and what there is besides."""
    session, trainer = database.session(), acting()
    return render_template("coding/mine.html", found=services.of(session, trainer), me=trainer)


@coding.route("/recordings/<int:recording_id>", methods=["GET", "POST"])
def choose(recording_id: int) -> Answer:
    """The parts of a recording that are coded by hand; sent, it draws a part and gives it to her."""
    session, trainer = database.session(), acting()
    if request.method == "POST":
        try:
            segment = segments.choose(session, trainer, recording_id, whole=request.form.get("part") == "whole")
            made = codings.assign(session, trainer, segment, trainer)
        except Refused as error:
            database.look_again(session)
            return _page(recording_id, wrong=str(error)), error.status
        return _to("coding.workbench", coding_id=made.id)
    return _page(recording_id)


@coding.post("/segments/<int:segment_id>/coders")
def assign(segment_id: int) -> Answer:
    """Give a part to a colleague, or take it on oneself."""
    session, trainer = database.session(), acting()
    segment = segments.get(session, trainer, segment_id)
    number = request.form.get("coder", "")
    known = number.isascii() and number.isdecimal() and len(number) <= _DIGITS
    coder = session.get(Person, int(number)) if known else None
    try:
        if coder is None:
            raise Refused("Choose a colleague from the list.")
        made = codings.assign(session, trainer, segment, coder)
    except Refused as error:
        database.look_again(session)
        return _page(segment.recording_id, wrong=str(error)), error.status
    if coder.id == trainer.id:
        return _to("coding.workbench", coding_id=made.id)
    flash(
        f"{coder.name} finds it under “Coding by hand”. Neither of you sees what the other codes before both are done."
    )
    return _to("coding.choose", recording_id=segment.recording_id)


@coding.get("/<int:coding_id>/result")
def result(coding_id: int) -> str:
    """What a finished coding comes to."""
    trainer = acting()
    return render_template("coding/result.html", found=results.of(database.session(), trainer, coding_id), me=trainer)


def _page(recording_id: int, *, wrong: str = "") -> str:
    session, trainer = database.session(), acting()
    recording = queue.get(session, trainer, recording_id)
    owner = session.get_one(Person, recording.owner_id)
    return render_template(
        "coding/choose.html",
        recording=recording,
        me=trainer,
        owner=owner,
        parts=services.of_recording(session, recording, owner.name),
        colleagues=codings.who_can(session, trainer, recording),
        minutes=segments.LENGTH // 60,
        wrong=wrong,
    )


def _to(endpoint: str, **values: int) -> Response:
    return redirect(url_for(endpoint, **values))  # type: ignore[arg-type, return-value]
