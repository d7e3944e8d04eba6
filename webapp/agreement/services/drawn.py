"""What the page's script needs to draw agreement month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fidelity.hand.figures import Figure
from webapp.agreement.services import words
from webapp.agreement.services.overview import Overview
from webapp.agreement.services.worked_out import Month
from webapp.wording import count


def months(overview: Overview, part: str) -> Sequence[tuple[Month, Figure]]:
    """The months with the figure of one part, ``practitioner`` or ``client``."""
    return [(one, getattr(one, part)) for one in (overview.found.months if overview.found else ())]


def chart(overview: Overview, part: str) -> dict[str, Any]:
    """The points that have a value; an empty list draws nothing."""
    return {
        "points": [
            {
                "on": f"{month.month}-15",
                "value": figure.value,
                "range": [
                    figure.low if figure.low is not None else figure.value,
                    figure.high if figure.high is not None else figure.value,
                ],
                "few": figure.basis != "recordings",
                "words": f"{in_words(month.month)}: {words.value(figure.value)} "
                f"({words.span(figure) or 'no interval'}), {count(month.recordings, 'recording')}",
            }
            for month, figure in months(overview, part)
            if figure.value is not None
        ],
        "experts": next((f.experts for _, f in months(overview, part) if f.experts is not None), None),
    }


def in_words(month: str) -> str:
    """A month as people write it: March 2027."""
    return f"{datetime.strptime(month, '%Y-%m'):%B %Y}"


def sentence(overview: Overview, part: str) -> str:
    """What may be said of a course, and no more."""
    there = [(month, figure) for month, figure in months(overview, part) if figure.value is not None]
    if not there:
        return "No month has enough for a figure yet."
    month, last = there[-1]
    told = f"In {in_words(month.month)} it stood at {words.value(last.value)} ({words.band(last)})."
    if len(there) == 1:
        return f"{told} With one month there is nothing to compare it with."
    first_month, first = there[0]
    apart = None not in (first.low, first.high, last.low, last.high) and (
        first.high < last.low or last.high < first.low  # type: ignore[operator]
    )
    told += f" In {in_words(first_month.month)} it stood at {words.value(first.value)}."
    if apart:
        return f"{told} The two intervals do not overlap: look at the tables for what has moved."
    return f"{told} The intervals overlap, so it may be chance."
