"""A guess asked as a question, said as a reflection: "So you want him home?" -> "You want him home."."""

from __future__ import annotations

import re

from fidelity.config import RewordOptions
from fidelity.reword.gate import one_clause, readable
from fidelity.reword.phrases import matches, pattern
from fidelity.reword.tidy import finish, sentences

_DEFAULT = RewordOptions()
# A statement about the client, not an order, a choice or a question with its verb in front.
_GUESS = re.compile(r"^(?:you(?:'re|'ve|'d|'ll)?|your \w+|it(?:'s| sounds| feels)|that's|he's|she's|they're)\b", re.I)
_TAG = r",\s*(?:(?:{})(?:'t)?\s+\w+|right|yeah|yes|no|correct|okay)\s*$"


def as_statement(question: str, *, options: RewordOptions = _DEFAULT) -> str | None:
    """The guess that ``question`` makes, as a statement; ``None`` if its words are not in statement order.

    MITI counts any question mark as a question: the same words with the voice going down reflect.
    """
    said = sentences(question)
    if not said or not said[-1].endswith("?") or matches("danger", said[-1]):
        return None
    guess = pattern("tag_verb", _TAG).sub("", said[-1].rstrip("? "))
    if not _GUESS.match(guess) or pattern("no_guess").search(guess):
        return None
    text = finish(guess)
    fits = readable(text, shortest=options.shortest_statement, longest=options.longest_reflection) and one_clause(text)
    return text if fits else None
