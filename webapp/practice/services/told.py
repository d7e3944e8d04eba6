"""What was put right, in words: how it was before and is after."""

from __future__ import annotations

from collections.abc import Mapping

from fidelity.codebook import CODES
from fidelity.report.words import ROLES
from webapp.practice.services.corrected import OPPOSITE, Change, Corrected

NAMES: Mapping[str, str] = {
    "words": "Words changed",
    "split": "Turn split in two",
    "join": "Two turns joined",
    "speaker": "Given to the other person",
    "leave_out": "Left out of coding",
    "put_back": "Put back into coding",
    "code": "Another code",
    "settle": "Disputed code settled",
    "swap": "Practitioner and client exchanged in the whole conversation",
}
NO_CODE = "No code"
_LONGEST = 240  # characters of a quotation


def before_and_after(now: Corrected, change: Change) -> tuple[str, str]:
    """How the place of a change, which must make sense, was and will be."""
    turn, mark = now.turns[change.n], now.marks[change.n]
    if change.kind == "words":
        return _quoted(turn.utterances[change.u].text), _quoted(change.text)
    if change.kind == "split":
        words = turn.utterances[change.u].text.split()
        texts = [said.text for said in turn.utterances]
        first = " ".join([*texts[: change.u], *words[: change.k]])
        second = " ".join([*words[change.k :], *texts[change.u + 1 :]])
        return _quoted(turn.text), f"{_quoted(first)} / {_quoted(second)}"
    if change.kind == "join":
        follows = now.turns[change.n + 1]
        return f"{_quoted(turn.text)} / {_quoted(follows.text)}", _quoted(f"{turn.text} {follows.text}")
    if change.kind == "speaker":
        text = _quoted(turn.text)
        return f"{ROLES[mark.speaker]}: {text}", f"{ROLES[OPPOSITE[mark.speaker]]}: {text}"
    if change.kind in ("code", "settle"):
        text = _quoted(turn.utterances[change.u].text)
        new = code_name(change.code or mark.said[change.u].machine.code)
        return f"{code_name(turn.utterances[change.u].code)}: {text}", f"{new}: {text}"
    return _quoted(turn.text), _quoted(turn.text)


def code_name(code: str | None) -> str:
    """A code as people say it."""
    return CODES[code].name if code else NO_CODE


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}”"
