"""Measures over time: what is known of each, and what may be said of two values of one. Never more than that."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fidelity.codebook import THRESHOLDS
from fidelity.conversation import Thresholds, Unit
from fidelity.measures import MEASURES
from fidelity.report.words import quantity

_ALIKE = 1.25  # two recordings whose lengths differ by less than this have counts that can be compared


@dataclass(frozen=True, slots=True)
class Known:
    """A measure as pages name it. ``more`` and ``less`` end the sentence “It looks like ...”.

    ``of_a_group`` is a title for the measure of several people, which does not say “your”.
    """

    name: str
    title: str
    of_a_group: str
    unit: Unit
    meaning: str
    caution: str | None
    marks: Thresholds | None
    more: str
    less: str
    main: bool

    def in_words(self, value: float) -> str:
        """A value with its unit."""
        return quantity(value, self.unit)

    @property
    def published(self) -> str:
        """The published marks and who set them; nothing where there are none."""
        if self.marks is None:
            return ""
        fair, good = self.in_words(self.marks.fair), self.in_words(self.marks.good)
        return f"Published marks: fair {fair}, good {good}. {self.marks.source}."


@dataclass(frozen=True, slots=True)
class Value:
    """A measure of one recording. ``value`` is empty where there was too little to measure it; ``length`` in s."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    length: float | None = None

    @property
    def range(self) -> tuple[float, float] | None:
        """What the value could be, given how unsure the engine is."""
        if self.value is None:
            return None
        return (
            self.value if self.low is None else self.low,
            self.value if self.high is None else self.high,
        )


def range_in_words(known: Known, value: Value) -> str:
    """The range of a value: 0.4 to 1.6. Nothing where it is withheld, or as narrow as it is shown."""
    if value.range is None:
        return ""
    low, high = (known.in_words(edge) for edge in value.range)
    return "" if low == high else f"{low.removesuffix(' s')} to {high}"


def about(known: Known, value: Value) -> str:
    """A value with its range: about 0.9 (0.4 to 1.6)."""
    if value.value is None:
        return "too little to measure"
    span = range_in_words(known, value)
    return f"about {known.in_words(value.value)}" + (f" ({span})" if span else "")


def compared(known: Known, then: Value, now: Value, *, before: str = "last time") -> str:
    """What may be said of two values of a measure, and no more."""
    if now.value is None:
        told = "There was too little in this one to measure it."
        return told if then.value is None else f"{told} {before[0].upper()}{before[1:]} it was {about(known, then)}."
    if then.value is None:
        return (
            f"It is {about(known, now)} now. There was too little to measure it {before}, so nothing to compare with."
        )
    was, is_now = known.in_words(then.value), known.in_words(now.value)
    if was == is_now:
        return f"It looks about the same: {was} {before}, {is_now} now."
    told = f"It looks like {known.more if now.value > then.value else known.less}: about {was} {before}, {is_now} now."
    return " ".join(filter(None, (told, _chance(then, now), _lengths(known, then, now))))


def overlap(then: Value, now: Value) -> bool:
    """Whether the two ranges have something in common."""
    if then.range is None or now.range is None:
        return True
    return then.range[0] <= now.range[1] and now.range[0] <= then.range[1]


def _chance(then: Value, now: Value) -> str:
    if overlap(then, now):
        return "The two ranges overlap, so it may be chance."
    return (
        "The two ranges do not overlap, so the engine's own doubt hardly explains it. One conversation is not like "
        "another, though: see whether it stays."
    )


def _lengths(known: Known, then: Value, now: Value) -> str:
    if known.unit != "count":
        return ""
    if then.length and now.length and max(then.length, now.length) / min(then.length, now.length) < _ALIKE:
        return ""
    return "This is a count, and a longer conversation has more of everything."


@cache
def every() -> Mapping[str, Known]:
    """All measures that are followed over time, the main ones first."""
    words = tomllib.loads((resources.files("webapp.practice") / "measures.toml").read_text(encoding="utf-8"))
    told = {definition.name: definition for definition in MEASURES}
    return {
        name: Known(
            name=name,
            title=told[name].title,
            of_a_group=said.get("of_a_group", told[name].title),
            unit=told[name].unit,
            meaning=told[name].meaning,
            caution=told[name].caution,
            marks=THRESHOLDS.get(name),
            more=said["more"],
            less=said["less"],
            main=said.get("main", False),
        )
        for name, said in words.items()
    }
