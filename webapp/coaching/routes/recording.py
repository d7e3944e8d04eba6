"""A trainer's queue, and the page on which she settles codes, rates and writes about one recording."""

from __future__ import annotations

from flask import Response, current_app, flash, jsonify, redirect, render_template, url_for

from webapp import database, jobs
from webapp.accounts.session import acting
from webapp.accounts.tables import Person
from webapp.coaching.forms import CoachingForm, SettleForm
from webapp.coaching.routes.blueprint import coaching
from webapp.coaching.services import coaching as services
from webapp.coaching.services import disputes, evidence, own, queue, scales
from webapp.errors import NotFound, Refused
from webapp.pages import wants_fragment
from webapp.practice.services import about, analyses, recordings
from webapp.practice.services.corrections import LONGEST_REASON, Moved
from webapp.practice.tables import State

Answer = Response | str | tuple[str | Response, int]


@coaching.get("", endpoint="queue")
def waiting() -> str:
    """What waits for her, in the order in which it was shared, and what she has coached."""
    session, trainer = database.session(), acting()
    waits, done = queue.of(session, trainer)
    return render_template("coaching/queue.html", waits=waits, done=done, State=State)


@coaching.get("/mine")
def mine() -> str:
    """How soon she answers and how her words fall, for her alone."""
    return render_template("coaching/mine.html", own=own.of(database.session(), acting()))


@coaching.get("/<int:recording_id>")
@database.writes
def recording(recording_id: int) -> Answer:
    """One recording that is open to her."""
    session, trainer = database.session(), acting()
    shown = queue.get(session, trainer, recording_id)
    recordings.looked_at(session, trainer, shown, "opened")
    session.commit()
    return _page(recording_id)


@coaching.post("/<int:recording_id>")
def write(recording_id: int) -> Answer:
    """Keep ratings and coaching, and send them if that was the button."""
    session, trainer = database.session(), acting()
    form = CoachingForm()
    try:
        shown = queue.get(session, trainer, recording_id)
    except NotFound:
        if wants_fragment():
            return jsonify(wrong="This recording is not open to you any more. Copy what you wrote."), NotFound.status
        return render_template("coaching/taken_back.html", told=form.told()), NotFound.status
    try:
        mark = services.keep(session, trainer, shown, form.told(), form.ratings(), seen=form.seen.data or "")
        if form.do.data == "send":
            services.send(session, trainer, shown)
    except Refused as error:
        database.look_again(session)
        if wants_fragment():
            return jsonify(wrong=str(error)), error.status
        return _page(recording_id, form=form, wrong=str(error)), error.status
    if wants_fragment():
        return jsonify(seen=mark)
    owner = session.get_one(Person, shown.owner_id)
    if form.do.data == "send":
        flash(f"Sent. {owner.name} has been told, and can answer.")
    else:
        flash("Kept. Nobody but you can read it until you send it.")
    return _to(recording_id, "write")


@coaching.post("/<int:recording_id>/settle")
def settle(recording_id: int) -> Answer:
    """Say which code counts for a disputed line."""
    session, trainer = database.session(), acting()
    shown, form = queue.get(session, trainer, recording_id), SettleForm()
    try:
        disputes.settle(
            session,
            trainer,
            shown,
            n=form.number("n"),
            u=form.number("u"),
            code=form.code.data or "",
            verdict=form.verdict.data or "",
            revision=form.number("revision"),
        )
    except (Refused, Moved) as error:
        database.look_again(session)
        return _page(recording_id, wrong=str(error), verdict=form), error.status
    jobs.send(current_app, "practice.refresh", shown.id, shown.revision)
    flash("Settled. The measures follow.")
    return _to(recording_id, "disputes")


def _page(
    recording_id: int, *, form: CoachingForm | None = None, wrong: str = "", verdict: SettleForm | None = None
) -> str:
    session, trainer = database.session(), acting()
    shown = queue.get(session, trainer, recording_id)
    if shown.state != State.READY:
        raise NotFound
    kept = services.draft(session, trainer, shown)
    analysis = analyses.shown(session, shown)
    return render_template(
        "coaching/recording.html",
        recording=shown,
        owner=session.get_one(Person, shown.owner_id),
        about=about.read(session, shown),
        form=form or CoachingForm(formdata=None, obj=kept.told),
        ratings=form.ratings() if form else kept.ratings,
        sent_at=kept.sent_at,
        seen=kept.seen,
        wrong=wrong,
        disputes=disputes.of(session, shown),
        again=verdict,
        longest_reason=LONGEST_REASON,
        scales=scales.catalogue().values(),
        evidence=evidence.of(analysis),
        short=evidence.short(analysis),
        received=[one for one in services.received(session, shown) if one.trainer_id != trainer.id],
    )


def _to(recording_id: int, place: str) -> Response:
    return redirect(url_for("coaching.recording", recording_id=recording_id, _anchor=place))  # type: ignore[return-value]
