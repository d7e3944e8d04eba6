"""Bringing a recording in: what it is and who agreed, then the sound, piece by piece."""

from __future__ import annotations

from flask import Response, current_app, jsonify, render_template, request

from webapp import clock, database, jobs, pages
from webapp.accounts.session import acting
from webapp.errors import Refused
from webapp.extensions import limiter
from webapp.practice.forms.recordings import NewRecording
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import arriving, recordings
from webapp.practice.services.about import About
from webapp.practice.tables import Kind, State

_PIECES_PER_MINUTE = limiter.limit("600 per minute", key_func=lambda: str(acting().id))


@practice.route("/recordings/new", methods=["GET", "POST"])
def new() -> Response | str | tuple[str, int]:
    """What kind of conversation it is, who agreed, and what she wants to know."""
    session, person = database.session(), acting()
    form = NewRecording(held_on=clock.today())
    if form.validate_on_submit():
        try:
            made = recordings.begin(
                session,
                person,
                title=form.name.data or "",
                kind=Kind(form.kind.data),
                held_on=form.held_on.data or clock.today(),
                about=About(
                    goal=form.goal.data or "",
                    wants=form.wants.data or "",
                    consent_by=form.consent_by.data or "" if form.kind.data == Kind.REAL else "",
                    consent_way=form.consent_way.data or "" if form.kind.data == Kind.REAL else "",
                ),
                consented=bool(form.consented.data),
                speakers=int(form.speakers.data),
            )
        except Refused as error:
            form.form_errors.append(str(error))
            form.mark_consent()
        else:
            return to("bring", recording_id=made.id)
    return render_template("practice/new.html", form=form)


@practice.get("/recordings/<int:recording_id>/bring")
def bring(recording_id: int) -> Response | str:
    """Record here, or choose a file."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    if shown.state != State.ARRIVING:
        return to("recording", recording_id=shown.id)
    return render_template(
        "practice/bring.html",
        recording=shown,
        arrived=arriving.state(session, shown),
        piece=arriving.PIECE,
        largest=arriving.LARGEST,
        longest=arriving.LONGEST,
        in_one_go=current_app.config["MAX_CONTENT_LENGTH"],
    )


@practice.get("/recordings/<int:recording_id>/arrived")
def arrived(recording_id: int) -> Response:
    """What has come in so far, for a page that goes on after a break."""
    session = database.session()
    shown = recordings.own(session, acting(), recording_id)
    return jsonify(state=shown.state, parts=arriving.state(session, shown))


@practice.post("/recordings/<int:recording_id>/pieces/<int:part>/<int:number>")
@_PIECES_PER_MINUTE
def piece(recording_id: int, part: int, number: int) -> Response:
    """Take a piece: the body of the request, as it is."""
    session = database.session()
    database.let_go(session)  # a slow line takes a while to bring it, and nobody waits for that
    data = request.stream.read(arriving.PIECE + 1)
    shown = recordings.own(session, acting(), recording_id)
    if len(data) <= arriving.PIECE and request.content_length not in (None, len(data)):
        raise Refused("That piece came through cut off. Load the page again.")
    arriving.take(session, shown, part=part, number=number, data=data)
    return jsonify(taken=len(data))


@practice.post("/recordings/<int:recording_id>/finish")
def finish(recording_id: int) -> Response:
    """Everything has come in: have the worker begin."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    arriving.finish(session, person, shown, parts=_parts(), file_name=request.form.get("file_name", ""))
    jobs.send(current_app, "practice.next")
    if pages.wants_fragment():
        return jsonify(go=f"/recordings/{shown.id}")
    return to("recording", recording_id=shown.id)


@practice.post("/recordings/<int:recording_id>/file")
def whole_file(recording_id: int) -> Response:
    """Take a small file in one go, where the page cannot send it in pieces."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused("No file was chosen. Go back and choose the one with the recording in it.")
    arriving.whole(session, person, shown, file.stream, file_name=file.filename)
    jobs.send(current_app, "practice.next")
    return to("recording", recording_id=shown.id)


@practice.post("/recordings/<int:recording_id>/start-over")
def start_over(recording_id: int) -> Response:
    """Forget what has come in so far."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    arriving.start_over(session, person, shown)
    database.after_commit(lambda: arriving.clear(session, shown))
    return jsonify(parts={}) if pages.wants_fragment() else to("bring", recording_id=shown.id)


def _parts() -> dict[int, int]:
    """How many pieces each part has, as the page counts them: ``parts=12`` for part 0, once more for each other.

    A part of which nothing came, because it was given up at once, counts for nothing.
    """
    told = request.form.getlist("parts")
    if not told or len(told) > 1000 or not all(text.isascii() and text.isdecimal() and len(text) < 8 for text in told):
        raise Refused("The page did not say how many pieces there are. Load it again.")
    return {part: int(text) for part, text in enumerate(told) if int(text)}
