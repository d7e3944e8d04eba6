"""Agreement of machine and human codes: tables by class, macro-F1, kappa, calibration, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fidelity.agreement import confusion, kappa, middle, resampled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DRAWS = 1000  # The ends of a 90 % interval then move by a few thousandths between seeds.
_BINS = 10  # of the calibration error; the customary number
_NEVER = "–"


@dataclass(frozen=True, slots=True)
class Observation:
    """One decision: where, what the humans said, what the machine said and how sure it was (if it says so).

    ``settled`` is whether the machine stands by it, or only suggests it for a person to look at.
    """

    task: str
    conversation: str
    gold: str
    predicted: str
    confidence: float | None = None
    settled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigure:
    """How one class fares; ``n`` is how often the humans gave it."""

    label: str
    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFigures:
    """How one task fares. Each interval holds 90 % of resamplings of whole conversations.

    ``settled`` is the share of decisions the machine stands by, ``right_settled`` how many of those are right,
    ``right_suggested`` how many of the rest; ``None`` where a task knows no such difference or has none.
    """

    task: str
    n: int
    conversations: int
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    kappa: float
    kappa_interval: tuple[float, float]
    calibration_error: float | None
    settled: float | None
    right_settled: float | None
    right_suggested: float | None
    classes: tuple[ClassFigure, ...]


def figures(
    task: str, observations: Sequence[Observation], labels: Sequence[str], *, part: str = ""
) -> TaskFigures | None:
    """Figures of a task; macro-F1 is over ``labels``, kappa over everything. ``None`` if nobody coded it.

    ``part`` names the conversations that the observations are from, where they are not all.
    """
    import numpy as np

    seen = [o for o in observations if o.task == task]
    if not seen:
        return None
    every = [*labels, *sorted({x for o in seen for x in (o.gold, o.predicted)} - set(labels))]
    conversations = sorted({o.conversation for o in seen})
    tables = np.stack([_table([o for o in seen if o.conversation == c], every) for c in conversations])
    whole = tables.sum(axis=0)
    draws = [tables[draw].sum(axis=0) for draw in resampled(len(conversations), _DRAWS)]
    scores = _f1(whole)
    return TaskFigures(
        task=f"{task}, {part}" if part else task,
        n=len(seen),
        conversations=len(conversations),
        macro_f1=_macro(whole, len(labels)),
        macro_f1_interval=_interval([_macro(t, len(labels)) for t in draws]),
        kappa=round(kappa(whole), 4),
        kappa_interval=_interval([kappa(t) for t in draws]),
        calibration_error=_calibration_error(seen),
        settled=_share([o.settled for o in seen if o.settled is not None]),
        right_settled=_share([o.gold == o.predicted for o in seen if o.settled is True]),
        right_suggested=_share([o.gold == o.predicted for o in seen if o.settled is False]),
        classes=tuple(
            ClassFigure(label=label, n=int(whole[i].sum()), **{k: round(float(v[i]), 4) for k, v in scores.items()})
            for i, label in enumerate(every)
        ),
    )


def _f1(table: NDArray[Any]) -> dict[str, NDArray[Any]]:
    import numpy as np

    hits, given, true = np.diag(table), table.sum(axis=0), table.sum(axis=1)
    return {
        "precision": hits / np.maximum(given, 1),
        "recall": hits / np.maximum(true, 1),
        "f1": 2 * hits / np.maximum(given + true, 1),
    }


def _macro(table: NDArray[Any], labels: int) -> float:
    """Mean F1 of the labels the humans gave at all."""
    given = table.sum(axis=1)[:labels] > 0
    return round(float(_f1(table)["f1"][:labels][given].mean()), 4) if given.any() else 0.0


def _table(seen: Sequence[Observation], labels: Sequence[str]) -> NDArray[Any]:
    return confusion([o.gold for o in seen], [o.predicted for o in seen], labels)


def _interval(values: Sequence[float]) -> tuple[float, float]:
    low, high = middle(values)
    return round(low, 4), round(high, 4)


def _calibration_error(seen: Sequence[Observation]) -> float | None:
    """Mean distance between how sure the machine was and how often it was right, in bins of sureness."""
    import numpy as np

    rated = [(o.confidence, o.gold == o.predicted) for o in seen if o.confidence is not None]
    if not rated:
        return None
    sure, right = np.array(rated, dtype=float).T
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [abs(float((right - sure)[bins == b].sum())) for b in range(_BINS)]
    return round(sum(gaps) / len(rated), 4)


def _share(found: Sequence[bool]) -> float | None:
    return round(sum(found) / len(found), 4) if found else None


def as_table(found: Sequence[TaskFigures], *, classes: bool = False) -> str:
    """The figures as text: one line a task, then perhaps one line a class."""
    interval = "90 % interval"
    width = max([24, *(len(f.task) + 2 for f in found)])
    lines = [f"{'task':<{width}}{'n':>6} {'macro-F1':>8}  {interval:<15}{'kappa':>6}  {interval:<15}{'cal. error':>10}"]
    for f in found:
        error = _NEVER if f.calibration_error is None else f"{f.calibration_error:.3f}"
        lines.append(
            f"{f.task:<{width}}{f.n:>6} {f.macro_f1:>8.3f}  {_pair(f.macro_f1_interval):<15}"
            f"{f.kappa:>6.3f}  {_pair(f.kappa_interval):<15}{error:>10}"
        )
    lines += [
        f"{f.task}: settled {f.settled:.0%}; right {f.right_settled or 0:.0%} of these, "
        f"{f.right_suggested or 0:.0%} of the rest"
        for f in found
        if classes and f.settled is not None
    ]
    if not classes:
        return "\n".join(lines)
    lines += ["", f"{'task':<{width}}{'class':<14}{'n':>6} {'precision':>10} {'recall':>7} {'F1':>6}"]
    for f in found:
        lines += [
            f"{f.task:<{width}}{c.label:<14}{c.n:>6} {c.precision:>10.3f} {c.recall:>7.3f} {c.f1:>6.3f}"
            for c in f.classes
        ]
    return "\n".join(lines)


def _pair(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}"
