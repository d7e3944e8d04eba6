"""The utterances behind a cell of a confusion table: opened only for the page that shows them, and written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from fidelity.codebook import CODES
from fidelity.hand.align import Unit
from fidelity.hand.coding import utterances
from fidelity.report.words import clock as place_of
from webapp import audit, paging
from webapp.accounts.tables import Person
from webapp.agreement.services import overview as overviews
from webapp.agreement.services import worked_out
from webapp.agreement.services.chosen import Side, name
from webapp.agreement.services.overview import Overview
from webapp.errors import NotFound
from webapp.practice.services import recordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An utterance within its turn, with what each of the two gave it and the turn that was heard before it.

    ``cut`` says whose cut it is, where only one made it.
    """

    recording_id: int
    title: str
    held_on: date
    place: str
    start: float | None
    heard: str
    before: str
    text: str
    after: str
    given: tuple[tuple[str, str], tuple[str, str]]
    cut: str


def title_of(cell: str) -> tuple[str, str]:
    """The full names of its two codes.

    Raises:
        NotFound: these are no codes.
    """
    codes = cell.split(" ")
    if len(codes) != 2 or any(code not in CODES for code in codes):
        raise NotFound
    return CODES[codes[0]].name, CODES[codes[1]].name


def page(session: Session, trainer: Person, overview: Overview, cell: str, number: int) -> paging.Paged[Said]:
    """A page of what stands in a cell. Only segments of that page are opened; that they were is an event."""
    places = overview.found.cells.get(cell, ()) if overview.found else ()
    total = sum(count for _, count in places)
    number = min(number, paging.pages(total))
    first, seen, wanted = (number - 1) * paging.SIZE, 0, dict[int, tuple[int, int]]()
    for segment_id, count in places:
        low, high = max(first - seen, 0), min(first + paging.SIZE - seen, count)
        if low < high:
            wanted[segment_id] = (low, high)
        seen += count
    by_id = {one.id: one for one in overview.segments}
    opened = overviews.read_codings(session, trainer, [by_id[one] for one in wanted if one in by_id])
    said: list[Said] = []
    for one in opened:
        low, high = wanted[one.segment.id]
        there = [(pair, unit) for pair, unit, at in worked_out.units(one, overview.chosen) if at == cell]
        for pair, unit in there[low:high]:
            said.append(_said(one, pair, unit, overview, trainer))
    for recording in {one.recording.id: one.recording for one in opened}.values():
        recordings.looked_at(session, trainer, recording, "opened")
    if said:
        audit.record(session, "agreement.utterances", actor=trainer, pair=overview.chosen.pair, cell=cell, page=number)
    return paging.Paged(said, number, total)


def _said(
    one: worked_out.Opened,
    pair: tuple[Side, Side],
    unit: Unit,
    overview: Overview,
    trainer: Person,
) -> Said:
    turn = next(turn for turn in one.turns if turn.n == unit.n)
    words, cuts = turn.words, {side: _cuts(one, side, unit) for side in pair}
    made = [side for side in pair if (unit.first, unit.last) in cuts[side]]
    names = [name(side.source, overview.names, trainer) for side in pair]
    start = next(
        (u.start for side in made for u in utterances([turn], one.parses[side]) if u.first == unit.first), turn.start
    )
    return Said(
        recording_id=one.recording.id,
        title=one.recording.title,
        held_on=one.recording.held_on,
        place=f"turn {unit.n + 1}" if start is None else place_of(start),
        start=start,
        heard=next((t.text for t in reversed(one.turns) if t.n < unit.n), ""),
        before=" ".join(words[: unit.first]),
        text=" ".join(words[unit.first : unit.last]),
        after=" ".join(words[unit.last :]),
        given=((names[0], unit.codes[0]), (names[1], unit.codes[1])),
        cut="" if len(made) == 2 else names[pair.index(made[0])],
    )


def _cuts(one: worked_out.Opened, side: Side, unit: Unit) -> set[tuple[int, int]]:
    turn = next(turn for turn in one.turns if turn.n == unit.n)
    return {(u.first, u.last) for u in utterances([turn], one.parses[side])}
