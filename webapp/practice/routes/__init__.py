"""Pages about recordings."""

from webapp.practice.routes import (  # noqa: F401 - they register
    bringing,
    comments,
    corrections,
    deleting,
    export,
    feedback,
    goals,
    masks,
    opened,
    own_view,
    progress,
    recordings,
    retention,
    sharing,
    sound,
    teaching,
    trend,
)
from webapp.practice.routes.blueprint import practice

__all__ = ["practice"]
