"""Session measures of the machine beside those of the humans: agreement, and whether intervals hold.

The machine's values come from ``fidelity.score``, as a practitioner sees them. Where humans coded utterances
their codes go through the same counting; where they coded turns (AnnoMI) a turn counts once for what it holds.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from fidelity.agreement import icc, middle, resampled
from fidelity.config import ScoreOptions
from fidelity.conversation import CodedTurn, CodedUtterance, SessionScore
from fidelity.score import score
from fidelity.training.corpora import Conversation

MEASURES = ("questions", "reflections", "reflection_share", "percent_open", "percent_complex",
            "change_talk_share")  # fmt: skip
_LEAST = {"percent_open": 5, "percent_complex": 5, "reflection_share": 8, "change_talk_share": 5}
# As fidelity.config.ScoreOptions: a share of fewer is not shown, so it is not measured either.
_FEWEST = 8  # sessions. An ICC of fewer says next to nothing.
_DRAWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionValue:
    """One measure of one session: what the humans' codes give, and the machine's value with its interval."""

    conversation: str
    measure: str
    gold: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFigures:
    """How one measure fares over ``n`` sessions.

    ``icc`` is ICC(2,1), its interval holds 90 % of resamplings of sessions, ``covered`` is the share of
    sessions whose human value lies in the machine's 90 % interval, ``bias`` the mean of machine less human.
    """

    measure: str
    n: int
    icc: float
    icc_interval: tuple[float, float]
    covered: float
    bias: float


def session_values(
    conversation: Conversation, coded: Sequence[CodedTurn], options: ScoreOptions | None = None
) -> list[SessionValue]:
    """The measures of one session that both the humans' and the machine's codes allow."""
    gold = _of_turns(conversation) if conversation.corpus == "annomi" else _of_codes(conversation)
    found = []
    for name, (value, low, high) in shown(score(coded, options)).items():
        if name in gold and math.isfinite(gold[name]):
            found.append(
                SessionValue(
                    conversation=conversation.id, measure=name, gold=gold[name], value=value, low=low, high=high
                )
            )
    return found


def session_figures(values: Sequence[SessionValue]) -> tuple[SessionFigures, ...]:
    """Figures for each measure that enough sessions have."""
    import numpy as np

    by_measure: dict[str, list[SessionValue]] = defaultdict(list)
    for value in values:
        by_measure[value.measure].append(value)
    found = []
    for name in MEASURES:
        rows = by_measure[name]
        if len(rows) < _FEWEST:
            continue
        pairs = np.array([[v.gold, v.value] for v in rows])
        low, high = middle([icc(pairs[draw]) for draw in resampled(len(rows), _DRAWS)])
        found.append(
            SessionFigures(
                measure=name,
                n=len(rows),
                icc=round(icc(pairs), 4),
                icc_interval=(round(low, 4), round(high, 4)),
                covered=round(sum(v.low <= v.gold <= v.high for v in rows) / len(rows), 4),
                bias=round(float((pairs[:, 1] - pairs[:, 0]).mean()), 4),
            )
        )
    return tuple(found)


def as_table(found: Sequence[SessionFigures]) -> str:
    """The figures as text."""
    lines = [f"{'session measure':<24}{'n':>6} {'ICC':>8}  {'90 % interval':<16}{'covered':>8}{'bias':>8}"]
    lines += [
        f"{f.measure:<24}{f.n:>6} {f.icc:>8.3f}  {f'{f.icc_interval[0]:.3f} to {f.icc_interval[1]:.3f}':<16}"
        f"{f.covered:>8.2f}{f.bias:>8.2f}"
        for f in found
    ]
    return "\n".join(lines)


def shown(found: SessionScore) -> dict[str, tuple[float, float, float]]:
    """Value and interval of each measure that is shown."""
    return {
        m.name: (m.value, m.low, m.high)
        for m in (*found.counts, *found.measures)
        if m.name in MEASURES and m.value is not None and m.low is not None and m.high is not None
    }


def _of_turns(c: Conversation) -> dict[str, float]:
    """From AnnoMI's labels of turns."""
    n: Counter[str] = Counter()
    for turn, gold in zip(c.turns, c.gold, strict=True):
        if turn.speaker == "client":
            n[gold.behaviour or ""] += 1
            continue
        for name, kind in (("questions", gold.question), ("reflections", gold.reflection)):
            if kind:
                n.update((name, kind))
    return {
        "questions": float(n["questions"]),
        "reflections": float(n["reflections"]),
        "reflection_share": _share("reflection_share", n["reflections"], n["questions"]),
        "percent_open": _share("percent_open", n["open"], n["closed"]),
        "percent_complex": _share("percent_complex", n["complex"], n["simple"]),
        "change_talk_share": _share("change_talk_share", n["change"], n["sustain"]),
    }


def _share(name: str, part: int, rest: int) -> float:
    return part / (part + rest) if part + rest >= _LEAST[name] else math.nan


def _of_codes(c: Conversation) -> dict[str, float]:
    """From codes of utterances, through the same counting as the machine's."""
    turns = tuple(
        CodedTurn(
            n=t.n,
            speaker=t.speaker,
            text=t.text,
            utterances=tuple(
                CodedUtterance(u=u.u, text=u.text, code=code) for u, code in zip(t.utterances, g.codes, strict=True)
            ),
        )
        for t, g in zip(c.turns, c.gold, strict=True)
    )
    return {name: value for name, (value, _, _) in shown(score(turns)).items()}
