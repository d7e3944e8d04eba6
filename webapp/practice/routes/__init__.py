"""Pages about recordings."""

from webapp.practice.routes import (  # noqa: F401 - they register
    bringing,
    goals,
    masks,
    progress,
    recordings,
    sound,
    trend,
)
from webapp.practice.routes.blueprint import practice

__all__ = ["practice"]
