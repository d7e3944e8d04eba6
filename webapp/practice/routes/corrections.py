"""Putting a recording right: its transcript, turn by turn, with the measures as they stand. Works without scripts."""

from __future__ import annotations

from flask import Response, abort, current_app, flash, jsonify, render_template, request, url_for
from sqlalchemy.orm import Session

from webapp import database, jobs, paging
from webapp.accounts.session import acting
from webapp.errors import Refused
from webapp.pages import wants_fragment
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import corrections, recordings
from webapp.practice.services import put_right as services
from webapp.practice.services.corrected import Change
from webapp.practice.tables import Recording, State

_ONE_TURN = ("words", "speaker", "leave_out", "put_back", "code")  # changes that leave all other turns as they are
_DIGITS = 9  # of a number that makes sense
Answer = Response | str | tuple[str | Response, int]


@practice.get("/recordings/<int:recording_id>/put-right", endpoint="put_right")
def page(recording_id: int) -> Answer:
    """The transcript, with one turn open, or as the machine heard it."""
    session = database.session()
    shown = recordings.own(session, acting(), recording_id)
    if shown.state != State.READY:
        return to("recording", recording_id=shown.id)
    return _page(session, shown, open_turn=_read(request.args.get("turn", "")))


@practice.get("/recordings/<int:recording_id>/put-right/turns/<int:turn>", endpoint="put_right_turn")
def one_turn(recording_id: int, turn: int) -> str:
    """One turn, for the page's script: open or closed."""
    session = database.session()
    shown = recordings.own(session, acting(), recording_id)
    row = services.View(session, shown).row(turn)
    if row is None:
        abort(404)
    return _turn(shown, row, opened="open" in request.args)


@practice.get("/recordings/<int:recording_id>/put-right/now", endpoint="put_right_now")
def now(recording_id: int) -> Response:
    """The measures as they stand, for the page that waits until everything has followed."""
    session = database.session()
    shown = recordings.own(session, acting(), recording_id)
    strip = services.strip(session, shown)
    waits = strip.exchanging or not strip.fresh
    return jsonify(waits=waits, revision=shown.revision, strip=_strip(shown, strip))


@practice.get("/recordings/<int:recording_id>/put-right/history", endpoint="put_right_history")
def history(recording_id: int) -> str:
    """What was put right, by whom and when, before and after."""
    session = database.session()
    shown = recordings.own(session, acting(), recording_id)
    found = services.history(session, shown, paging.wanted(request.args.get("page")))
    return render_template("practice/put_right_history.html", recording=shown, found=found)


@practice.post("/recordings/<int:recording_id>/put-right", endpoint="correct")
def correct(recording_id: int) -> Answer:
    """Put one thing right."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    change = _sent()
    try:
        corrections.correct(session, person, shown, change, revision=_number("revision"))
    except (Refused, corrections.Moved) as error:
        return _refused(session, shown, change, error)
    return _done(session, shown, change.n, alone=change.kind in _ONE_TURN)


@practice.post("/recordings/<int:recording_id>/put-right/take-back", endpoint="take_back")
def take_back(recording_id: int) -> Answer:
    """Take back the last change."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    nothing = Change(kind="", n=_number("n"))
    try:
        corrections.take_back(session, person, shown, revision=_number("revision"))
    except (Refused, corrections.Moved) as error:
        return _refused(session, shown, nothing, error)
    return _done(session, shown, nothing.n, alone=False)


def _done(session: Session, shown: Recording, n: int, *, alone: bool) -> Answer:
    strip = services.strip(session, shown)
    if strip.exchanging:
        jobs.send(current_app, "practice.exchange", shown.id)
    else:
        jobs.send(current_app, "practice.refresh", shown.id, shown.revision)
    if not wants_fragment():
        flash("Done. The measures follow what you see." if strip.changes else "This is how the machine heard it.")
        return to("put_right", recording_id=shown.id, turn=n, _anchor=f"turn-{n}")
    row = services.View(session, shown).row(n) if alone else None
    if row is None:
        address = url_for("practice.put_right", recording_id=shown.id, turn=n, _anchor=f"turn-{n}")
        return jsonify(go=address)
    return jsonify(turn=_turn(shown, row, opened=True), strip=_strip(shown, strip), waits=not strip.fresh)


def _refused(session: Session, shown: Recording, change: Change, error: Refused | corrections.Moved) -> Answer:
    if shown.state != State.READY:
        raise error
    number = shown.id
    database.look_again(session)
    shown = recordings.own(session, acting(), number)
    status = 422 if isinstance(error, Refused) else error.status
    if not wants_fragment():
        return _page(session, shown, open_turn=change.n, wrong=str(error), sent=change), status
    view = services.View(session, shown)
    row = view.row(change.n)
    turn = _turn(shown, row, opened=True, wrong=str(error), sent=change) if row else ""
    return jsonify(wrong=str(error), turn=turn, strip=_strip(shown, view.strip), waits=False), status


def _page(session: Session, shown: Recording, *, open_turn: int, wrong: str = "", sent: Change | None = None) -> str:
    by_machine = request.args.get("as") == "machine"
    return render_template(
        "practice/put_right.html",
        recording=shown,
        view=services.View(session, shown, by_machine=by_machine),
        by_machine=by_machine,
        open_turn=open_turn,
        wrong=wrong,
        sent=sent,
        limits=corrections,
    )


def _turn(shown: Recording, row: services.Row, *, opened: bool, wrong: str = "", sent: Change | None = None) -> str:
    return render_template(
        "practice/put_right_turn.html",
        recording=shown, row=row, opened=opened, wrong=wrong, sent=sent, limits=corrections,
    )  # fmt: skip


def _strip(shown: Recording, strip: services.Strip) -> str:
    return render_template("practice/put_right_strip.html", recording=shown, strip=strip)


def _sent() -> Change:
    kind, place = request.form.get("kind", ""), request.form.get("place", "").partition(":")
    return Change(
        kind=kind,
        n=_number("n"),
        u=_read(place[0]) if kind == "split" else _number("u"),
        k=_read(place[2]) if kind == "split" else 0,
        text=request.form.get("text", ""),
        code=request.form.get("code", ""),
        reason=request.form.get("reason", ""),
    )


def _number(name: str) -> int:
    return _read(request.form.get(name, ""))


def _read(text: str) -> int:
    """A number as it was sent; -1, which nothing has, where it makes no sense."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else -1
