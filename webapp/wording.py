"""Dates and numbers as people write them."""

from __future__ import annotations

from datetime import date, datetime

from webapp import clock

_MINUTE = 60  # s


def day(value: date | datetime) -> str:
    """A date as people write it: 3 March 2027."""
    on = value.astimezone(clock.HERE).date() if isinstance(value, datetime) else value
    return f"{on.day} {on:%B %Y}"


def moment(value: datetime) -> str:
    """A date and a time: 3 March 2027, 16:05."""
    here = value.astimezone(clock.HERE)
    return f"{day(here)}, {here:%H:%M}"


def duration(seconds: float) -> str:
    """A length of time as people say it: About 3 minutes, About an hour and 10 minutes. Never nothing."""
    if seconds < _MINUTE:
        return "Less than a minute"
    hours, minutes = divmod(round(seconds / _MINUTE), 60)
    if not hours:
        return f"About {'a minute' if minutes == 1 else f'{minutes} minutes'}"
    told = "an hour" if hours == 1 else f"{hours} hours"
    return f"About {told} and {count(minutes, 'minute')}" if minutes else f"About {told}"


def count(number: int, one: str, several: str = "") -> str:
    """A number with its noun: 1 exercise, 2 exercises."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
