"""What the encoder reads of a turn: the end of what was said before it, the turn itself, the start of what follows.

The same code serves training and use. A long turn is read in several windows, cut between utterances, each
with what came before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fidelity.classify import rules
from fidelity.conversation import Turn

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# In word pieces. More of each was a little slower and no better on grouped folds.
BEFORE, OWN, AFTER = 40, 96, 12
_TURNS_BEFORE = 2  # the other person's last turn, and one's own before it
_NAMES = {"practitioner": "counsellor : ", "client": "client : ", "other": "client : "}


@dataclass(frozen=True, slots=True)
class Window:
    """Word pieces of one reading.

    ``own`` is the range of the turn's words in ``pieces``, ``utterances`` that of each utterance, in order.
    """

    pieces: tuple[int, ...]
    own: tuple[int, int]
    utterances: tuple[tuple[int, int], ...]


class Reader:
    """Cuts turns into windows with the word pieces of one encoder."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._known: dict[str, tuple[int, ...]] = {}
        self._first: tuple[int, ...] = tuple(tokenizer.encode("[CLS]", add_special_tokens=False).ids)
        self._last: tuple[int, ...] = tuple(tokenizer.encode("[SEP]", add_special_tokens=False).ids)

    def windows(self, turns: Sequence[Turn], i: int, *, as_heard: bool = False) -> list[Window]:
        """The windows of turn ``i``, which must have utterances; ``as_heard`` drops punctuation."""
        turn = turns[i]
        before: tuple[int, ...] = ()
        for other in turns[max(0, i - _TURNS_BEFORE) : i]:
            before += self._pieces(_NAMES[other.speaker], as_heard=False) + self._pieces(other.text, as_heard=as_heard)
        said = [self._pieces(u.text, as_heard=as_heard)[:OWN] for u in turn.utterances]
        after = self._pieces(turns[i + 1].text, as_heard=as_heard) if i + 1 < len(turns) else ()
        found, start = [], 0
        while start < len(said):
            end, length = start + 1, len(said[start])
            while end < len(said) and length + len(said[end]) <= OWN:
                length += len(said[end])
                end += 1
            rest = _joined(said[end:]) + self._last if end < len(said) else ()
            found.append(
                self._window(turn.speaker, before + _joined(said[:start]), said[start:end], (rest + after)[:AFTER])
            )
            start = end
        return found

    def _window(
        self, speaker: str, before: tuple[int, ...], said: Sequence[tuple[int, ...]], after: tuple[int, ...]
    ) -> Window:
        name = self._pieces(_NAMES[speaker], as_heard=False)
        pieces = self._first + before[-BEFORE:] + self._last + name
        start = position = len(pieces)
        ranges = []
        for utterance in said:
            ranges.append((position, position + len(utterance)))
            position += len(utterance)
        return Window(pieces + _joined(said) + self._last + after + self._last, (start, position), tuple(ranges))

    def _pieces(self, text: str, *, as_heard: bool) -> tuple[int, ...]:
        plain = rules.tidy(text)
        if as_heard:
            plain = rules.unpunctuated(plain)
        if plain not in self._known:
            self._known[plain] = tuple(self._tokenizer.encode(plain, add_special_tokens=False).ids)
        return self._known[plain]


def _joined(parts: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(piece for part in parts for piece in part)
