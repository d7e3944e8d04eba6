"""The bundled conversations that one can code for practice, with the codes their authors gave.

Nobody in them is real, and nothing of them is a secret. The codes were not double-coded by trained coders.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fidelity.hand.coding import HeardTurn, Parse

FOLDER = Path(__file__).resolve().parents[3] / "data" / "samples"
_ORDER = ("mixed", "skilful", "poor", "stereo")  # that with the most kinds of codes first
MIMES: Mapping[str, str] = {
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".webm": "audio/webm",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance, and its code."""

    n: int
    first: int
    speaker: str
    text: str
    start: float
    end: float
    code: str
    opens: bool  # the first of its turn

    @property
    def id(self) -> str:
        """Its name in a form and on a page."""
        return f"t{self.n}w{self.first}"


@dataclass(frozen=True, slots=True)
class Sample:
    """A conversation to code; ``duration`` in seconds."""

    name: str
    title: str
    goal: str
    duration: float
    sound: Path
    turns: tuple[HeardTurn, ...]
    lines: tuple[Line, ...]

    @property
    def parses(self) -> dict[int, Parse]:
        """The authors' own coding."""
        found: dict[int, list[tuple[int, str | None]]] = {}
        for line in self.lines:
            found.setdefault(line.n, []).append((line.first, line.code))
        return {n: tuple(parse) for n, parse in found.items()}


@cache
def catalogue() -> Mapping[str, Sample]:
    """Every bundled conversation by its name; none where an installation came without them."""
    return {name: _read(name) for name in _ORDER if (FOLDER / name / "reference.json").is_file()}


def _read(name: str) -> Sample:
    told = json.loads((FOLDER / name / "reference.json").read_text(encoding="utf-8"))
    lines = []
    for turn in told["turns"]:
        first = 0
        for said in turn["utterances"]:
            place = (turn["n"], first, turn["speaker"], said["text"], said["start"], said["end"], said["code"])
            lines.append(Line(*place, opens=first == 0))
            first += len(said["text"].split())
    return Sample(
        name=name,
        title=told["title"],
        goal=told["change_goal"],
        duration=told["duration"],
        sound=FOLDER / name / told["recording"],
        turns=tuple(
            HeardTurn(n=t["n"], speaker=t["speaker"], text=t["text"], start=t["start"], end=t["end"])
            for t in told["turns"]
        ),
        lines=tuple(lines),
    )
