"""What the page shows, worked out before any HTML: the template only lays it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fidelity.codebook import CODES
from fidelity.conversation import Analysis, CodedTurn, CodedUtterance, Measure, Moment, UtteranceRef
from fidelity.report.marks import ABOVE, BELOW, MARKS, Mark
from fidelity.report.scales import Scale, scale
from fidelity.report.words import clock, interval, place, quantity, stands_on, voices

_UNSURE_VOICE = 0.7  # Below this certainty of the speaker a line says so; nearer to .5 it is a coin toss.
_SHOWN_SHARE = 0.05  # Codes less likely than this are not worth naming as the next best.
MITI_LEAST = 600.0  # s. MITI 4.2.1 asks for about ten minutes before a global rating is given.


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance in the transcript."""

    id: str
    place: str
    start: float | None
    end: float | None
    text: str
    code: str | None
    mark: Mark | None
    name: str
    meaning: str
    suggested: bool
    belief: str
    why: str


@dataclass(frozen=True, slots=True)
class Block:
    """One turn in the transcript."""

    n: int
    speaker: str
    voice: str
    since: str
    until: str
    unsure: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A moment of the feedback with the line it points at."""

    moment: Moment
    line: Line


@dataclass(frozen=True, slots=True)
class Shown:
    """A measure with everything in words."""

    measure: Measure
    marked: str
    value: str
    interval: str
    stands_on: str
    scale: Scale | None
    mark: Mark | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Global:
    """Evidence for one MITI global."""

    title: str
    asks: str
    supports: tuple[Line, ...]
    questions: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template needs."""

    blocks: tuple[Block, ...]
    went_well: tuple[Card, ...]
    moments: tuple[Card, ...]
    step_measure: str
    measures: tuple[Shown, ...]
    counts: tuple[Shown, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: tuple[Global, ...]
    filters: tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...]
    suggested: int
    timeline: Mapping[str, Any]
    timed: bool
    short: bool


def page(analysis: Analysis) -> Page:
    """The view of one analysis."""
    names = voices(analysis.turns)
    blocks = tuple(_block(turn, names[turn.speaker, turn.voice]) for turn in analysis.turns)
    lines = {line.id: line for block in blocks for line in block.lines}
    measures = tuple(_shown(measure) for measure in analysis.scores.measures)
    timed = bool(blocks) and all(turn.start is not None and turn.end is not None for turn in analysis.turns)
    duration, step = analysis.recording.duration, analysis.feedback.next_step
    counts = analysis.scores.counts
    notes = tuple(dict.fromkeys(count.caution for count in counts if count.caution))

    def cards(moments: Sequence[Moment]) -> tuple[Card, ...]:
        return tuple(Card(moment, lines[_id(moment.n, moment.u)]) for moment in moments)

    def found(refs: Sequence[UtteranceRef]) -> tuple[Line, ...]:
        return tuple(lines[_id(ref.n, ref.u)] for ref in refs)

    return Page(
        blocks=blocks,
        went_well=cards(analysis.feedback.went_well),
        moments=cards(analysis.feedback.moments),
        step_measure=analysis.scores.measure(step.measure).title if step.measure else "",
        measures=measures,
        counts=tuple(_shown(count, notes.index(count.caution) + 1 if count.caution else 0) for count in counts),
        notes=notes,
        sources=tuple(dict.fromkeys(_source(m.measure) for m in measures if m.measure.thresholds)),
        evidence=tuple(
            Global(e.title, e.asks, found(e.supports), found(e.questions)) for e in analysis.scores.evidence
        ),
        filters=_filters(analysis.turns),
        suggested=sum(line.suggested for line in lines.values()),
        timeline=_timeline(analysis.turns, names, timed),
        timed=timed,
        short=duration is not None and duration < MITI_LEAST,
    )


def _id(n: int, u: int) -> str:
    return f"t{n}u{u}"


def _block(turn: CodedTurn, voice: str) -> Block:
    lines = tuple(_line(turn, said) for said in turn.utterances)
    since, until = ("" if edge is None else clock(edge) for edge in (turn.start, turn.end))
    return Block(turn.n, turn.speaker, voice, since, until, turn.certainty < _UNSURE_VOICE, lines)


def _line(turn: CodedTurn, said: CodedUtterance) -> Line:
    code = CODES.get(said.code or "")
    return Line(
        id=_id(turn.n, said.u),
        place=place(turn, said.u),
        start=said.start,
        end=said.end,
        text=said.text,
        code=said.code,
        mark=MARKS.get(said.code or ""),
        name=code.name if code else "",
        meaning=code.meaning if code else "",
        suggested=code is not None and said.status == "suggested",
        belief=belief(said),
        why=said.why,
    )


def belief(said: CodedUtterance) -> str:
    """How sure the engine is of the code, and what it took for the next best."""
    if said.code is None or not said.probabilities:
        return ""
    text = f"The engine is {said.probabilities.get(said.code, 0.0):.0%} sure of this."
    rest = sorted((item for item in said.probabilities.items() if item[0] != said.code), key=lambda i: (-i[1], i[0]))
    if rest and rest[0][1] >= _SHOWN_SHARE and rest[0][0] in CODES:
        text += f" Next: {CODES[rest[0][0]].name.lower()}, {rest[0][1]:.0%}."
    return text


def _shown(measure: Measure, note: int = 0) -> Shown:
    """A measure in words; ``note`` says how many stars lead to its caution under the table."""
    value = "" if measure.value is None else quantity(measure.value, measure.unit)
    marked = "" if measure.marked is None else quantity(measure.marked, measure.unit)
    mark = MARKS.get(measure.name)
    return Shown(measure, marked, value, interval(measure), stands_on(measure), scale(measure), mark, "*" * note)


def _source(measure: Measure) -> str:
    marks = measure.thresholds
    if marks is None:
        return ""
    fair, good = quantity(marks.fair, measure.unit), quantity(marks.good, measure.unit)
    return f"{measure.title}: fair from {fair}, good from {good}. {marks.source}."


def _filters(turns: Sequence[CodedTurn]) -> tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...]:
    """Codes that occur, with how many lines carry each, by who can get them."""
    found = Counter(said.code for turn in turns for said in turn.utterances)
    groups: dict[str, list[tuple[str, str, int]]] = {"Practitioner": [], "Client": []}
    for short, code in CODES.items():
        if found[short]:
            label = "Client" if code.behaviour in ("change", "sustain", "neutral") else "Practitioner"
            groups[label].append((short, code.name, found[short]))
    return tuple((label, tuple(codes)) for label, codes in groups.items() if codes)


def _timeline(
    turns: Sequence[CodedTurn], names: Mapping[tuple[Any, str | None], str], timed: bool
) -> Mapping[str, Any]:
    """Bars and marks for the chart. Text stays in the transcript; the chart looks it up there by id."""
    bars, marks = [], []
    for turn in turns:
        start = turn.start if timed and turn.start is not None else turn.n + 0.6
        length = (turn.end or start) - start if timed else 0.8
        first = _id(turn.n, turn.utterances[0].u) if turn.utterances else None
        bars.append([turn.speaker, names[turn.speaker, turn.voice], round(start, 2), round(length, 2), first])
        for said in turn.utterances:
            mark = MARKS.get(said.code or "")
            if mark is None or mark.row is None:
                continue
            at = said.start if timed and said.start is not None else start + length * said.u / len(turn.utterances)
            marks.append([said.code, round(at, 2), _id(turn.n, said.u), said.status == "suggested"])
    looks = {
        code: {"letters": m.letters, "family": m.family, "symbol": m.symbol, "row": m.row, "name": CODES[code].name}
        for code, m in MARKS.items()
        if m.row is not None
    }
    return {"timed": timed, "above": ABOVE, "below": BELOW, "bars": bars, "marks": marks, "codes": looks}


def time_span(card: Card) -> str:
    """When a moment is, for its listen button: 3:07 to 3:21."""
    moment = card.moment
    if moment.start is None or moment.end is None:
        return card.line.place
    return f"{clock(moment.start)} to {clock(moment.end)}"
