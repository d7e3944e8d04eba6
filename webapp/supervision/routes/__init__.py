"""Pages about group supervision."""

from webapp.supervision.routes import held, packs, showing  # noqa: F401 - they register
from webapp.supervision.routes.blueprint import supervision

__all__ = ["supervision"]
