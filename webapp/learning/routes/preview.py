"""Courses as their files are now, for the people who write them: with every answer, and every fault."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, flash, redirect, render_template, request, url_for

from webapp import database
from webapp.accounts.session import acting
from webapp.errors import Refused
from webapp.learning.routes import learning
from webapp.learning.services import codebook, courses


@learning.get("/courses")
def course_files() -> str:
    """Every course in the folder: the present version, and whether its files could be loaded."""
    return render_template("learning/course_files.html", found=courses.in_folder(database.session(), _folder()))


@learning.get("/courses/<course>")
def preview(course: str) -> str:
    """A course as its files are now: what is wrong with it, or its modules."""
    found, faults = courses.preview(_folder(), course)
    return render_template("learning/preview.html", slug=course, course=found, faults=faults)


@learning.post("/courses/<course>/use")
def use_files(course: str) -> Response | tuple[str, int]:
    """Make a course's files, as they are now, what learners have from here on."""
    try:
        version, faults = courses.use(
            database.session(), acting(), _folder(), course, looked_at=request.form.get("digest", "")
        )
    except Refused as error:
        flash(str(error), "careful")
        return redirect(url_for("learning.course_files"))  # type: ignore[return-value]
    if version is None:
        return render_template("learning/preview.html", slug=course, course=None, faults=faults), 422
    flash(
        f"Version {version.version} of “{version.title}” is now the one that learners have. "
        "Past tries keep the version they were made with."
    )
    return redirect(url_for("learning.course_files"))  # type: ignore[return-value]


@learning.get("/courses/<course>/<module>")
def preview_module(course: str, module: str) -> str:
    """A module as its files are now, on one page."""
    found, faults = courses.preview(_folder(), course)
    if found is None:
        return render_template("learning/preview.html", slug=course, course=None, faults=faults)
    return render_template(
        "learning/preview_module.html", course=found, module=courses.module_of(found, module), names=codebook.NAMES
    )


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].courses
    return folder
