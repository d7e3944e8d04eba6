"""Courses as their files are now, for the people who write them: with every answer, and every fault."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, render_template

from webapp import database
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
