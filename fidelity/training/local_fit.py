"""Fits a local calibration: few numbers, held near “no change”, and none moved without evidence."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from fidelity.classify import Coder
from fidelity.classify.local import CODES, Adjusted, Local
from fidelity.config import ScoreOptions
from fidelity.conversation import CodedTurn
from fidelity.score import score
from fidelity.training.double_coded import Rows, Session
from fidelity.training.sessions import SessionValue, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDS = 5
_PENALTIES = (3.0, 10.0, 30.0, 100.0)  # utterances' worth of doubt that anything differs here
_LEAST = 1e-6
_SPREADS = (1.0, 1.25, 1.6, 2.0, 0.8, 0.6)  # nearest to no change first; ties go to the first
_HALF_WAY = 20  # sessions that pull the spread half the way from the shipped one
_NARROW = 20  # sessions below which no interval is made narrower: few sessions hold nine in ten by luck
_PRACTITIONER = ("questions", "reflections", "reflection_share", "percent_open", "percent_complex")
_MEASURES = {"practitioner": _PRACTITIONER, "client": ("change_talk_share",)}


def unchanged(speaker: str) -> Adjusted:
    """What leaves everything as the shipped models say it."""
    return Adjusted(1.0, dict.fromkeys(CODES[speaker], 0.0))


def fit(found: Sequence[Session], coder: Coder) -> dict[str, Adjusted]:
    """What these sessions say of each speaker's codes and of how wide intervals are to be."""
    speakers = {speaker: _of_codes(speaker, found) for speaker in CODES}
    spreads = _spreads(found, speakers, coder)
    return {speaker: replace(a, spread=spreads[speaker]) for speaker, a in speakers.items()}


def parts(found: Sequence[Session]) -> list[tuple[list[Session], list[Session]]]:
    """To learn from and to try on, so that each session is tried once and no conversation is on both sides."""
    groups = sorted({s.group for s in found})
    folds = [set(groups[k::FOLDS]) for k in range(min(FOLDS, len(groups)))]
    return [([s for s in found if s.group not in fold], [s for s in found if s.group in fold]) for fold in folds]


def losses(speaker: str, adjusted: Adjusted, found: Sequence[Session]) -> dict[str, float]:
    """Surprise at the humans' codes (natural log), mean of an utterance, by conversation; those without left out."""
    sums: dict[str, float] = defaultdict(float)
    n: dict[str, float] = defaultdict(float)
    for s in found:
        rows = s.rows[speaker]
        if len(rows.truth):
            sums[s.group] += float(_surprise(rows, *_numbers(speaker, adjusted)) @ rows.weights)
            n[s.group] += float(rows.weights.sum())
    return {group: sums[group] / n[group] for group in sums}


def gain(before: dict[str, float], after: dict[str, float]) -> tuple[float, float]:
    """How much less the surprise is, mean of conversations, and its standard error."""
    import numpy as np

    less = np.array([before[g] - after[g] for g in sorted(before)])
    return float(less.mean()), float(less.std(ddof=1) / math.sqrt(len(less))) if len(less) > 1 else math.inf


def _of_codes(speaker: str, found: Sequence[Session]) -> Adjusted:
    """Sharpness and offsets, with the penalty that does best on conversations left out; none if none does well."""
    split = parts(found)
    plain = unchanged(speaker)
    before = losses(speaker, plain, found)
    best, most = None, 0.0
    for penalty in _PENALTIES:
        after: dict[str, float] = {}
        for train, test in split:
            after |= losses(speaker, _fitted(speaker, train, penalty), test)
        less, error = gain(before, after)
        if less - error > 0 and less > most:
            best, most = penalty, less
    return plain if best is None else _fitted(speaker, found, best)


def _fitted(speaker: str, found: Sequence[Session], penalty: float) -> Adjusted:
    import numpy as np
    from scipy.optimize import minimize

    several = [s.rows[speaker] for s in found]
    rows = Rows(*(np.concatenate([getattr(r, part) for r in several]) for part in ("p", "truth", "weights")))
    codes = CODES[speaker]

    def loss(x: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        logs = np.log(np.maximum(rows.p, _LEAST))
        scores = np.exp(x[0]) * logs + x[1:]
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        p /= p.sum(axis=1, keepdims=True)
        at = np.arange(len(rows.truth))
        value = -float(np.log(np.maximum(p[at, rows.truth], 1e-300)) @ rows.weights) + penalty / 2 * float(x @ x)
        p[at, rows.truth] -= 1
        p *= rows.weights[:, None]
        slope = np.concatenate([[np.exp(x[0]) * float((p * logs).sum())], p.sum(axis=0)])
        return value, slope + penalty * x

    x = minimize(loss, np.zeros(1 + len(codes)), jac=True, method="L-BFGS-B").x
    offsets = {code: round(float(v), 4) for code, v in zip(codes, x[1:], strict=True)}
    return Adjusted(round(float(np.exp(x[0])), 4), offsets)


def _numbers(speaker: str, a: Adjusted) -> tuple[float, list[float]]:
    return a.sharpness, [a.offsets[code] for code in CODES[speaker]]


def _surprise(rows: Rows, sharpness: float, offsets: Sequence[float]) -> NDArray[Any]:
    import numpy as np
    from scipy.special import log_softmax

    logs = log_softmax(sharpness * np.log(np.maximum(rows.p, _LEAST)) + np.array(offsets), axis=1)
    taken: NDArray[Any] = -logs[np.arange(len(rows.truth)), rows.truth]
    return taken


def with_local(coder: Coder, speakers: dict[str, Adjusted]) -> Coder:
    """The coder with a calibration that is being tried."""
    return replace(coder, local=Local({}, speakers))


def values(session: Session, coded: Sequence[CodedTurn], options: ScoreOptions) -> list[SessionValue]:
    """The session's measures that both sides have."""
    return [
        SessionValue(conversation=session.group, measure=m, gold=session.gold[m], value=value, low=low, high=high)
        for m, (value, low, high) in shown(score(coded, options)).items()
        if m in session.gold
    ]


def _spreads(found: Sequence[Session], speakers: dict[str, Adjusted], coder: Coder) -> dict[str, float]:
    """By speaker, what to multiply the drift by so that intervals hold nine in ten, shrunk towards 1 if few.

    One speaker's drift does not touch the other's measures, so both are tried in one go.
    """
    tried = with_local(coder, speakers)
    coded = [(s, tried.coded(s.heard.turns, s.heard.verdicts, explain=False)) for s in found if s.gold]
    n = len({s.group for s, _ in coded})

    @cache
    def held(spread: float) -> dict[str, list[bool]]:
        wide = Local({}, {name: replace(a, spread=spread) for name, a in speakers.items()})
        options = wide.scores(ScoreOptions())
        all_values = [v for s, turns in coded for v in values(s, turns, options)]
        return {
            speaker: [v.low <= v.gold <= v.high for v in all_values if v.measure in measures]
            for speaker, measures in _MEASURES.items()
        }

    nearest = {speaker: _nearest(held, speaker, n) for speaker in speakers}
    return {speaker: round(float(spread ** (n / (n + _HALF_WAY))), 4) for speaker, spread in nearest.items()}


def _nearest(held: Callable[[float], dict[str, list[bool]]], speaker: str, n: int) -> float:
    """The spread under which intervals hold nearest to as often as they claim."""
    claimed = ScoreOptions().coverage
    best, nearest = 1.0, math.inf
    for spread in _SPREADS:
        if spread < 1 and n < _NARROW:
            continue
        found = held(spread)[speaker]
        if not found:
            return 1.0
        off = abs(sum(found) / len(found) - claimed)
        if off < nearest - 1e-9:
            best, nearest = spread, off
        if spread == 1.0 and n < _NARROW and sum(found) / len(found) >= claimed:
            return 1.0
    return best
