"""What is wrong with one value of a form, and whether the form is older than what it changes."""

from __future__ import annotations

import hashlib

from webapp.errors import Refused


class Unfit(Refused):
    """A value that cannot be kept. ``field`` names it as the form does, so that the page can say it there."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def as_seen(*values: object) -> str:
    """A short mark of these values. A form carries it, so that a page left open undoes nobody's work."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def must_match(seen: str | None, *values: object) -> None:
    """Refuse a form that was opened before somebody else changed what it is about."""
    if seen != as_seen(*values):
        raise Refused(
            "Somebody changed this after you opened the page, so nothing was saved. "
            "Open the page again to see what stands there now."
        )
