"""A goal for the next recording: choosing it, and letting it rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, render_template, request

from webapp import database
from webapp.accounts.session import acting
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import dose, goals, recordings


@practice.context_processor
def _partials() -> dict[str, Callable[[], Any]]:
    """For the partial pages that others include: asked for only where they are shown."""
    return {
        "goal_now": lambda: goals.active(database.session(), acting()),
        "dose_now": lambda: dose.of(database.session(), acting()),
    }


@practice.get("/recordings/<int:recording_id>/goal")
def goal(recording_id: int) -> str:
    """How it went with the last goal, and which one to take into the next conversation."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    panel = goals.panel(session, person, shown)
    check = goals.check(session, person, shown)
    return render_template("practice/goal.html", recording=shown, panel=panel, check=check)


@practice.post("/recordings/<int:recording_id>/goal")
def choose_goal(recording_id: int) -> Response:
    """Take a goal into the next conversation."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    aim = goals.choose(session, person, shown, request.form.get("goal", ""))
    flash(f"“{aim.title}” is your goal now. We remind you of it when you bring in the next recording.")
    return to("goal", recording_id=shown.id)


@practice.post("/goal/rest")
def rest_goal() -> Response:
    """Have no goal for now."""
    goals.rest(database.session(), acting())
    flash("You have no goal for now. You can choose one whenever you like.")
    return to("recordings_list")
