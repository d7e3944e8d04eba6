"""Pages of the courses."""

from __future__ import annotations

from flask import Blueprint

learning = Blueprint("learning", __name__)

from webapp.learning.routes import checks, exercises, home, modules, preview, records  # noqa: E402, F401 - they add the pages
