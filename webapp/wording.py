"""Dates and numbers as people write them."""

from __future__ import annotations

from datetime import date, datetime

from webapp import clock


def day(value: date | datetime) -> str:
    """A date as people write it: 3 March 2027."""
    on = value.astimezone(clock.HERE).date() if isinstance(value, datetime) else value
    return f"{on.day} {on:%B %Y}"


def moment(value: datetime) -> str:
    """A date and a time: 3 March 2027, 16:05."""
    here = value.astimezone(clock.HERE)
    return f"{day(here)}, {here:%H:%M}"


def count(number: int, one: str, several: str = "") -> str:
    """A number with its noun: 1 exercise, 2 exercises."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
