"""Pages about recordings."""

from webapp.practice.routes import bringing, feedback, own_view, progress, recordings, sound  # noqa: F401 - they register
from webapp.practice.routes.blueprint import practice

__all__ = ["practice"]
