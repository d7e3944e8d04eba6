"""What a finished coding comes to, beside the published marks and the machine's own codes of the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fidelity.hand.coding import as_coded
from fidelity.measures import COUNTS, MEASURES, Definition
from fidelity.report.words import quantity
from fidelity.score import score
from webapp.accounts.tables import Person
from webapp.coding import queries
from webapp.coding.services import codings, listing, read
from webapp.coding.services.codings import Opened
from webapp.coding.tables import Coding
from webapp.errors import NotFound, Refused
from webapp.practice.services import measured

_NONE = "Too little to say"
_TIMED = ("practitioner_talk_share", "practitioner_turn", "client_turn", "longest_monologue", "interruptions", "pause")


@dataclass(frozen=True, slots=True)
class Line:
    """A measure: by hand, by the machine, and what is published of it."""

    title: str
    by_hand: str
    by_machine: str
    marks: str
    caution: str


@dataclass(frozen=True, slots=True)
class Result:
    """A finished coding with its numbers."""

    opened: Opened
    part: str
    coder: str
    measures: Sequence[Line]
    counts: Sequence[Line]


def of(session: Session, person: Person, number: int) -> Result:
    """A finished coding that she may see: hers, or another's of a recording that is open to her.

    Raises:
        NotFound: there is none, or the recording is not open to her.
        Refused: it is not finished, or she codes the same part herself still.
    """
    coding = session.get(Coding, number)
    if coding is None:
        raise NotFound
    opened = codings.opened(session, person, coding)
    if coding.finished_at is None:
        if coding.coder_id != person.id:
            raise NotFound
        raise Refused("This coding is not finished yet. Its numbers, and the machine's, can be seen once it is.")
    part = listing.of_segment(session, opened.recording, opened.owner_name, opened.segment)
    if not part.open_to(person):
        raise Refused("You are coding this yourself. Finish first: what others made of it would colour what you hear.")
    by_hand = {m.name: m.value for m in queries.measures(session, coding.id)}
    found = score(as_coded(opened.turns, read.machine(session, opened.segment)))
    machine = {m.name: m.marked for m in (*found.counts, *found.measures)}
    coder = session.get_one(Person, coding.coder_id).name
    return Result(
        opened,
        part.words,
        coder,
        [_line(d, by_hand, machine) for d in MEASURES if d.name not in _TIMED],
        [_line(d, by_hand, machine) for d in COUNTS],
    )


def _line(definition: Definition, by_hand: dict[str, float | None], machine: dict[str, float | None]) -> Line:
    known = measured.every().get(definition.name)
    return Line(
        title=known.of_a_group if known else definition.title,
        by_hand=_words(definition, by_hand.get(definition.name)),
        by_machine=_words(definition, machine.get(definition.name)),
        marks=known.published if known else "",
        caution=(known.caution if known else None) or "",
    )


def _words(definition: Definition, value: float | None) -> str:
    return _NONE if value is None else quantity(value, definition.unit)
