"""What the page for putting things right shows, worked out before any HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fidelity.codebook import CODES
from fidelity.conversation import Analysis, CodedTurn, CodedUtterance, Measure
from fidelity.report.marks import MARKS
from fidelity.report.view import belief
from fidelity.report.words import ROLES, clock, interval, quantity, stands_on, voices
from webapp import paging
from webapp.accounts.tables import Person
from webapp.practice.queries import recordings as queries
from webapp.practice.services import analyses, corrections, present
from webapp.practice.services.corrected import FAMILIES, OPPOSITE, SaidMark, TurnMark, apply
from webapp.practice.services.told import NAMES, code_name
from webapp.practice.tables import Correction, Recording

# What the strip shows: enough to see something move, few enough to take in.
_STRIP = (
    "reflections_to_questions", "percent_open", "percent_complex", "mi_non_adherent", "change_talk_share",
    "practitioner_talk_share",
)  # fmt: skip
_WORDS_SHOWN = 3  # on each side of a place where a turn can be split


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance. ``machine`` is the name of the machine's code where hers stands in its place."""

    u: int
    text: str
    code: str
    name: str
    letters: str
    suggested: bool
    belief: str
    why: str
    new_words: bool
    hers: str
    reason: str
    settled: bool
    verdict: str
    machine: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One turn."""

    n: int
    speaker: str
    who: str
    other: str
    since: str
    start: float | None
    end: float | None
    lines: tuple[Line, ...]
    left_out: bool
    changes: tuple[str, ...]
    waits: bool
    last: bool
    codes: tuple[tuple[str, str], ...]

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Where it can be split: utterance and word, with the words around it."""
        words = [(line.u, k, word) for line in self.lines for k, word in enumerate(line.text.split())]
        return tuple(
            (
                f"{u}:{k}",
                f"{_joined(words[max(0, i - _WORDS_SHOWN) : i])} | {_joined(words[i : i + _WORDS_SHOWN])}",
            )
            for i, (u, k, _) in enumerate(words)
            if i
        )


@dataclass(frozen=True, slots=True)
class Now:
    """A measure as it stands; ``machine`` is what it was before anything was put right, where that differs."""

    title: str
    value: str
    interval: str
    stands_on: str
    withheld: str
    machine: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The measures, and what can be done to the whole conversation."""

    measures: tuple[Now, ...]
    changes: int
    last: str
    swapped: bool
    exchanging: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history."""

    row: Correction
    person: Person
    name: str
    before: str
    after: str
    reason: str


class View:
    """The conversation as it stands, or as the machine heard it, and its measures."""

    def __init__(self, session: Session, recording: Recording, *, by_machine: bool = False) -> None:
        machine = present.base(session, recording)
        own = not by_machine
        self._now = present.corrected(session, recording, by_machine=machine) if own else apply(machine.turns, [])
        pairs = zip(self._now.turns, self._now.marks, strict=True)
        self._names = voices([turn for turn, mark in pairs if not mark.left_out])
        self.strip = _strip(session, recording, machine)

    @property
    def rows(self) -> Iterator[Row]:
        """Every turn."""
        return (self._row(n) for n in range(len(self._now.turns)))

    def row(self, n: int) -> Row | None:
        """Turn ``n``, if there is one."""
        return self._row(n) if 0 <= n < len(self._now.turns) else None

    def _row(self, n: int) -> Row:
        turn, mark = self._now.turns[n], self._now.marks[n]
        who = self._names.get((mark.speaker, turn.voice), ROLES[mark.speaker])
        return _row(turn, mark, who, last=n == len(self._now.turns) - 1)


def strip(session: Session, recording: Recording) -> Strip:
    """The measures alone."""
    return _strip(session, recording, present.base(session, recording))


def history(session: Session, recording: Recording, page: int) -> paging.Paged[Event]:
    """Everything that was put right or taken back, the latest first."""
    found = paging.fetch(session, queries.history(recording.id), page)
    events = [_event(session, recording, row, person) for row, person in found.items]
    return paging.Paged(events, found.number, found.total)


def _event(session: Session, recording: Recording, row: Correction, person: Person) -> Event:
    told = present.read(session, recording, row)
    return Event(row, person, NAMES[row.kind], str(told["before"]), str(told["after"]), str(told["reason"]))


def _strip(session: Session, recording: Recording, machine: Analysis) -> Strip:
    now, _ = analyses.now(session, recording)
    rows = queries.corrections(session, recording.id)
    wanted = sum(row.kind == corrections.SWAP for row in rows) % 2 == 1
    return Strip(
        measures=tuple(_now(now.scores.measure(name), machine.scores.measure(name)) for name in _STRIP),
        changes=len(rows),
        last=NAMES[rows[-1].kind] if rows else "",
        swapped=recording.swapped,
        exchanging=wanted != recording.swapped,
        fresh=present.up_to_date(session, recording),
    )


def _now(measure: Measure, machine: Measure) -> Now:
    value, before = _value(measure), _value(machine)
    told = before or "withheld"
    same = (measure.value, measure.low, measure.high) == (machine.value, machine.low, machine.high)
    return Now(
        measure.title, value, interval(measure), stands_on(measure), measure.withheld or "", "" if same else told
    )


def _value(measure: Measure) -> str:
    return "" if measure.value is None else quantity(measure.value, measure.unit)


def _row(turn: CodedTurn, mark: TurnMark, who: str, *, last: bool) -> Row:
    did = (
        (mark.other_limits, "split or joined by you"),
        (mark.other_speaker, "given to this person by you"),
        (any(said.new_words for said in mark.said), "words changed by you"),
        (any(said.asked for said in mark.said) and not mark.left_out, "coded by you"),
        (any(said.settled for said in mark.said) and not mark.left_out, "settled by your trainer"),
    )
    return Row(
        n=turn.n,
        speaker=mark.speaker,
        who=who,
        other=ROLES[OPPOSITE[mark.speaker]].lower(),
        since="" if turn.start is None else clock(turn.start),
        start=turn.start,
        end=turn.end,
        lines=tuple(_line(said, own) for said, own in zip(turn.utterances, mark.said, strict=True)),
        left_out=mark.left_out,
        changes=tuple(words for true, words in did if true),
        waits=mark.waits,
        last=last,
        codes=tuple((code, CODES[code].name) for code in FAMILIES[mark.speaker]),
    )


def _line(said: CodedUtterance, own: SaidMark) -> Line:
    look = MARKS.get(said.code or "")
    return Line(
        u=said.u,
        text=said.text,
        code=said.code or "",
        name=code_name(said.code) if said.code else "",
        letters=look.letters if look else "",
        suggested=said.status == "suggested",
        belief=belief(own.machine),
        why=own.machine.why,
        new_words=own.new_words,
        hers=own.asked,
        settled=own.settled,
        verdict=own.verdict,
        reason=own.reason,
        machine=code_name(own.machine.code),
        waits=own.waits,
    )


def _joined(words: Sequence[tuple[int, int, str]]) -> str:
    return " ".join(word for _, _, word in words)
