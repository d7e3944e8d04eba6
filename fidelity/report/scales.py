"""The small scale under a measure: its interval as a band, its value, the published marks as ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fidelity.conversation import Measure, Unit
from fidelity.report.words import quantity

_ROOM = 1.15  # Space to the right of the largest mark, so that nothing sits on the edge.
_LEAST_RATIO = 3.0  # The good mark for reflections to questions is 2: a scale to 3 shows both sides of it.
_LEAST_BAND = 1.0  # % of the width. A certain value still needs a band that can be seen.


@dataclass(frozen=True, slots=True)
class Tick:
    """A published mark."""

    at: float
    label: str
    anchor: str  # where its label stands, so that two near each other never overlap


@dataclass(frozen=True, slots=True)
class Scale:
    """Positions on the scale, in percent of its width."""

    value: float
    low: float
    width: float
    ticks: tuple[Tick, ...]
    end: str


def scale(measure: Measure) -> Scale | None:
    """Where to draw a measure, or ``None`` if it is withheld."""
    if measure.value is None or measure.low is None or measure.high is None:
        return None
    marks = measure.thresholds
    top = _top(measure)

    def at(value: float) -> float:
        return round(100 * min(max(value / top, 0.0), 1.0), 2)

    low, high = at(measure.low), at(measure.high)
    width = max(round(high - low, 2), _LEAST_BAND)
    ticks = () if marks is None else (Tick(at(marks.fair), "fair", "end"), Tick(at(marks.good), "good", "start"))
    return Scale(at(measure.value), min(low, 100 - width), width, ticks, _end(top, measure.unit))


def _end(top: float, unit: Unit) -> str:
    """The label at the end of the scale: a round number needs no decimals."""
    return quantity(top, unit) if unit == "share" else f"{top:g}{' s' if unit == 'seconds' else ''}"


def _top(measure: Measure) -> float:
    """Where the scale ends: a round number above everything on it."""
    if measure.unit == "share":
        return 1.0
    marks = measure.thresholds
    largest = max(measure.high or 0.0, marks.good if marks else 0.0) * _ROOM
    if measure.unit == "ratio":
        largest = max(largest, _LEAST_RATIO)
    if largest <= 1:
        return 1.0
    step = 10 ** math.floor(math.log10(largest))
    return next(float(step * m) for m in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * m >= largest)
