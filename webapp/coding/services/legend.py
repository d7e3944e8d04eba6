"""The codes as the workbench shows them: the letters and shape of each, and the key that gives it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fidelity.conversation import Speaker
from fidelity.report.marks import MARKS
from webapp.coding.services import codings

SIDES: tuple[Speaker, ...] = ("practitioner", "client")
KEYS = {
    "practitioner": {
        "OQ": "o",
        "CQ": "q",
        "SR": "s",
        "CR": "c",
        "AF": "a",
        "Seek": "k",
        "Emphasize": "e",
        "GI": "g",
        "PwP": "w",
        "Persuade": "p",
        "Confront": "f",
        "NC": "n",
    },
    "client": {"change": "c", "sustain": "s", "neutral": "n"},
}
"""The key of each code, in the order in which they are shown: questions, reflections, what is MI-adherent, the rest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code, its look, and its key."""

    short: str
    name: str
    meaning: str
    speaker: Speaker
    key: str
    letters: str
    glyph: str
    family: str


@cache
def of(speaker: Speaker) -> tuple[Entry, ...]:
    """The codes somebody's words can get, in the order of their keys."""
    by_name = {code.short: code for code in codings.choices(speaker)}
    found = []
    for short, key in KEYS.get(speaker, {}).items():
        code, mark = by_name[short], MARKS[short]
        found.append(Entry(short, code.name, code.meaning, speaker, key, mark.letters, mark.glyph, mark.family))
    return tuple(found)
