"""What somebody codes by hand, has coded, and can settle: one query for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fidelity.report.words import clock
from webapp.accounts.tables import Person
from webapp.coding import queries
from webapp.coding.services.segments import WHOLE
from webapp.coding.tables import Coding, Kind, Segment
from webapp.practice.tables import Recording

TWO = 2  # codings that can be laid side by side


@dataclass(frozen=True, slots=True)
class Part:
    """A segment with the codings of it that there are, each with its coder's name."""

    segment: Segment
    recording: Recording
    owner: str
    codings: Sequence[tuple[Coding, str]]

    @property
    def words(self) -> str:
        """Which part it is, in words."""
        what = "The whole conversation" if self.segment.chosen == WHOLE else "Twenty minutes, drawn at random"
        return f"{what}, from {clock(self.segment.start)} to {clock(self.segment.end)}"

    @property
    def own(self) -> Sequence[tuple[Coding, str]]:
        """Those that people made for themselves."""
        return [(c, name) for c, name in self.codings if c.kind == Kind.OWN]

    @property
    def agreed(self) -> Coding | None:
        """What was settled, finished or not."""
        return next((c for c, _ in self.codings if c.kind == Kind.AGREED), None)

    @property
    def finished(self) -> Sequence[tuple[Coding, str]]:
        """Those of their own that people have finished."""
        return [(c, name) for c, name in self.own if c.finished_at is not None]

    @property
    def can_settle(self) -> bool:
        """Whether there are two to lay side by side, and nobody who still codes blind to them."""
        return len(self.finished) >= TWO and (self.agreed is None or self.agreed.finished_at is None)

    def of(self, person: Person) -> Coding | None:
        """Somebody's own."""
        return next((c for c, _ in self.own if c.coder_id == person.id), None)

    def open_to(self, person: Person) -> bool:
        """Whether she may look at the codings of others: not while she codes it herself."""
        own = self.of(person)
        return own is None or own.finished_at is not None


@dataclass(frozen=True, slots=True)
class Listing:
    """All segments of recordings that are open to somebody, in the groups of the page; each stands in one of them."""

    to_do: Sequence[Part]
    to_settle: Sequence[Part]
    rest: Sequence[Part]


def of(session: Session, person: Person) -> Listing:
    """Everything that is open to her, what was changed last first."""
    parts = _parts(queries.open_to(session, person))
    to_do = [p for p in parts if (own := p.of(person)) is not None and own.finished_at is None]
    to_settle = [p for p in parts if p.can_settle and p.open_to(person)]
    seen = {p.segment.id for p in (*to_do, *to_settle)}
    return Listing(to_do, to_settle, [p for p in parts if p.segment.id not in seen])


def of_recording(session: Session, recording: Recording, owner: str) -> list[Part]:
    """The segments of one recording that is open to her, the first chosen first. Two queries."""
    segments = queries.segments_of(session, recording.id)
    codings = queries.of_segments(session, [segment.id for segment in segments])
    return [
        Part(segment, recording, owner, [(c, name) for c, name in codings if c.segment_id == segment.id])
        for segment in segments
    ]


def of_segment(session: Session, recording: Recording, owner: str, segment: Segment) -> Part:
    """One segment with its codings."""
    return Part(segment, recording, owner, queries.of_segments(session, [segment.id]))


def _parts(rows: Sequence[queries.Row]) -> list[Part]:
    found: dict[int, Part] = {}
    kept: dict[int, list[tuple[Coding, str]]] = {}
    for coding, segment, recording, owner, coder in rows:
        kept.setdefault(segment.id, []).append((coding, coder))
        found[segment.id] = Part(segment, recording, owner, kept[segment.id])
    return list(found.values())
