"""Volleys: what the practitioner says until the client takes a real turn, and counting inside them.

MITI 4.2.1, section on volleys: a "yeah" or "right" of the client does not end a volley unless it answers
a question or a reflection; in one volley each code counts once; a complex reflection outranks a simple
one, and Persuade and Persuade with Permission exclude each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fidelity.codebook import CODES, EXCLUSIVE, PRACTITIONER, QUESTIONS, REFLECTIONS
from fidelity.conversation import CodedTurn

if TYPE_CHECKING:
    from numpy import bool_, int64
    from numpy.typing import NDArray

_BACKCHANNELS = frozenset(
    "yeah yes yep yup mm mmm mhm mm-hm mm-hmm mhmm uh-huh uh huh hm hmm ok okay right sure oh ah no nah true".split()
)
_LONGEST_BACKCHANNEL = 3  # words: "yeah yeah right"


def is_backchannel(text: str) -> bool:
    """Whether a turn only shows that somebody is listening."""
    said = 0
    for word in text.split():
        bare = word.strip(".,!?-–…\"'").lower()
        if bare and bare not in _BACKCHANNELS:
            return False
        said += bool(bare)
    return said <= _LONGEST_BACKCHANNEL


def volleys(turns: Sequence[CodedTurn]) -> tuple[tuple[CodedTurn, ...], ...]:
    """The practitioner's turns, grouped into volleys, in order."""
    groups: list[list[CodedTurn]] = []
    open_volley = False
    for turn in turns:
        if turn.speaker == "practitioner":
            if not open_volley:
                groups.append([])
            groups[-1].append(turn)
            open_volley = True
        elif open_volley and not (is_backchannel(turn.text) and not _wants_answer(groups[-1][-1])):
            open_volley = False
    return tuple(tuple(group) for group in groups)


def _wants_answer(turn: CodedTurn) -> bool:
    """Whether a "yeah" after this turn answers it: its last coded utterance asks or reflects."""
    coded = [u.code for u in turn.utterances if u.code not in (None, "NC")]
    return bool(coded) and CODES[coded[-1] or "NC"].behaviour in ("question", "reflection")


def count_codes(volley_of: Sequence[int], codes: NDArray[int64]) -> Mapping[str, NDArray[int64]]:
    """Behaviour counts after the volley rules.

    ``codes`` has shape (draws, utterances) and holds indices into ``PRACTITIONER``; ``volley_of`` gives each
    utterance's volley. Returns counts of shape (draws,) by code, and ``reflections`` and ``questions``.
    """
    import numpy as np

    draws, count = codes.shape
    present: NDArray[bool_] = np.zeros((draws, max(volley_of, default=-1) + 1, len(PRACTITIONER)), dtype=bool)
    rows = np.repeat(np.arange(draws), count)
    present[rows, np.tile(np.asarray(volley_of, dtype=int), draws), codes.ravel()] = True
    column = {code: present[:, :, i] for i, code in enumerate(PRACTITIONER)}
    for winner, loser in EXCLUSIVE:
        column[loser] = column[loser] & ~column[winner]
    counts = {code: column[code].sum(axis=1) for code in PRACTITIONER if code != "NC"}
    for name, members in (("reflections", REFLECTIONS), ("questions", QUESTIONS)):
        counts[name] = np.logical_or.reduce([column[code] for code in members]).sum(axis=1)
    return counts
