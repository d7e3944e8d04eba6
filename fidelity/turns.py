"""Words with voices -> turns with roles.

A change of voice is heard to within half a second or so, while Whisper's full stops and pauses show
exactly where sentences end. So a change that falls a word or two from the end of a sentence is moved
there, if the words in between were not clearly one person's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from fidelity.config import TurnOptions
from fidelity.conversation import Speaker, Turn, Word

_ENDS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class VoicedWord:
    """A word, who said it (voices count from 0), and how sure we are (0 to 1)."""

    word: Word
    voice: int
    certainty: float


def build_turns(words: Sequence[VoicedWord], options: TurnOptions | None = None) -> tuple[Turn, ...]:
    """Turns in order, each with the voice's letter; roles are given by ``with_roles``."""
    settled = _snap(words, options or TurnOptions())
    turns = []
    for n, (voice, group) in enumerate(groupby(settled, key=lambda w: w.voice)):
        said = list(group)
        turns.append(
            Turn(
                n=n,
                speaker="other",
                text=" ".join(w.word.text for w in said),
                start=said[0].word.start,
                end=said[-1].word.end,
                voice=voice_name(voice),
                certainty=round(sum(w.certainty for w in said) / len(said), 3),
                words=tuple(w.word for w in said),
            )
        )
    return tuple(turns)


def voice_name(voice: int) -> str:
    """A, B, C, ... in order of appearance."""
    return chr(ord("A") + voice)


def with_roles(turns: Sequence[Turn], roles: Mapping[str, Speaker]) -> tuple[Turn, ...]:
    """The same turns with ``speaker`` set from each voice's role."""
    from dataclasses import replace

    return tuple(replace(turn, speaker=roles[turn.voice or ""]) for turn in turns)


def _snap(words: Sequence[VoicedWord], options: TurnOptions) -> list[VoicedWord]:
    """Move each change of voice to a nearby sentence end or pause."""
    settled = list(words)
    changes = [i for i in range(1, len(settled)) if settled[i].voice != settled[i - 1].voice]
    for change in changes:
        before, after = settled[change - 1].voice, settled[change].voice
        if before == after:
            continue  # an earlier move has already taken this change away
        best = min(
            (b for b in range(change - options.reach, change + options.reach + 1) if 0 < b < len(settled)),
            key=lambda b: (_cost(settled, change, b, options), abs(b - change)),
        )
        lower, upper = sorted((best, change))
        voice = after if best < change else before
        for i in range(lower, upper):
            settled[i] = VoicedWord(settled[i].word, voice, settled[i].certainty)
    return settled


def _cost(words: Sequence[VoicedWord], change: int, boundary: int, options: TurnOptions) -> float:
    """What it costs to put the change of voice before word ``boundary`` instead of ``change``."""
    left, right = words[boundary - 1].word, words[boundary].word
    ends = left.text.endswith(_ENDS) or (
        right.start - left.end >= options.pause and not (boundary > 1 and _begins(words, boundary - 1))
    )
    moved = words[min(boundary, change) : max(boundary, change)]
    if len({w.voice for w in moved}) > 1:
        return float("inf")  # would swallow another person's turn
    # One word left hanging after a full stop ("... up to you. But" / "then on Friday") is the other person's,
    # however sure its sound seems: Whisper stretches such a word back over the pause before it.
    hanging = boundary == change - 1 and _begins(words, boundary)
    if not hanging and any(w.certainty > options.sure for w in moved):
        return float("inf")
    return (0.0 if ends else 1.0) + sum(options.move * w.certainty for w in moved)


def _begins(words: Sequence[VoicedWord], index: int) -> bool:
    """Whether a sentence begins with this word and goes on after it."""
    return words[index - 1].word.text.endswith(_ENDS) and not words[index].word.text.endswith(_ENDS)
