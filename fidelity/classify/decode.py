"""From separate probabilities to one consistent coding of a turn (pure arithmetic)."""

from __future__ import annotations

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


def combined(p: Mapping[str, float], evidence: Mapping[str, float], trust: float) -> Probabilities:
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
