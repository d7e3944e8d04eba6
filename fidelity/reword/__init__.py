"""Other ways of putting it: what a practitioner said, said in the spirit of MI.

Every wording is made by grammar from what was said or heard, plus the fixed frames of ``phrases.toml``. No
content word comes from anywhere else, so no wording can claim something about the family that nobody
said. Where the result might not be good English there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fidelity.config import RewordOptions
from fidelity.reword.advice import ask_before_information, ask_offer_ask
from fidelity.reword.person import swap_person
from fidelity.reword.phrases import matches
from fidelity.reword.questions import open_question
from fidelity.reword.reflection import reflect
from fidelity.reword.statement import as_statement

__all__ = [
    "Rewording",
    "as_statement",
    "ask_before_information",
    "ask_offer_ask",
    "open_question",
    "reflect",
    "reword",
    "swap_person",
]

_DEFAULT = RewordOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """Another way to put an utterance, and what kind of thing to say it is."""

    kind: Literal["reflection", "open_question", "ask_offer_ask"]
    text: str


def reword(code: str, said: str, heard: str, *, options: RewordOptions = _DEFAULT) -> Rewording | None:
    """Another way to say ``said``, which was coded ``code``, after the client said ``heard``.

    Codes that are already skilful (SR, CR, AF, Seek, Emphasize, PwP) and NC get none. An open question
    gets a reflection; whether one is wanted (after another question, say) is for the caller to decide.
    What was asked or heard about danger is never reworded: it must be met straight.
    """
    if matches("danger", said) or matches("danger", heard):
        return None
    if code == "CQ":
        return _reflection(as_statement(said, options=options) or reflect(heard, options=options)) or _made(
            "open_question", open_question(said, options=options)
        )
    if code == "OQ":
        return _reflection(reflect(heard, options=options))
    if code == "Confront":  # the concern stands; what they said is given back as theirs, not agreed with
        return _reflection(reflect(heard, theirs=True, options=options))
    if code == "Persuade":
        return _made("ask_offer_ask", ask_offer_ask(said, options=options)) or _reflection(
            reflect(heard, options=options)
        )
    if code == "GI":
        return _made("ask_offer_ask", ask_before_information(said, options=options))
    return None


def _reflection(text: str | None) -> Rewording | None:
    return _made("reflection", text)


def _made(kind: Literal["reflection", "open_question", "ask_offer_ask"], text: str | None) -> Rewording | None:
    return Rewording(kind=kind, text=text) if text else None
