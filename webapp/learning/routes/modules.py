"""A course, its modules, lessons and conversations."""

from __future__ import annotations

from flask import Response, redirect, render_template, url_for

from webapp import database
from webapp.accounts.session import acting
from webapp.errors import NotFound
from webapp.learning.content import reading
from webapp.learning.content.course import Course, Module, Step
from webapp.learning.routes import exercises, learning
from webapp.learning.services import codebook, courses, progress


@learning.get("/learn/<course>")
def course(course: str) -> str:
    """A course and its modules."""
    session = database.session()
    found, _ = courses.get(session, course)
    return render_template("learning/course.html", state=progress.of_course(session, acting(), found))


@learning.get("/learn/<course>/<module>")
def module(course: str, module: str) -> str:
    """A module: what it is for, and its steps."""
    session = database.session()
    found, _ = courses.get(session, course)
    state = progress.of_course(session, acting(), found).module(courses.module_of(found, module))
    return render_template("learning/module.html", course=found, state=state)


@learning.get("/learn/<course>/<module>/<step>")
def step(course: str, module: str, step: str) -> str | Response:
    """One step: a lesson, a conversation, an exercise or the way into the check."""
    session = database.session()
    found, _ = courses.get(session, course)
    own = courses.module_of(found, module)
    here = courses.step_of(own, step)
    state = progress.of_course(session, acting(), found).module(own)
    about = {"course": found, "module": own, "step": here, "state": state, "follows": state.after(here)}
    if here.kind == "lesson":
        return render_template("learning/lesson.html", body=reading.body(own.told["lessons"][here.name]), **about)
    if here.kind == "conversation":
        return render_template(
            "learning/conversation.html", said=own.told["conversations"][here.name], names=codebook.NAMES, **about
        )
    if here.kind == "check":
        return redirect(url_for("learning.check", course=course, module=module))  # type: ignore[return-value]
    exercise = courses.exercise_of(own, here.name)
    return exercises.page(session, exercise, exercises.in_module(found, own, here, state.after(here)), about)


@learning.post("/learn/<course>/<module>/<step>/done")
def done(course: str, module: str, step: str) -> Response:
    """A lesson or conversation is read: on to what follows."""
    session = database.session()
    found, _ = courses.get(session, course)
    own = courses.module_of(found, module)
    here = courses.step_of(own, step)
    if here.kind not in ("lesson", "conversation"):
        raise NotFound
    progress.done(session, acting(), found, own, here.name)
    return redirect(onward(found, own, here))  # type: ignore[return-value]


def onward(course: Course, module: Module, step: Step) -> str:
    """The address of the step that follows, or of the module at its end."""
    steps = list(module.steps)
    place = steps.index(step) + 1
    if place < len(steps):
        return url_for("learning.step", course=course.slug, module=module.slug, step=steps[place].slug)
    return url_for("learning.module", course=course.slug, module=module.slug)
