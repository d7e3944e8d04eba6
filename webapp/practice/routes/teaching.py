"""Moments of a recording for teaching: its owner offers them, a trainer it is open to may ask."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, render_template, request

from webapp import database, jobs
from webapp.accounts.session import acting
from webapp.errors import Refused
from webapp.practice.forms.teaching import asked_turns, chosen, number
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import recordings, teaching_lines, teaching_skills
from webapp.practice.services import teaching as services
from webapp.practice.services.teaching_words import MOST_TURNS, Stretch
from webapp.practice.tables import Kind, Recording, State

Answer = Response | str | tuple[str, int]


@practice.get("/recordings/<int:recording_id>/teaching")
def teaching(recording_id: int) -> Answer:
    """What she was asked for, what she offered as others see it, and where to offer more."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    if shown.state != State.READY:
        return to("recording", recording_id=shown.id)
    return render_template(
        "practice/teaching.html",
        recording=shown,
        moments=services.of(session, shown),
        trainers=services.who(session, person),
        skills=teaching_skills.catalogue(),
    )


@practice.get("/recordings/<int:recording_id>/teaching/new")
@database.writes
def choose_moment(recording_id: int) -> Answer:
    """The turns to choose from; then those that were chosen, as others would see them."""
    session, person = database.session(), acting()
    shown = recordings.visible(session, person, recording_id)
    hers = shown.owner_id == person.id
    if shown.state != State.READY:
        return to("recording", recording_id=shown.id)
    recordings.looked_at(session, person, shown, "opened")
    if not teaching_lines.looked(session, shown):
        session.commit()
        jobs.send(current_app, "practice.find_names", shown.id)
        database.look_again(session)
        shown = recordings.visible(session, person, recording_id)
        if not teaching_lines.looked(session, shown):
            return render_template("practice/teaching_waits.html", recording=shown, hers=hers)
    place = asked_turns(request.args)
    if "turn" in request.args:
        place = teaching_lines.around(session, shown, number(request.args.get("turn")))
    if place is None:
        lines = teaching_lines.turns(session, shown)
        return render_template("practice/teaching_turns.html", recording=shown, hers=hers, turns=lines)
    return _chosen(shown, place, number(request.args.get("moment")))


@practice.post("/recordings/<int:recording_id>/teaching/new")
def give_moment(recording_id: int) -> Answer:
    """Look at it once more, or let it go: as its owner's offer, or as a trainer's question."""
    session, person = database.session(), acting()
    shown = recordings.visible(session, person, recording_id)
    place = asked_turns(request.form)
    if place is None:
        return to("choose_moment", recording_id=shown.id)
    moment = number(request.form.get("moment"))
    try:
        stretch = teaching_lines.stretch(session, shown, *place, more=request.form.get("more", ""))
        if not teaching_lines.looked(session, shown):
            raise Refused("The transcript was put right meanwhile, so names are looked for once more. Look again.")
        if request.form.get("do") == "look":
            return _page(shown, stretch, moment)
        if shown.owner_id != person.id:
            services.ask(session, person, shown, stretch)
            flash("You have asked. There is a letter when there is an answer.")
            return redirect(f"/coaching/{shown.id}")  # type: ignore[return-value]
        services.offer(session, person, shown, stretch, chosen(request.form), moment if moment >= 0 else None)
    except Refused as error:
        database.look_again(session)
        return _chosen(shown, place, moment, wrong=str(error))
    flash("Your trainers can use this moment now. You can take it back at any time.")
    return to("teaching", recording_id=shown.id)


@practice.post("/recordings/<int:recording_id>/teaching/<int:moment_id>/refuse")
def refuse_moment(recording_id: int, moment_id: int) -> Response:
    """Say no to a trainer."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    services.refuse(session, person, shown, moment_id)
    flash("It stays yours. The trainer hears that there is an answer.")
    return to("teaching", recording_id=shown.id)


@practice.post("/recordings/<int:recording_id>/teaching/<int:moment_id>/withdraw")
def withdraw_moment(recording_id: int, moment_id: int) -> Response:
    """Take it back."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    services.withdraw(session, person, shown, moment_id)
    flash("It is taken back. Nobody else can see or use it any more.")
    return to("teaching", recording_id=shown.id)


def _chosen(recording: Recording, place: tuple[int, int], moment: int, wrong: str = "") -> Answer:
    """The page of a stretch; without what she wants covered where that is what is wrong, so that it can be drawn."""
    session = database.session()
    shown = recordings.visible(session, acting(), recording.id)
    try:
        stretch = teaching_lines.stretch(session, shown, *place, more=request.form.get("more", "") if wrong else "")
    except Refused as error:
        wrong = wrong or str(error)
        try:
            stretch = teaching_lines.stretch(session, shown, *place)
        except Refused:
            stretch = teaching_lines.stretch(session, shown, *teaching_lines.around(session, shown, place[0]))
    return _page(shown, stretch, moment, wrong)


def _page(recording: Recording, stretch: Stretch, moment: int, wrong: str = "") -> Answer:
    person = acting()
    told = chosen(request.form)
    page = render_template(
        "practice/teaching_chosen.html",
        recording=recording,
        hers=recording.owner_id == person.id,
        stretch=stretch,
        moment=moment if moment >= 0 else "",
        skills=teaching_skills.catalogue().values(),
        shows=teaching_skills.SHOWS,
        told=told,
        skill=told.skill or stretch.skill,
        more=request.form.get("more", ""),
        real=recording.kind == Kind.REAL,
        trainers=services.who(database.session(), person),
        most=MOST_TURNS,
        wrong=wrong,
    )
    return (page, 400) if wrong and request.method == "POST" else page
