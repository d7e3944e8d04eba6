"""What is sent from the workbench: changed turns as its script sends them, or the whole page as one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fidelity.hand.coding import HandUtterance, HeardTurn, Parse, utterances
from webapp.errors import Refused

Cuts = list[list[Any]]
_UNREADABLE = "What was sent could not be read. Load the page again."
_DIGITS = 9  # of a number that makes sense


def from_script(told: object) -> tuple[dict[int, Cuts], int]:
    """Changed turns, and the revision that was seen. Whether they make sense for this coding is the service's to say.

    Raises:
        Refused: it has another shape.
    """
    if not isinstance(told, dict) or not isinstance(told.get("turns"), dict) or type(told.get("seen")) is not int:
        raise Refused(_UNREADABLE)
    return {_number(n): _cuts(cuts) for n, cuts in told["turns"].items()}, told["seen"]


def seen(form: Mapping[str, str]) -> int:
    """The revision that the form's page showed."""
    return _number(form.get("seen", ""))


def from_form(form: Mapping[str, str], turns: Sequence[HeardTurn], parses: Mapping[int, Parse]) -> dict[int, Cuts]:
    """The turns that the form changes: by a code, by a word to split before, or by joining with what stands before.

    Raises:
        Refused: a number is not one of a word to split before.
    """
    found: dict[int, Cuts] = {}
    for one in utterances(turns, parses):
        cuts = found.setdefault(one.n, [])
        code = chosen(form, one)
        if cuts and form.get(f"join-{one.n}-{one.first}"):
            cuts[-1][1] = cuts[-1][1] or code
        else:
            cuts.append([one.first, code])
        word = form.get(f"split-{one.n}-{one.first}", "").strip()
        if word:
            cuts.append([_place(word, one), None])
    before = {turn.n: [list(cut) for cut in parses.get(turn.n) or ((0, None),)] for turn in turns}
    return {n: cuts for n, cuts in found.items() if cuts != before[n]}


def chosen(form: Mapping[str, str], one: HandUtterance) -> str | None:
    """The code that was chosen for an utterance; the one it has where the form says nothing of it."""
    sent = form.get(f"code-{one.n}-{one.first}")
    return one.code if sent is None else sent or None


def _place(word: str, one: HandUtterance) -> int:
    number, words = _number(word, -1), one.last - one.first
    if not 2 <= number <= words:
        where = f"“{one.text[:40]}”" if len(one.text) <= 40 else f"“{one.text[:40]}…”"
        if words == 1:
            raise Refused(f"{where} is one word, which cannot be split.")
        raise Refused(f"To split {where}, give the number of a word from 2 to {words}.")
    return one.first + number - 1


def _number(text: str, otherwise: int | None = None) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
        return int(text)
    if otherwise is None:
        raise Refused(_UNREADABLE)
    return otherwise


def _cuts(cuts: object) -> Cuts:
    if not isinstance(cuts, list) or not all(isinstance(c, list) and len(c) == 2 for c in cuts):
        raise Refused(_UNREADABLE)
    if not all(type(first) is int and (code is None or isinstance(code, str)) for first, code in cuts):
        raise Refused(_UNREADABLE)
    return cuts
