"""The feedback on a recording, for its owner and for those she shares it with."""

from __future__ import annotations

from flask import Response, render_template

from webapp import database
from webapp.accounts.session import acting
from webapp.accounts.tables import Person
from webapp.coaching.services import coaching
from webapp.errors import NotFound
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import (
    about,
    comments,
    feedback,
    goals,
    learn_more,
    own_view,
    recordings,
    retention,
)
from webapp.practice.tables import State


@practice.get("/recordings/<int:recording_id>/feedback")
@database.writes
def feedback_page(recording_id: int) -> Response | str:
    """What went well, one next step, moments to hear again, measures, the timeline and all that was said."""
    session, person = database.session(), acting()
    shown = recordings.visible(session, person, recording_id)
    hers = shown.owner_id == person.id
    if shown.state != State.READY:
        if hers:
            return to("recording", recording_id=shown.id)
        raise NotFound
    answers = own_view.read(session, person, shown) if hers else None
    if hers and answers is None:
        return to("own_view", recording_id=shown.id)
    recordings.seen(person, shown)
    coaching.read(session, person, shown)
    recordings.looked_at(session, person, shown, "opened")
    session.commit()
    database.look_again(session)  # a long page keeps nobody waiting who writes
    learn = learn_more.places(session)
    return render_template(
        "practice/feedback.html",
        recording=shown,
        owner=person if hers else session.get_one(Person, shown.owner_id),
        hers=hers,
        about=about.read(session, shown),
        own_view=answers,
        listened=own_view.LISTENED,
        told=feedback.of(session, shown, learn),
        learn=learn,
        words=feedback,
        comments=comments,
        threads=comments.of(session, person, shown),
        check=goals.check(session, person, shown) if hers else None,
        received=coaching.received(session, shown) if hers else (),
        goes_on=retention.goes_on(session, shown) if hers else None,
    )
