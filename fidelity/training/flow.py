"""Learns how behaviours follow each other, from AnnoMI's sessions of known quality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from fidelity.classify.flow import Flow
from fidelity.codebook import PRACTITIONER_BEHAVIOURS
from fidelity.training.corpora import Conversation

QUALITIES = ("high", "low")
_AS_USUAL = 20  # times a behaviour is taken to have been followed as usual in such sessions, beside what was counted


def learned(conversations: Sequence[Conversation]) -> Flow | None:
    """The flow of the practitioner's turns; ``None`` where no quality of session has coded turns."""
    counts = {quality: _counted([c for c in conversations if c.quality == quality]) for quality in QUALITIES}
    if not all(shares for shares, _ in counts.values()):
        return None
    usual = _shares(sum((shares for shares, _ in counts.values()), Counter(PRACTITIONER_BEHAVIOURS)))
    following = []
    for shares, pairs in counts.values():
        own = _shares(shares + Counter(PRACTITIONER_BEHAVIOURS))
        following.append(
            tuple(
                _shares({b: pairs[a, b] + _AS_USUAL * p for b, p in zip(PRACTITIONER_BEHAVIOURS, own, strict=True)})
                for a in PRACTITIONER_BEHAVIOURS
            )
        )
    return Flow(PRACTITIONER_BEHAVIOURS, usual, tuple(following))


def _counted(sessions: Sequence[Conversation]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    shares: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for c in sessions:
        done = [g.behaviour for turn, g in zip(c.turns, c.gold, strict=True) if turn.speaker == "practitioner"]
        shares.update(b for b in done if b)
        pairs.update((a, b) for a, b in pairwise(done) if a and b)
    return shares, pairs


def _shares(counts: dict[str, float] | Counter[str]) -> tuple[float, ...]:
    total = sum(counts.values())
    return tuple(round(counts[b] / total, 6) for b in PRACTITIONER_BEHAVIOURS)
