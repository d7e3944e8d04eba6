"""Calibrate yourself: code a bundled conversation without its codes, then see where you differ, and why."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, send_file, url_for

from webapp import database
from webapp.accounts.session import acting
from webapp.coding.services import calibrating, pairs, samples
from webapp.errors import NotFound, Refused
from webapp.pages import wants_fragment

calibrate = Blueprint("calibrate", __name__, url_prefix="/coding/calibrate")
Answer = Response | str | tuple[str | Response, int]


@calibrate.get("", endpoint="choose")
def choose() -> str:
    """The conversations, and how one's own tries at them went."""
    return render_template("coding/calibrate.html", offers=calibrating.offers(database.session(), acting()))


@calibrate.post("/<sample>/begin")
def begin(sample: str) -> Answer:
    """Begin a try, or go on with the one that is begun."""
    found = calibrating.begin(database.session(), acting(), sample)
    return _to("calibrate.attempt", try_id=found.id)


@calibrate.get("/<sample>/sound")
def sound(sample: str) -> Response:
    """A bundled conversation to hear, from any place in it; no other file can be named."""
    found = samples.catalogue().get(sample)
    if found is None or not found.sound.is_file():
        raise NotFound
    return send_file(found.sound, mimetype=samples.MIMES[found.sound.suffix], conditional=True)


@calibrate.get("/tries/<int:try_id>")
def attempt(try_id: int) -> Answer:
    """The lines to be coded, or, once finished, where the codes differ."""
    return _page(try_id)


@calibrate.post("/tries/<int:try_id>")
def code(try_id: int) -> Answer:
    """Keep the codes, and compare them if that was the button."""
    session, person = database.session(), acting()
    _, sample = calibrating.get(session, person, try_id)
    sent = {line.id: request.form.get(f"code-{line.id}", "") for line in sample.lines}
    try:
        calibrating.keep(session, person, try_id, {name: chosen for name, chosen in sent.items() if chosen})
        if request.form.get("do") == "finish":
            session.commit()  # what was chosen stays, also where it cannot be compared yet
            calibrating.finish(session, person, try_id)
    except Refused as error:
        if wants_fragment():
            return jsonify(wrong=str(error)), error.status
        return _page(try_id, wrong=str(error)), error.status
    if wants_fragment():
        return jsonify(seen="")
    if request.form.get("do") != "finish":
        flash("Kept. You can go on whenever you like.")
    return _to("calibrate.attempt", try_id=try_id)


def _page(try_id: int, wrong: str = "") -> str:
    found, sample = calibrating.get(database.session(), acting(), try_id)
    if found.finished_at is None:
        return render_template(
            "coding/calibrate_code.html",
            own=found,
            sample=sample,
            wrong=wrong,
            codes=calibrating.ALLOWED,
            name=pairs.name,
        )
    compared = calibrating.compared(found, sample)
    return render_template(
        "coding/calibrate_result.html",
        own=found,
        sample=sample,
        wrong=wrong,
        compared=compared,
        name=pairs.name,
        meaning=pairs.meaning,
    )


def _to(endpoint: str, **values: int) -> Response:
    return redirect(url_for(endpoint, **values))  # type: ignore[arg-type, return-value]
