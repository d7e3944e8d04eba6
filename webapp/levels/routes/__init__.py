"""Pages about levels: what they ask for, how far people are, and who signed."""

from webapp.levels.routes import asked, signing  # noqa: F401 - they add themselves to the blueprint
from webapp.levels.routes.blueprint import levels

__all__ = ["levels"]
