"""What is next, what comes up again, and how skills stand."""

from __future__ import annotations

from flask import render_template

from webapp import database
from webapp.accounts.session import acting
from webapp.learning.routes import learning
from webapp.learning.services import codebook, courses, progress, records, reviews


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
    )


@learning.get("/review")
def review() -> str:
    """Exercises that come up again today."""
    return render_template("learning/review.html", due=reviews.due(database.session(), acting()))


@learning.get("/skills")
def skills() -> str:
    """How each skill stands, from exercises."""
    session, person = database.session(), acting()
    found = [(course, reviews.skills(session, person, course)) for course in courses.every(session)]
    return render_template("learning/skills.html", courses=found)


@learning.get("/codes")
def codes() -> str:
    """The coding scheme in plain words."""
    return render_template("learning/codes.html", practitioner=codebook.practitioner(), client=codebook.client())
