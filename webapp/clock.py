"""What time it is: one place, so that tests can say so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/London")  # the clock on the wall of the people who read the pages


def now() -> datetime:
    """Now, in UTC, as it is stored."""
    return datetime.now(UTC)


def today() -> date:
    """The date where people are."""
    return now().astimezone(HERE).date()
