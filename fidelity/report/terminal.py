"""Feedback as plain text, for reading in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from fidelity.codebook import CODES
from fidelity.conversation import Analysis, CodedTurn, Measure, Moment
from fidelity.report.words import about, interval, place, quantity, stands_on

_NARROWEST = 40  # columns; narrower than this, words would break


def terminal(analysis: Analysis, width: int) -> str:
    """What went well, one next step, three moments, the measures and the warnings, ``width`` columns wide."""
    width = max(width, _NARROWEST)
    turns = {turn.n: turn for turn in analysis.turns}
    parts = [
        *_head(analysis, width),
        *_went_well(analysis, turns, width),
        *_next_step(analysis, width),
        *_moments(analysis, turns, width),
        *_measures(analysis, width),
        *_warnings(analysis, width),
        _fill(analysis.feedback.closing, width),
    ]
    return "\n\n".join(parts) + "\n"


def _head(analysis: Analysis, width: int) -> Iterator[str]:
    yield f"{_fill(analysis.recording.name, width)}\n{_fill(about(analysis), width)}"
    yield _fill("A machine wrote this: take it as places to look. You know this conversation best.", width)


def _went_well(analysis: Analysis, turns: Mapping[int, CodedTurn], width: int) -> Iterator[str]:
    yield _heading("What went well")
    if not analysis.feedback.went_well:
        yield _fill("There is too little here to say.", width)
    for moment in analysis.feedback.went_well:
        yield "\n".join([_where(moment, turns), _quote("You said", moment.said, width), _fill(moment.note, width, 2)])


def _next_step(analysis: Analysis, width: int) -> Iterator[str]:
    step = analysis.feedback.next_step
    yield _heading("One next step")
    yield f"{_fill(step.title, width)}\n{_fill(step.text, width, 2)}"


def _moments(analysis: Analysis, turns: Mapping[int, CodedTurn], width: int) -> Iterator[str]:
    yield _heading("Moments worth hearing again")
    if not analysis.feedback.moments:
        yield _fill("None stood out in this conversation.", width)
    for moment in analysis.feedback.moments:
        lines = [_where(moment, turns)]
        if moment.heard:
            lines.append(_quote("You heard", moment.heard, width))
        lines.append(_quote("You said", moment.said, width))
        if moment.another_way:
            lines.append(_quote("Another way", moment.another_way, width))
        yield "\n".join([*lines, _fill(moment.note, width, 2)])


def _measures(analysis: Analysis, width: int) -> Iterator[str]:
    yield _heading("Measures")
    yield _fill("In brackets: the range the value could lie in, given how unsure the machine is (90%).", width)
    # What can be shown first; what cannot still says why.
    ordered = sorted(analysis.scores.measures, key=lambda measure: measure.value is None)
    yield "\n".join(_measure(measure, width) for measure in ordered)
    if any(measure.thresholds for measure in analysis.scores.measures):
        yield _fill("The published marks are expert opinion, without norms behind them.", width)


def _measure(measure: Measure, width: int) -> str:
    if measure.value is None:
        return _fill(f"{measure.title}: no value. {measure.withheld or ''}".rstrip(), width, hang=2)
    spread = f" ({interval(measure)})" if interval(measure) else ""
    text = f"{measure.title}: {quantity(measure.value, measure.unit)}{spread}, from {stands_on(measure)}."
    if measure.thresholds:
        marks = measure.thresholds
        fair, good = quantity(marks.fair, measure.unit), quantity(marks.good, measure.unit)
        text += f" Published marks: fair {fair}, good {good}."
    if measure.caution:
        text += f" {measure.caution}"
    return _fill(text, width, hang=2)


def _warnings(analysis: Analysis, width: int) -> Iterator[str]:
    if analysis.recording.warnings:
        yield _heading("Please note")
        yield "\n".join(_fill(warning, width, hang=2) for warning in analysis.recording.warnings)


def _where(moment: Moment, turns: Mapping[int, CodedTurn]) -> str:
    where = place(turns[moment.n], moment.u)
    heading = f"At {where}" if ":" in where else where.capitalize()
    return f"{heading}, {CODES[moment.code].name.lower()}" if moment.code in CODES else heading


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}"


def _quote(label: str, text: str, width: int) -> str:
    return textwrap.fill(
        text, width, initial_indent=f"  {label + ':':<13}", subsequent_indent=" " * 15, break_on_hyphens=False
    )


def _fill(text: str, width: int, indent: int = 0, hang: int = 0) -> str:
    first, rest = " " * indent, " " * (indent + hang)
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
