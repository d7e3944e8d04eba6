"""What people say about a recording that is open to them."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request

from webapp import database
from webapp.accounts.session import acting
from webapp.extensions import limiter
from webapp.practice.forms.owning import NewComment
from webapp.practice.routes.blueprint import practice
from webapp.practice.services import comments as services
from webapp.practice.services import recordings

_PER_HOUR = limiter.limit("120 per hour", methods=["POST"], key_func=lambda: str(acting().id))


@practice.get("/recordings/<int:recording_id>/comments")
@database.writes
def comments(recording_id: int) -> str:
    """All of it: about the whole, then moment by moment."""
    session, person = database.session(), acting()
    shown = recordings.visible(session, person, recording_id)
    recordings.looked_at(session, person, shown, "opened")
    threads = services.of(session, person, shown)
    return render_template(
        "practice/comments_page.html",
        recording=shown,
        whole=services.at(threads, None),
        threads=[thread for thread in threads if thread.moment is not None],
        mine=shown.owner_id == person.id,
    )


@practice.post("/recordings/<int:recording_id>/comments")
@_PER_HOUR
def add_comment(recording_id: int) -> Response:
    """Say something."""
    session, person = database.session(), acting()
    shown = recordings.visible(session, person, recording_id)
    form = NewComment()
    services.add(session, person, shown, form.text.data or "", form.place())
    flash("Your comment is there.")
    return _back(recording_id, form.place())


@practice.post("/recordings/<int:recording_id>/comments/<int:number>/remove")
def remove_comment(recording_id: int, number: int) -> Response:
    """Take back what one said oneself."""
    session, person = database.session(), acting()
    shown = recordings.visible(session, person, recording_id)
    services.remove(session, person, shown, number)
    flash("Your comment is removed.")
    return _back(recording_id)


def _back(recording_id: int, moment: float | None = None) -> Response:
    """To the place where the form stood: among all comments, or beside its moment in the feedback."""
    page = "feedback" if request.form.get("back") == "feedback" else "comments"
    return redirect(f"/recordings/{recording_id}/{page}#thread-{services.at([], moment).key}")  # type: ignore[return-value]
