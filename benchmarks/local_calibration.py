"""What a service's own calibration changes on sessions it has not seen, by how many sessions it was learned from.

    python benchmarks/local_calibration.py --data DIR     # the folder that `changetalk train --data` takes

Three made-up services, unseen by their models; ``services.py`` says what they are made of. In each draw some
conversations (whole groups) are learned from, and all others are tried. “always” is the calibration put to use whatever
comes of it; “used” is what the command does, which leaves the models, or one speaker's codes, alone where
cross-validation finds them no better. A change is after less before, the mean of the draws; brackets hold 90 % of
resamplings of the sessions that were tried. “Human values held” is the share of intervals of measures that hold them.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from services import Service, services

from fidelity.agreement import confusion, kappa, middle, resampled
from fidelity.classify import Coder
from fidelity.classify.local import CODES, Adjusted
from fidelity.config import ScoreOptions
from fidelity.training.corpora import read
from fidelity.training.double_coded import Session
from fidelity.training.local import observed, tried
from fidelity.training.local_fit import fit, losses, unchanged, values, with_local
from fidelity.training.validate import prepared

SIZES = {"annomi": (5, 10, 20, 30), "misc": (5, 8), "written": (5, 8, 12)}  # sessions to learn from
RESAMPLINGS = 1000
BINS = 10
WORSE = {"surprise": 0.0, "macro-F1": 0.01, "kappa": 0.01}  # by more than this: as the command itself judges
SHARES = ("reflection_share", "percent_open", "percent_complex", "change_talk_share")  # of AnnoMI's turns, counts of
# utterances are something else, shares nearly the same
PLAIN = {speaker: unchanged(speaker) for speaker in CODES}
Tallies = dict[str, NDArray[Any]]  # by group of sessions: all sums that the figures are made of


@dataclass(frozen=True, slots=True)
class Draw:
    """What a calibration changed on sessions it had not seen, and whether the command would put it to use."""

    before: Tallies
    always: Tallies
    used: Tallies
    better: bool


def main() -> None:
    """Print one table for each service and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--draws", type=int, default=8, metavar="N", help="for each size and half (default: 8)")
    parser.add_argument("--services", nargs="+", choices=tuple(SIZES), default=tuple(SIZES))
    chosen = parser.parse_args()
    data = prepared(read(chosen.data), as_speech=False)
    for name in chosen.services:
        halves = list(services(name, data))
        for size in SIZES[name]:
            draws = [d for half in halves for d in tried_out(half, size, chosen.draws)]
            print(f"\n{name}, learned from {size}:", report(draws), sep="\n", flush=True)


def tried_out(half: Service, size: int, draws: int) -> list[Draw]:
    """Calibrations learned from ``size`` groups of sessions, each tried on all others."""
    found = []
    for number in range(draws):
        order = sorted({s.group for s in half.found})
        random.Random(number).shuffle(order)
        learn, test = ([s for s in half.found if s.group in part] for part in (order[:size], order[size:]))
        local = tried(learn, half.coder).local
        before = tally(test, PLAIN, half.coder)
        always = tally(test, fit(learn, half.coder), half.coder)
        used = tally(test, local.speakers, half.coder) if local.better else before
        found.append(Draw(before, always, used, local.better))
    return found


def tally(test: Sequence[Session], speakers: dict[str, Adjusted], coder: Coder) -> Tallies:
    """The sums of each group of sessions: what ``figures`` takes apart again, in its order."""
    at_work = with_local(coder, speakers)
    assert at_work.local is not None
    options = at_work.local.scores(ScoreOptions())
    found: Tallies = {}
    for group in sorted({s.group for s in test}):
        own = [s for s in test if s.group == group]
        seen = [o for s in own for o in observed(s, at_work)]
        counted = [
            v for s in own for v in values(s, at_work.coded(s.heard.turns, s.heard.verdicts, explain=False), options)
        ]
        parts: list[float] = []
        for speaker, codes in CODES.items():
            mine = [o for o in seen if o.task == speaker]
            parts += confusion([o.gold for o in mine], [o.predicted for o in mine], codes).ravel().tolist()
            gaps = [0.0] * BINS
            for o in mine:
                gaps[min(int((o.confidence or 0) * BINS), BINS - 1)] += (o.gold == o.predicted) - (o.confidence or 0)
            lost = losses(speaker, speakers[speaker], own)
            parts += [*gaps, sum(lost.values()), len(lost)]
        for measure in SHARES:
            off = [abs(v.value - v.gold) for v in counted if v.measure == measure]
            parts += [sum(off), len(off)]
        parts += [sum(v.low <= v.gold <= v.high for v in counted), len(counted)]
        found[group] = np.array(parts)
    return found


def figures(row: NDArray[Any]) -> dict[str, float]:
    """The figures of sums over groups."""
    found, at = {}, 0
    for speaker, codes in CODES.items():
        size = len(codes) ** 2
        table, gaps = row[at : at + size].reshape(len(codes), -1), row[at + size : at + size + BINS]
        at += size + BINS + 2
        given = table.sum(axis=1) > 0
        f1 = 2 * np.diag(table) / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1e-9)
        found |= {
            f"{speaker}: surprise": ratio(row[at - 2], row[at - 1]),
            f"{speaker}: calibration error": ratio(np.abs(gaps).sum(), table.sum()),
            f"{speaker}: macro-F1": ratio(f1[given].sum(), given.sum()),
            f"{speaker}: kappa": kappa(table) if table.sum() else math.nan,
        }
    for measure in SHARES:
        found[f"error of {measure}"] = ratio(row[at], row[at + 1])
        at += 2
    return found | {"human values held by intervals": ratio(row[at], row[at + 1])}


def ratio(part: float, whole: float) -> float:
    """A share, or nothing of nothing: a resampling may hold no session that was tried in a draw."""
    return float(part / whole) if whole else math.nan


def report(draws: Sequence[Draw]) -> str:
    """The table: every figure is worked out draw by draw, and the mean of the draws is shown."""
    groups_tried = sorted({group for draw in draws for group in draw.before})
    often = np.array([np.bincount(p, minlength=len(p)) for p in resampled(len(groups_tried), RESAMPLINGS)])
    weights = np.vstack([np.ones(len(groups_tried)), often])  # all of them as they are, then the resamplings
    worked_out = []
    for draw in draws:
        own = weights[:, [groups_tried.index(group) for group in draw.before]]
        rows = (
            own @ np.stack([each[group] for group in draw.before]) for each in (draw.before, draw.always, draw.used)
        )
        worked_out.append([[list(figures(row).values()) for row in each] for each in rows])
    was, always, used = np.array(worked_out).swapaxes(0, 1)  # each of shape (draws, 1 + resamplings, figures)
    names = list(figures(next(iter(draws[0].before.values()))))
    lines = [
        f"{'':<34}{'before':>8}{'always':>9}{'90 %':>18}{'used':>9}{'90 %':>18}   {len(groups_tried)} sessions tried"
    ]
    for k, name in enumerate(names):
        line = f"{name:<34}{np.nanmean(was[:, 0, k]):>8.3f}"
        for after in (always, used):
            mean = np.nanmean(after[:, :, k] - was[:, :, k], axis=0)
            low, high = middle(mean[1:])
            line += f"{mean[0]:>+9.3f}  [{low:>+6.3f}, {high:>+6.3f}]"
        lines.append(line)
    lines.append(f"put to use in {sum(d.better for d in draws)} of {len(draws)} draws")
    for name in (f"{speaker}: {what}" for speaker in CODES for what in ("surprise", "macro-F1", "kappa")):
        k, side = names.index(name), 1 if name.endswith("surprise") else -1
        worse = [int((side * (after - was)[:, 0, k] > WORSE[name.split(": ")[1]]).sum()) for after in (always, used)]
        lines.append(f"{name} came out worse in {worse[0]} draws, as used in {worse[1]}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
