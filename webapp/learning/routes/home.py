"""What is next, what comes up again, and how skills stand."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for

from webapp import database
from webapp.accounts.session import acting
from webapp.coaching.services import coaching
from webapp.learning.routes import learning
from webapp.learning.services import codebook, courses, progress, records, reviews
from webapp.learning.services import reminders as reminder_service
from webapp.learning.services import skills as skill_service
from webapp.practice.services import recordings


@learning.get("/")
def home() -> str:
    """What is next and how long it takes."""
    session, person = database.session(), acting()
    states = [progress.of_course(session, person, course) for course in courses.every(session)]
    return render_template(
        "learning/home.html",
        states=states,
        due=reviews.how_many(session, person),
        certificates=records.own(session, person),
        heard=recordings.unseen(session, person),
        coached=coaching.unread(session, person),
    )


@learning.get("/review")
def review() -> str:
    """Exercises that come up again today."""
    return render_template("learning/review.html", due=reviews.due(database.session(), acting()))


@learning.route("/reminders", methods=["GET", "POST"])
def reminders() -> Response | str:
    """Whether to be reminded by letter."""
    session, person = database.session(), acting()
    if request.method == "POST":
        reminder_service.choose(session, person, letters="letters" in request.form)
        flash("That is kept.")
        return redirect(url_for("learning.reminders"))  # type: ignore[return-value]
    return render_template("learning/reminders.html", wanted=reminder_service.wanted(session, person))


@learning.get("/skills")
def skills() -> str:
    """How each skill stands, from exercises."""
    session, person = database.session(), acting()
    stand = [(course, skill_service.of_course(session, person, course)) for course in courses.every(session)]
    found = [(course, own, skill_service.moved_most(own)) for course, own in stand]
    return render_template("learning/skills.html", courses=found)


@learning.get("/codes")
def codes() -> str:
    """The coding scheme in plain words."""
    return render_template("learning/codes.html", practitioner=codebook.practitioner(), client=codebook.client())
