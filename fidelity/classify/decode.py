"""From separate probabilities to one consistent coding of a turn (pure arithmetic)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Probabilities = dict[str, float]

_LEAST = 1e-6  # Nothing is impossible: one head's certainty never silences the others.


def normalised(weights: Mapping[str, float]) -> Probabilities:
    """The weights divided by their sum, in the same order."""
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}


def odds(p: float) -> float:
    """How much likelier than not, short of certainty."""
    return max(p, _LEAST) / max(1 - p, _LEAST)


def combined(p: Mapping[str, float], evidence: Mapping[str, float], trust: float = 1.0) -> Probabilities:
    """``p`` in the light of further evidence for each key, believed as far as ``trust`` (0 to 1)."""
    return normalised({key: max(value, _LEAST) * max(evidence[key], _LEAST) ** trust for key, value in p.items()})


def pooled(p: Mapping[str, float], other: Mapping[str, float], share: float) -> Probabilities:
    """A compromise of two opinions on the same thing; ``other`` has the given share in it."""
    return combined({key: max(value, _LEAST) ** (1 - share) for key, value in p.items()}, other, share)


def summed(p: Mapping[str, float], kind: Mapping[str, str]) -> Probabilities:
    """Probabilities of codes added up to those of the behaviours they belong to."""
    totals: Probabilities = {}
    for key, value in p.items():
        totals[kind[key]] = totals.get(kind[key], 0.0) + value
    return totals


def best(p: Mapping[str, float]) -> str:
    """The likeliest key; the first of equals."""
    return max(p, key=lambda key: p[key])


def tilted(p: Mapping[str, float], wanted: Sequence[str]) -> Probabilities:
    """``p`` moved towards ``wanted`` just far enough that one of them is the likeliest."""
    top, target = best(p), best({key: p[key] for key in wanted})
    if top == target:
        return dict(p)
    share = sum(p[key] for key in wanted)
    given = {key: p[key] / share if key in wanted else 0.0 for key in p}
    gap = p[top] - p[target]
    move = min(1.0, gap / (gap + given[target]) + 1e-3)
    return normalised({key: (1 - move) * value + move * given[key] for key, value in p.items()})


def borne_out(behaviour: str, utterances: Sequence[Probabilities], kind: Mapping[str, str]) -> list[Probabilities]:
    """The utterances' probabilities such that at least one of their codes belongs to the behaviour."""
    if not utterances or any(kind[best(p)] == behaviour for p in utterances):
        return list(utterances)
    mass = [summed(p, kind)[behaviour] for p in utterances]
    u = mass.index(max(mass))
    codes = [key for key in utterances[u] if kind[key] == behaviour]
    return [tilted(p, codes) if i == u else p for i, p in enumerate(utterances)]


def agreed(
    utterances: Sequence[Mapping[str, float]], held: Mapping[str, float], main: Mapping[str, float]
) -> tuple[str, list[str]]:
    """What a turn mainly does and what each of its utterances does, in the likeliest way that agrees with itself.

    ``utterances`` give how likely each behaviour is, ``held`` how likely the turn is to hold those it names, ``main``
    how likely each is to be the main one; all of them count alike. What a turn holds is what its utterances do, and
    the main behaviour is held. Takes time in proportion to the utterances: of all the ways to come to hold the same
    behaviours, only the likeliest can be part of the answer.
    """
    ways: dict[frozenset[str], tuple[float, tuple[str, ...]]] = {frozenset(): (0.0, ())}
    for p in utterances:
        longer: dict[frozenset[str], tuple[float, tuple[str, ...]]] = {}
        steps = [(kind, frozenset((kind,)), _log(value)) for kind, value in p.items()]
        for holds, (score, kinds) in ways.items():
            for kind, alone, value in steps:
                now, after = holds | alone, score + value
                if now not in longer or after > longer[now][0]:
                    longer[now] = (after, (*kinds, kind))
        ways = longer

    def whole(holds: frozenset[str]) -> float:
        believed = sum(_log(p if kind in holds else 1 - p) for kind, p in held.items())
        return ways[holds][0] + believed + _log(max(main[kind] for kind in holds))

    chosen = max(ways, key=whole)
    return max((kind for kind in main if kind in chosen), key=lambda kind: main[kind]), list(ways[chosen][1])


def _log(p: float) -> float:
    return math.log(max(p, _LEAST))
