"""Knowledge checks, one question at a time."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for

from webapp import database
from webapp.accounts.session import acting
from webapp.errors import NotFound, Refused
from webapp.learning.content.marking import shuffled
from webapp.learning.routes import learning
from webapp.learning.services import checks, codebook, courses, progress


@learning.get("/learn/<course>/<module>/check")
def check(course: str, module: str) -> str:
    """The way into the check, or on with one that was begun; after one, how it went."""
    session, person = database.session(), acting()
    found, _ = courses.get(session, course)
    own = courses.module_of(found, module)
    if not own.questions:
        raise NotFound
    last = checks.last(session, person, found, own)
    return render_template(
        "learning/check.html",
        course=found,
        module=own,
        state=progress.of_course(session, person, found).module(own),
        begun=checks.open_one(session, person, found, own),
        last=last,
        questions=checks.result(session, last) if last else [],
    )


@learning.post("/learn/<course>/<module>/check")
def begin_check(course: str, module: str) -> Response:
    """Begin a go, or go on with the one that is open."""
    session = database.session()
    found, version = courses.get(session, course)
    checks.begin(session, acting(), found, version, courses.module_of(found, module))
    return redirect(url_for("learning.question", course=course, module=module))  # type: ignore[return-value]


@learning.get("/learn/<course>/<module>/check/question")
def question(course: str, module: str) -> str | Response:
    """The next question of the go that is open."""
    return _question(course, module)


@learning.post("/learn/<course>/<module>/check/question")
def answer_question(course: str, module: str) -> Response | tuple[str | Response, int]:
    """Keep an answer; on to the next question, or to the result."""
    session = database.session()
    found, _ = courses.get(session, course)
    own = courses.module_of(found, module)
    sent = {name: request.form.getlist(name) for name in request.form}
    try:
        done = checks.answer(session, acting(), found, own, request.form.get("question", ""), sent)
    except Refused as error:
        session.rollback()
        return _question(course, module, wrong=str(error)), 422
    page = "check" if done.finished_at else "question"
    return redirect(url_for(f"learning.{page}", course=course, module=module))  # type: ignore[return-value]


def _question(course: str, module: str, wrong: str = "") -> str | Response:
    session, person = database.session(), acting()
    found, _ = courses.get(session, course)
    own = courses.module_of(found, module)
    go = checks.open_one(session, person, found, own)
    here = checks.next_question(session, go) if go else None
    if here is None:
        return redirect(url_for("learning.check", course=course, module=module))  # type: ignore[return-value]
    number, exercise, there_are = here
    return render_template(
        "learning/question.html",
        course=found,
        module=own,
        exercise=exercise,
        number=number,
        there_are=there_are,
        shown=shuffled(exercise) if exercise.kind in ("order", "match") else [],
        names=codebook.NAMES,
        wrong=wrong,
        sent={name: request.form.getlist(name) for name in request.form},
    )
