"""A conversation that people parse and code by hand, and what they made of it.

The words are the same for everybody who codes it: a turn's words are its text split at white space. How somebody
parses a turn is where each utterance begins and which code it has, so that two codings can be laid side by side
word by word, however differently they were parsed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fidelity.codebook import CODES
from fidelity.conversation import Behaviour, CodedTurn, CodedUtterance, Speaker

Parse = tuple[tuple[int, str | None], ...]
"""Of one turn: the number of the word each utterance begins with, and its code or ``None`` while it has none.

The first begins with word 0, and the numbers rise.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardTurn:
    """A turn to be parsed and coded; ``n`` counts from 0 in the whole conversation.

    ``starts`` says when each word begins, in seconds; it is empty where that is not known.
    """

    n: int
    speaker: Speaker
    text: str
    start: float | None = None
    end: float | None = None
    starts: tuple[float, ...] = ()

    @property
    def words(self) -> list[str]:
        """Its words, shape (words,)."""
        return self.text.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandUtterance:
    """What somebody took for one thought: words ``first`` up to and without ``last`` of turn ``n``, and its code."""

    n: int
    first: int
    last: int
    speaker: Speaker
    text: str
    start: float | None
    end: float | None
    code: str | None


def utterances(turns: Sequence[HeardTurn], parses: Mapping[int, Parse]) -> tuple[HandUtterance, ...]:
    """Every utterance in order; a turn that nobody parsed is one utterance without a code."""
    return tuple(found for turn in turns for found in _of_turn(turn, parses.get(turn.n) or ((0, None),)))


def as_coded(turns: Sequence[HeardTurn], parses: Mapping[int, Parse]) -> tuple[CodedTurn, ...]:
    """The same as the engine would hand it on, every code certain: ``fidelity.score`` then counts it by the same rules.

    An utterance without a code counts as one that has none to get.
    """
    return tuple(_coded(turn, utterances([turn], parses)) for turn in turns)


def _of_turn(turn: HeardTurn, parse: Parse) -> list[HandUtterance]:
    words = turn.words
    edges = [first for first, _ in parse] + [len(words)]
    return [
        HandUtterance(
            n=turn.n,
            first=first,
            last=last,
            speaker=turn.speaker,
            text=" ".join(words[first:last]),
            start=_time(turn, first),
            end=turn.end if last == len(words) else _time(turn, last),
            code=code,
        )
        for (first, last), (_, code) in zip(pairwise(edges), parse, strict=True)
    ]


def _time(turn: HeardTurn, word: int) -> float | None:
    """When a word begins; by its place in the text where only the turn's own times are known."""
    if word == 0:
        return turn.start
    if word < len(turn.starts):
        return turn.starts[word]
    if turn.start is None or turn.end is None:
        return None
    before = len(" ".join(turn.words[:word]))
    return round(turn.start + (turn.end - turn.start) * before / max(len(turn.text), 1), 3)


def _coded(turn: HeardTurn, said: Sequence[HandUtterance]) -> CodedTurn:
    return CodedTurn(
        n=turn.n,
        speaker=turn.speaker,
        text=turn.text,
        start=turn.start,
        end=turn.end,
        voice=turn.speaker,
        behaviour=_main(turn.speaker, said),
        utterances=tuple(
            CodedUtterance(
                u=u,
                text=one.text,
                start=one.start,
                end=one.end,
                code=code_of(one),
                probabilities={code: 1.0} if (code := code_of(one)) else {},
                status="confident",
            )
            for u, one in enumerate(said)
        ),
    )


def code_of(said: HandUtterance) -> str | None:
    """The code that an utterance counts with: one without a code counts as one that has none to get."""
    if said.speaker == "other":
        return None
    return said.code or ("NC" if said.speaker == "practitioner" else "neutral")


def _main(speaker: Speaker, said: Sequence[HandUtterance]) -> Behaviour | None:
    """The last behaviour in a turn that is one, as a turn ends with what it asks or gives back."""
    if speaker == "other" or not said:
        return None
    kinds = [CODES[code_of(one) or "NC"].behaviour for one in said]
    telling = [kind for kind in kinds if kind not in ("other", "neutral")]
    return (telling or kinds)[-1]  # type: ignore[return-value]
