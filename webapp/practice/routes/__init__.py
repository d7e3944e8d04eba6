"""Pages about recordings."""

from webapp.practice.routes import (  # noqa: F401 - they register
    bringing,
    corrections,
    masks,
    progress,
    recordings,
    sound,
)
from webapp.practice.routes.blueprint import practice

__all__ = ["practice"]
