"""Where to listen before a rating is given.

For MITI's globals this is the engine's; for the safeguarding scales, lines that are found by words alone: they show
where a subject comes up, not how well it was handled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fidelity.conversation import Analysis
from fidelity.report.view import MITI_LEAST, Line, page

_MOST = 6  # lines of each kind: more is a list nobody listens to
_TOO_SHORT = 300.0  # s
_WORDS: Mapping[str, re.Pattern[str]] = {
    "purposefulness": re.compile(
        r"\b(today|plans?|planned|next (step|time|week|visit|meeting)|agree[ds]?|goals?|hop(e|ed|ing) (to|for|that)"
        r"|decide[ds]?|so far|summ?(ing|ed)? (it )?up|summar(y|ise|ised)|talk about)\b",
        re.IGNORECASE,
    ),
    "clarity_about_concerns": re.compile(
        r"\b(worr(y|ied|ies|ying)|concern(s|ed|ing)?|safe(ty|r)?|unsafe|risk(s|y)?|harm(s|ed|ful)?|danger(s|ous)?|hurts?"
        r"|(needs?|has|have) to (change|happen|be different))\b",
        re.IGNORECASE,
    ),
    "child_focus": re.compile(
        r"\b(child(ren)?|kids?|sons?|daughters?|bab(y|ies)|boys?|girls?|toddlers?|little ones?|teenagers?)\b",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Lines to hear before a rating; ``by_words`` where they are found by words alone and speak neither way."""

    supports: Sequence[Line]
    questions: Sequence[Line]
    by_words: bool = False


def of(analysis: Analysis) -> Mapping[str, Evidence]:
    """Evidence by the name of the scale."""
    view: Any = page(analysis)
    names = [one.name for one in analysis.scores.evidence]
    found = {name: Evidence(one.supports, one.questions) for name, one in zip(names, view.evidence, strict=True)}
    lines = [line for block in view.blocks if block.speaker == "practitioner" for line in block.lines]
    for name, words in _WORDS.items():
        found[name] = Evidence(_spread([line for line in lines if words.search(line.text)]), (), by_words=True)
    return found


def short(analysis: Analysis) -> str:
    """What is to be said where a conversation is short for a judgement of the whole; empty where it is long enough."""
    length = analysis.recording.duration
    if length is None or length >= MITI_LEAST:
        return ""
    if length < _TOO_SHORT:
        return "This conversation is under five minutes. MITI counts behaviour there, and gives no globals."
    return "This conversation is under ten minutes. MITI asks for about ten or more before globals are given."


def _spread(lines: Sequence[Line]) -> Sequence[Line]:
    """A few of them, from all parts of the conversation."""
    if len(lines) <= _MOST:
        return lines
    return [lines[round(n * (len(lines) - 1) / (_MOST - 1))] for n in range(_MOST)]
