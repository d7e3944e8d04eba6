"""What a moment for teaching is made of: turns in words, without a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_TURNS = 8
VOICES = {"practitioner": "Practitioner", "client": "Client", "other": "Somebody else"}


@dataclass(frozen=True, slots=True)
class Line:
    """One turn as others see it."""

    speaker: str
    text: str

    @property
    def voice(self) -> str:
        """Who speaks, without a name."""
        return VOICES.get(self.speaker, VOICES["other"])


@dataclass(frozen=True, slots=True)
class Stretch:
    """Turns ``first`` to ``last`` of ``there_are`` with names covered, and the skill that their codes speak for."""

    first: int
    last: int
    there_are: int
    time: str
    lines: tuple[Line, ...]
    skill: str

    @property
    def can_grow(self) -> bool:
        """Whether another turn would fit."""
        return self.last - self.first + 1 < MOST_TURNS


def covered(line: Line, numbers: Sequence[int]) -> Line:
    """The line with words covered by their numbers, so that nothing that was said is kept to cover them by."""
    from fidelity.masking import COVER

    words = [COVER if number in numbers else word for number, word in enumerate(line.text.split(" "))]
    return Line(line.speaker, " ".join(words))


def places_of(line: Line, texts: Sequence[str]) -> list[int]:
    """The numbers of the words in a line at which one of these texts is said."""
    from fidelity.masking import cover_text

    before, after = line.text.split(" "), cover_text(line.text, texts).split(" ")
    return [number for number, (was, now) in enumerate(zip(before, after, strict=True)) if was != now]
