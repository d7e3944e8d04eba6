"""The scales on which a trainer judges a whole conversation. A person gives these ratings; the engine never does."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

LOWEST, MIDDLE, HIGHEST = 1, 3, 5
MITI, SAFEGUARDING = "miti", "safeguarding"


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale; ``anchors`` describe 1 to 5 in that order."""

    name: str
    title: str
    family: str
    asks: str
    anchors: tuple[str, ...]

    def anchor(self, value: int) -> str:
        """What a value means."""
        return self.anchors[value - LOWEST]


@dataclass(frozen=True, slots=True)
class Summary:
    """Two globals taken together, with the marks the MITI 4.2.1 manual offers as its authors' opinion."""

    title: str
    parts: tuple[str, str]
    fair: float
    good: float


@dataclass(frozen=True, slots=True)
class Summed:
    """A summary score, and where it lies."""

    summary: Summary
    value: float

    @property
    def words(self) -> str:
        """Where it lies among the published marks."""
        if self.value >= self.summary.good:
            return "at or above the mark for good"
        return "at or above the mark for fair" if self.value >= self.summary.fair else "below the mark for fair"


# Relational and technical: MITI 4.2.1, thresholds for beginning proficiency and competence.
SUMMARIES = (
    Summary("Relational", ("partnership", "empathy"), 3.5, 4.0),
    Summary("Technical", ("cultivating_change_talk", "softening_sustain_talk"), 3.0, 4.0),
)


@cache
def catalogue() -> Mapping[str, Scale]:
    """All scales by name, those of MITI first."""
    told = tomllib.loads((resources.files("webapp.coaching") / "scales.toml").read_text(encoding="utf-8"))
    return {name: Scale(name=name, **{**one, "anchors": tuple(one["anchors"])}) for name, one in told.items()}


def summed(ratings: Mapping[str, int]) -> list[Summed]:
    """The summary scores for which both ratings are given."""
    return [
        Summed(one, sum(ratings[part] for part in one.parts) / len(one.parts))
        for one in SUMMARIES
        if all(part in ratings for part in one.parts)
    ]
