"""Two codings of a segment side by side: where they differ, and what is agreed in the end.

What both made alike is agreed from the start. Where only codes differ, the parse is taken over and the code is left
open; where the parse differs, the whole turn is. What is agreed is a coding of its own, to be changed in the workbench
too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy.orm import Session

from fidelity.codebook import CODES
from fidelity.hand.coding import HandUtterance, HeardTurn, Parse, utterances
from fidelity.report.words import clock
from webapp.accounts.tables import Person
from webapp.coaching.services import queue
from webapp.coding.services import codings, listing, read
from webapp.coding.services.codings import Opened
from webapp.coding.services.listing import TWO, Part
from webapp.coding.tables import Segment
from webapp.errors import NotFound, Refused

FIRST, SECOND = "first", "second"


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance as a page shows it. ``differs`` says that the other coder made something else of it."""

    text: str
    code: str
    name: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A turn that two made something else of; ``now`` is what is agreed, ``heard`` the turn before it."""

    turn: HeardTurn
    heard: str
    first: tuple[Said, ...]
    second: tuple[Said, ...]
    now: tuple[Said, ...]

    @property
    def at(self) -> str:
        """Where it is, in words."""
        return f"Turn {self.turn.n + 1}" if self.turn.start is None else clock(self.turn.start)

    @property
    def settled(self) -> bool:
        """Whether each utterance that is agreed has a code."""
        return all(said.code for said in self.now)

    @property
    def chosen(self) -> str:
        """Whose it is that is agreed, where it is just one of the two."""
        for name, said in ((FIRST, self.first), (SECOND, self.second)):
            if [(s.text, s.code) for s in said] == [(s.text, s.code) for s in self.now]:
                return name
        return ""


@dataclass(frozen=True, slots=True)
class Settling:
    """Two codings and what is agreed; ``opened`` is the coding of the agreed."""

    part: Part
    names: tuple[str, str]
    opened: Opened
    places: Sequence[Place]
    alike: int  # turns that both made the same of

    @property
    def open(self) -> int:
        """How many places are not settled yet."""
        return sum(not place.settled for place in self.places)


def of(session: Session, person: Person, segment_id: int) -> Settling:
    """What two made of a segment, and what is agreed so far; begun by whoever comes first.

    Raises:
        NotFound: the recording is not open to her.
        Refused: she codes it herself still, or fewer than two have finished.
    """
    part = _part(session, person, segment_id)
    there = part.agreed
    turns = read.heard(session, part.segment)
    both = [read.parses(session, coding) for coding, _ in part.finished[:TWO]]
    if there is None:
        there = codings.begin_agreed(session, person, part.segment, _common(turns, both[0], both[1]))
    opened = codings.opened(session, person, there)
    first, second = part.finished[:TWO]
    differ = [turn for turn in turns if turn.speaker != "other" and _of(both[0], turn) != _of(both[1], turn)]
    before = {turn.n: earlier.text for earlier, turn in pairwise(turns)}
    places = [
        Place(
            turn,
            before.get(turn.n, ""),
            *_side_by_side(turn, both[0], both[1]),
            _shown(utterances([turn], opened.parses), frozenset()),
        )
        for turn in differ
    ]
    coded = sum(turn.speaker != "other" for turn in turns)
    return Settling(part, (first[1], second[1]), opened, places, coded - len(places))


def settle(session: Session, person: Person, segment_id: int, choices: Mapping[int, str], seen: int) -> int:
    """Take one of the two for some turns, ``first`` or ``second``; what is left out stays as it is.

    Raises:
        NotFound, Refused: as ``of``; ``codings.Moved``: somebody settled something since the page was made.
    """
    found = of(session, person, segment_id)
    both = {FIRST: found.part.finished[0][0], SECOND: found.part.finished[1][0]}
    wanted = {place.turn.n: choices[place.turn.n] for place in found.places if choices.get(place.turn.n) in both}
    parses = {name: read.parses(session, both[name]) for name in set(wanted.values())}
    turns = {place.turn.n: place.turn for place in found.places}
    changes = {n: [list(cut) for cut in _of(parses[name], turns[n])] for n, name in wanted.items()}
    return codings.keep(session, person, found.opened, changes, seen)


def _part(session: Session, person: Person, segment_id: int) -> Part:
    segment = session.get(Segment, segment_id)
    if segment is None:
        raise NotFound
    recording = queue.get(session, person, segment.recording_id)
    owner = session.get_one(Person, recording.owner_id).name
    part = listing.of_segment(session, recording, owner, segment)
    if not part.open_to(person):
        raise Refused("You are coding this yourself. Finish first: what others made of it would colour what you hear.")
    if len(part.finished) < TWO:
        raise Refused("It takes two finished codings of the same part to lay them side by side.")
    return part


def _of(parses: Mapping[int, Parse], turn: HeardTurn) -> Parse:
    return parses.get(turn.n) or ((0, None),)


def _common(turns: Sequence[HeardTurn], first: Mapping[int, Parse], second: Mapping[int, Parse]) -> dict[int, Parse]:
    """What both made alike, turn by turn: parse and codes, or the parse alone."""
    found: dict[int, Parse] = {}
    for turn in turns:
        one, other = _of(first, turn), _of(second, turn)
        if [at for at, _ in one] == [at for at, _ in other]:
            found[turn.n] = tuple(
                (at, code if code == theirs else None) for (at, code), (_, theirs) in zip(one, other, strict=True)
            )
    return found


def _side_by_side(
    turn: HeardTurn, first: Mapping[int, Parse], second: Mapping[int, Parse]
) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    one, other = utterances([turn], first), utterances([turn], second)
    alike = frozenset((u.first, u.last, u.code) for u in one) & frozenset((u.first, u.last, u.code) for u in other)
    return _shown(one, alike), _shown(other, alike)


def _shown(said: Sequence[HandUtterance], alike: frozenset[tuple[int, int, str | None]]) -> tuple[Said, ...]:
    return tuple(
        Said(
            u.text,
            u.code or "",
            CODES[u.code].name if u.code else "No code yet",
            (u.first, u.last, u.code) not in alike,
        )
        for u in said
    )
