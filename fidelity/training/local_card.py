"""The card of a local calibration: what it stands on, what it changed, and what it is not for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fidelity.classify.local import CODES, Local

if TYPE_CHECKING:
    from fidelity.training.double_coded import Session
    from fidelity.training.local import Figures

_FARTHER = 1.1  # times the distance before; less is within what another few sessions would give
_FEW = 20  # times a code was given; of fewer, its figures and its offset say little


def card(
    local: Local,
    before: Figures,
    after: Figures,
    reasons: Sequence[str],
    found: Sequence[Session],
    *,
    left: Sequence[str] = (),
) -> str:
    """The card as Markdown; the same data give the same text."""
    agreed = sum(s.agreed for s in found)
    if not reasons:
        verdict = "**Better than the models alone** on sessions it had not seen. It can be put to use."
    else:
        use = (
            "It can be used all the same, because --anyway was given."
            if local.anyway
            else "It is not put to use unless it is made again with --anyway."
        )
        verdict = f"**No better than the models alone** on sessions it had not seen. {' '.join(reasons)} {use}"
    verdict = " ".join([verdict, *left])
    lines = [
        "# Local calibration",
        "",
        verdict,
        "",
        f"Learned from {local.sessions} double-coded sessions ({len(found)} stretches: {agreed} with an agreed coding, "
        f"{len(found) - agreed} with several coders' own, each at an equal share).",
        "It moves how sure the shipped models are of each code, and how wide intervals are. It changes no model.",
        "",
        "## Before and after",
        "",
        "Each session was coded with a calibration learned from the other sessions only (grouped cross-validation). "
        "Brackets hold 90 % of resamplings of whole sessions.",
        "If the shipped models were trained on these very sessions, “before” is flattered.",
        "",
        "| codes | n | macro-F1 before | after | kappa before | after | calibration error before | after |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for old, new in zip(before.tasks, after.tasks, strict=True):
        lines.append(
            f"| {old.task} | {old.n} | {_with(old.macro_f1, old.macro_f1_interval)} | "
            f"{_with(new.macro_f1, new.macro_f1_interval)} | {_with(old.kappa, old.kappa_interval)} | "
            f"{_with(new.kappa, new.kappa_interval)} | {_number(old.calibration_error)} | "
            f"{_number(new.calibration_error)} |"
        )
    lines += [
        "",
        "| measure of a session | n | human value held by the 90 % interval before | after | distance from it before "
        "| after | ICC before | after | bias before | after |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    olds, news = ({s.measure: s for s in f.sessions} for f in (before, after))
    for measure in sorted({*before.coverage, *after.coverage}):
        (a, n), (b, m) = before.coverage.get(measure, (0, 0)), after.coverage.get(measure, (0, 0))
        both = (olds.get(measure), news.get(measure))
        cells = [_number(f.distance.get(measure)) for f in (before, after)]
        cells += [_with(f.icc, f.icc_interval) if f else "–" for f in both]
        cells += [f"{f.bias:+.2f}" if f else "–" for f in both]
        lines.append(f"| {measure} | {n} | {a} of {n} | {b} of {m} | {' | '.join(cells)} |")
    lines += [
        "",
        "The distance is the mean of sessions. ICC and bias (machine less human) are given from eight sessions on. A "
        "measure that is withheld in a session does not count there.",
        "",
        "## What was moved",
        "",
        "| speaker | sharpness | intervals | offsets of the log probabilities |",
        "|---|---|---|---|",
    ]
    for speaker, moved in local.speakers.items():
        told = ", ".join(f"{code} {value:+.2f}" for code, value in moved.offsets.items() if abs(value) >= 0.005)
        lines.append(f"| {speaker} | {moved.sharpness:.3f} | × {moved.spread:.3f} | {told or 'none'} |")
    lines += ["", "## Weak", "", *_weak(before, after, found)]
    lines += [
        "",
        "## What it is not for",
        "",
        "- Judging, ranking or paying anybody. It makes the machine code more as these coders do, not more rightly.",
        "- Other services, other coders, other models than those named in `calibration.json`.",
        "- Comparing analyses made with it and without it as if nothing had changed between them.",
    ]
    return "\n".join(lines) + "\n"


def _weak(before: Figures, after: Figures, found: Sequence[Session]) -> list[str]:
    given: Counter[str] = Counter()
    for s in found:
        for parsed in s.parsed:
            given.update(code for row in parsed.codes for code in row if code is not None)
    lines = []
    for task in after.tasks:
        codes = CODES[task.task]
        few = [f"{code} ({given[code]})" for code in codes if given[code] < _FEW]
        if few:
            lines.append(f"- Of the {task.task}'s codes given fewer than {_FEW} times: {', '.join(few)}.")
        poor = [f"{c.label} ({c.f1:.2f})" for c in task.classes if c.n >= _FEW and c.f1 < 0.4]
        if poor:
            lines.append(f"- Seldom right even so (F1): {', '.join(poor)}.")
    farther = [
        f"{measure} ({was:.2f}, now {after.distance[measure]:.2f})"
        for measure, was in sorted(before.distance.items())
        if after.distance.get(measure, 0.0) > _FARTHER * was
    ]
    if farther:
        lines.append(f"- Farther from what humans counted than without it: {', '.join(farther)}.")
    return lines or ["- No code stands out."]


def _with(value: float, interval: tuple[float, float]) -> str:
    return f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
