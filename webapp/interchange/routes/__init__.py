"""Pages for administrators and trainers, and addresses for programs."""

from __future__ import annotations

from webapp.interchange.routes import completions, connections
from webapp.interchange.routes.api import api
from webapp.interchange.routes.blueprint import interchange

__all__ = ["api", "completions", "connections", "interchange"]
