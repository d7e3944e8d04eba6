"""Who else has opened a recording."""

from __future__ import annotations

from flask import render_template, request

from webapp import database, paging
from webapp.accounts.session import acting
from webapp.practice.routes.blueprint import practice
from webapp.practice.services import opened as services
from webapp.practice.services import recordings


@practice.get("/recordings/<int:recording_id>/opened")
def opened(recording_id: int) -> str:
    """Each time somebody else than its owner did something with it."""
    session, person = database.session(), acting()
    shown = recordings.own(session, person, recording_id)
    found = services.page(session, shown, paging.wanted(request.args.get("page")))
    return render_template("practice/opened.html", recording=shown, found=found)
