"""Exercises: the question, the answer, and what comes back. In a module, or when one comes up again."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from webapp import database, jobs, pages
from webapp.accounts.session import acting
from webapp.errors import Refused
from webapp.extensions import limiter
from webapp.learning.content.course import Course, Exercise, Module, Step
from webapp.learning.content.marking import shuffled
from webapp.learning.routes import learning
from webapp.learning.services import attempts, codebook, courses, notes, progress, reviews, spoken
from webapp.learning.tables import Attempt

_PATIENCE = 1.2  # s a page waits for the engine before it says that it is still listening
_LOOKS = 0.04  # s between two looks
_PER_MINUTE = limiter.limit("60 per minute", key_func=lambda: str(acting().id))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exercise stands: the addresses of its page and of its answer, and what follows."""

    here: str
    answer: str
    onward: str
    onward_words: str


def in_module(course: Course, module: Module, step: Step, follows: Step | None) -> Place:
    """An exercise among the steps of its module."""
    at: dict[str, Any] = {"course": course.slug, "module": module.slug}
    onward = url_for("learning.step", **at, step=follows.slug) if follows else url_for("learning.module", **at)
    return Place(
        url_for("learning.step", **at, step=step.slug),
        url_for("learning.answer", **at, step=step.slug),
        onward,
        f"Go on: {follows.title}" if follows else "Back to the module",
    )


def in_review(course: Course, exercise: Exercise) -> Place:
    """An exercise that comes up again."""
    at: dict[str, Any] = {"course": course.slug, "exercise": exercise.name}
    return Place(
        url_for("learning.review_one", **at),
        url_for("learning.answer_review", **at),
        url_for("learning.review"),
        "What else comes up",
    )


def page(session: Session, exercise: Exercise, place: Place, about: dict[str, Any], *, wrong: str = "") -> str:
    """An exercise, with the try that the address names."""
    person, course = acting(), about["course"]
    sent = {name: request.form.getlist(name) for name in request.form}
    if exercise.kind == "reflective_note":
        text = notes.read(session, person, course.slug, exercise.name)
        return render_template("learning/note.html", exercise=exercise, text=text, wrong=wrong, **about)
    attempt = _named(session, exercise)
    return render_template(
        "learning/exercise.html",
        exercise=exercise,
        place=place,
        shown=shuffled(exercise) if exercise.kind in ("order", "match") else [],
        attempt=attempt,
        marked=attempts.marked(session, attempt) if attempt and attempt.state == "done" else None,
        standing=attempts.standing(session, person, course.slug, exercise.name),
        names=codebook.NAMES,
        once=secrets.token_urlsafe(16),
        wrong=wrong,
        sent=sent,
        **about,
    )


@learning.post("/learn/<course>/<module>/<step>/answer")
@_PER_MINUTE
def answer(course: str, module: str, step: str) -> Response | tuple[str | Response, int]:
    """Take an answer and show what there is to say about it."""
    session = database.session()
    found, version = courses.get(session, course)
    own = courses.module_of(found, module)
    here = courses.step_of(own, step)
    exercise = courses.exercise_of(own, here.name)
    state = progress.of_course(session, acting(), found).module(own)
    follows = state.after(here)
    place = in_module(found, own, here, follows)
    about = {"course": found, "module": own, "step": here, "state": state, "follows": follows}
    if exercise.kind == "reflective_note":
        try:
            notes.write(session, acting(), found, own, exercise, request.form.get("text", ""))
        except Refused as error:
            return page(session, exercise, place, about, wrong=str(error)), 422
        return redirect(f"{place.here}?saved=1")  # type: ignore[return-value]
    return _answered(session, found, version, own, exercise, place, about)


@learning.get("/review/<course>/<exercise>")
def review_one(course: str, exercise: str) -> str:
    """An exercise that comes up again."""
    session = database.session()
    found, _ = courses.get(session, course)
    own, one = reviews.find(found, exercise)
    return page(session, one, in_review(found, one), {"course": found, "module": own, "step": None})


@learning.post("/review/<course>/<exercise>")
@_PER_MINUTE
def answer_review(course: str, exercise: str) -> Response | tuple[str | Response, int]:
    """Take an answer to an exercise that came up again."""
    session = database.session()
    found, version = courses.get(session, course)
    own, one = reviews.find(found, exercise)
    about = {"course": found, "module": own, "step": None}
    return _answered(session, found, version, own, one, in_review(found, one), about)


@learning.get("/learn/tries/<int:number>")
def state_of_try(number: int) -> Response:
    """Whether the engine has answered yet, for the page that waits."""
    return jsonify(state=attempts.get(database.session(), acting(), number).state)


def _answered(
    session: Session,
    course: Course,
    version: int,
    module: Module,
    exercise: Exercise,
    place: Place,
    about: dict[str, Any],
) -> Response | tuple[str | Response, int]:
    sent = {name: request.form.getlist(name) for name in request.form}
    sound = request.files["sound"].read(spoken.LARGEST + 1) if "sound" in request.files else None
    try:
        attempt = attempts.answer(
            session, acting(), course, version, module, exercise,
            once=request.form.get("once", ""), sent=sent, sound=sound,
        )  # fmt: skip
    except Refused as error:
        session.rollback()
        if pages.wants_fragment():
            return jsonify(wrong=str(error)), 422
        return page(session, exercise, place, about, wrong=str(error)), 422
    address = f"{place.here}?try={attempt.id}#feedback"
    if attempt.state == "waiting":
        aloud = bool(attempt.answer.get("spoken"))
        session.commit()  # the worker has to find it
        jobs.send_now(current_app, "learning.listen" if aloud else "learning.hear", attempt.id)
        if not aloud:
            _wait(session, attempt.id)
    if pages.wants_fragment():
        return jsonify(go=address)
    return redirect(address)  # type: ignore[return-value]


def _named(session: Session, exercise: Exercise) -> Attempt | None:
    """The try that the address names, if it is one at this exercise."""
    number = request.args.get("try", "")
    if not number.isdecimal() or len(number) > 12:
        return None
    attempt = attempts.get(session, acting(), int(number))
    return attempt if attempt.exercise == exercise.name else None


def _wait(session: Session, number: int) -> None:
    """Wait a moment for the worker; most answers are there within a fifth of a second."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        database.look_again(session)
        if attempts.get(session, acting(), number).state != "waiting":
            break
        time.sleep(_LOOKS)
