"""The feedback page of a recording, worked out before any HTML. How lines and measures read is the engine's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from fidelity.codebook import CODES
from fidelity.conversation import Analysis, CodedTurn, Measure
from fidelity.report.view import Page, Shown, page, time_span
from fidelity.report.words import clock, length, voices
from webapp.practice.services import analyses
from webapp.practice.services.learn_more import LearnMore
from webapp.practice.tables import Recording

_TIME = frozenset(
    {"practitioner_talk_share", "practitioner_turn", "client_turn", "longest_monologue", "interruptions", "pause"}
)
# What stands beside her own view of how much she listened.
_BESIDE = ("reflections", "questions", "GI", "mi_non_adherent", "practitioner_talk_share")
_STRETCH, _LONG_STRETCH = 60, 300  # s of one row of the timeline's table
_MANY = 30  # rows of a minute; with more, rows are of five
_LEAST_SHARE = 0.05  # the next best code is not worth naming below this

__all__ = ["Feedback", "clock", "length", "of", "time_span"]


@dataclass(frozen=True, slots=True)
class Talk:
    """How long one voice speaks; ``share`` of all talk in percent, ``before`` the shares of those shown earlier."""

    speaker: str
    voice: str
    seconds: float
    share: float
    before: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A row of the table behind the timeline: what is heard from ``start`` on, and the line it begins with."""

    start: float
    line: str
    talk: Mapping[str, float]  # s by speaker
    codes: Sequence[tuple[str, int]]  # name and how often


@dataclass(frozen=True, slots=True)
class Feedback:
    """Everything the page shows of a conversation."""

    analysis: Analysis
    page: Page
    skills: Sequence[Shown]
    times: Sequence[Shown]
    withheld: Sequence[Measure]
    beside: Sequence[Shown]
    talk: Sequence[Talk]
    stretches: Sequence[Stretch]
    details: Mapping[str, Any]


def of(session: Session, recording: Recording, learn: LearnMore) -> Feedback:
    """The feedback on a recording as it stands now.

    Raises:
        NotFound: there is none yet.
    """
    analysis = analyses.shown(session, recording)
    view = page(analysis)
    shown = [one for one in view.measures if one.scale]
    counts = {one.measure.name: one for one in (*view.counts, *view.measures)}
    return Feedback(
        analysis=analysis,
        page=view,
        skills=[one for one in shown if one.measure.name not in _TIME],
        times=[one for one in shown if one.measure.name in _TIME],
        withheld=[one.measure for one in view.measures if not one.scale],
        beside=[counts[name] for name in _BESIDE if counts[name].measure.value is not None],
        talk=_talk(analysis.turns),
        stretches=_stretches(analysis.turns),
        details=_details(analysis.turns, learn),
    )


def _talk(turns: Sequence[CodedTurn]) -> list[Talk]:
    names = voices(turns)
    seconds: Counter[tuple[Any, str | None]] = Counter()
    for turn in turns:
        seconds[turn.speaker, turn.voice] += (turn.end or 0.0) - (turn.start or 0.0)  # type: ignore[assignment]
    whole, before, found = sum(seconds.values()), 0.0, []
    order = ("practitioner", "client", "other")
    for key in sorted(seconds, key=lambda key: (order.index(key[0]), names[key])):
        share = round(100 * seconds[key] / whole, 2) if whole else 0.0
        found.append(Talk(key[0], names[key], seconds[key], share, round(before, 2)))
        before += share
    return found if whole else []


def _stretches(turns: Sequence[CodedTurn]) -> list[Stretch]:
    """Who spoke and what was heard, minute by minute, or in fives where an hour would make a list nobody reads."""
    timed = [turn for turn in turns if turn.start is not None and turn.utterances]
    if not timed:
        return []
    size = _STRETCH if (timed[-1].start or 0) < _STRETCH * _MANY else _LONG_STRETCH
    rows: dict[int, list[CodedTurn]] = {}
    for turn in timed:
        rows.setdefault(int((turn.start or 0) // size), []).append(turn)
    found = []
    for within in rows.values():
        talk: Counter[str] = Counter()
        for turn in within:
            talk[turn.speaker] += (turn.end or 0.0) - (turn.start or 0.0)  # type: ignore[assignment]
        heard = Counter(said.code for turn in within for said in turn.utterances)
        codes = [(code.name, heard[short]) for short, code in CODES.items() if heard[short] and short != "NC"]
        first = within[0]
        found.append(Stretch(first.start or 0.0, f"t{first.n}u{first.utterances[0].u}", talk, codes))
    return found


def _details(turns: Sequence[CodedTurn], learn: LearnMore) -> dict[str, Any]:
    """What the page tells of a line when its code is chosen, in the order of the lines, no reason written twice.

    Of each line: its code, how sure the engine is (percent), the next best code and how sure of that, and the number
    of the reason. A code that a person gave has no doubt and says so with ``null``.
    """
    reasons: dict[str, int] = {}
    lines = []
    for turn in turns:
        for said in turn.utterances:
            ranked = sorted(said.probabilities.items(), key=lambda one: -one[1])
            rest = next((one for one in ranked if one[0] != said.code), ("", 0.0))
            believed = said.probabilities.get(said.code or "")
            sure = None if believed is None else round(100 * believed)
            after = [rest[0], round(100 * rest[1])] if rest[1] >= _LEAST_SHARE else ["", 0]
            doubt = int(said.status == "suggested")
            lines.append([said.code, sure, *after, reasons.setdefault(said.why, len(reasons)), doubt])
    codes = {short: {"name": code.name, "meaning": code.meaning} for short, code in CODES.items()}
    for short, module in learn.codes.items():
        codes[short] |= {"module": module.title, "to": f"/learn/{learn.course}/{module.slug}"}
    return {"lines": lines, "reasons": list(reasons), "codes": codes}
