"""Coding a segment by hand: assigned, kept with each keystroke, finished, counted; blind to the machine and to others.

A coding is open to its coder alone until she has finished it. Everything asks anew whether the recording is still
open to her: where its owner has taken it back, nothing of it is given out and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from fidelity.codebook import CLIENT_CODES, PRACTITIONER_CODES, Code
from fidelity.conversation import Speaker
from fidelity.hand.coding import HandUtterance, HeardTurn, Parse, as_coded, utterances
from fidelity.score import score
from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.coaching.services import queue
from webapp.coding import queries
from webapp.coding.services import read
from webapp.coding.tables import Coding, CodingMeasure, Kind, Segment
from webapp.errors import DomainError, NotFound, Refused
from webapp.practice.services import sharing
from webapp.practice.tables import Recording

CHOICES: Mapping[Speaker, tuple[Code, ...]] = {
    "practitioner": PRACTITIONER_CODES,
    "client": CLIENT_CODES,
    "other": (),
}
_MOST_CUTS = 400  # utterances of one turn
_FINISHED = "This coding is finished. Open it again if you would like to change something."


class Moved(DomainError):
    """The coding was changed elsewhere after the page was made."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "This coding was changed in another tab or window meanwhile, so your last keys were not kept. Load the "
            "page again to go on from there."
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A coding with all that is needed to go on with it."""

    coding: Coding
    segment: Segment
    recording: Recording
    owner_name: str
    turns: tuple[HeardTurn, ...]
    parses: dict[int, Parse]

    @property
    def said(self) -> tuple[HandUtterance, ...]:
        """Its utterances as they are parsed now, in order."""
        return utterances(self.turns, self.parses)

    @property
    def left(self) -> dict[Speaker, int]:
        """How many utterances of each side have no code yet."""
        found: dict[Speaker, int] = {"practitioner": 0, "client": 0}
        for one in self.said:
            if one.code is None and one.speaker in found:
                found[one.speaker] += 1
        return found


def choices(speaker: Speaker) -> tuple[Code, ...]:
    """The codes somebody's words can get."""
    return CHOICES[speaker]


def assign(session: Session, trainer: Person, segment: Segment, coder: Person) -> Coding:
    """Give a segment to somebody to code, herself or a colleague who has the recording too; given twice, it is one.

    Raises:
        NotFound: the recording is not open to the one who asks.
        Refused: it is not open to the coder.
    """
    recording = queue.get(session, trainer, segment.recording_id)
    if coder.id not in {person.id for person in who_can(session, trainer, recording)}:
        raise Refused(
            "This recording is not open to that colleague. Only its owner can open it: ask them to share it with her "
            "too."
        )
    there = queries.own(session, segment.id, coder)
    if there is not None:
        return there
    return _make(session, trainer, segment, coder, Kind.OWN, {})


def who_can(session: Session, trainer: Person, recording: Recording) -> list[Person]:
    """Trainers to whom the recording is open now, by name; its owner is not among them."""
    found = {person.id: person for _, person in sharing.now(session, recording) if person.id != recording.owner_id}
    return sorted(
        (p for p in found.values() if p.active and p.authority_id == trainer.authority_id), key=lambda p: p.sorts_as
    )


def get(session: Session, person: Person, number: int) -> Opened:
    """A coding of her own, or what is agreed on what she has coded, with the words and what there is so far.

    Raises:
        NotFound: there is none of the kind, or the recording is not open to her any more.
    """
    coding = session.get(Coding, number)
    if coding is None:
        raise NotFound
    own = coding if coding.kind == Kind.OWN else queries.own(session, coding.segment_id, person)
    theirs = coding.coder_id == person.id or (own is not None and own is not coding and own.finished_at is not None)
    if not theirs:
        raise NotFound
    return opened(session, person, coding)


def opened(session: Session, person: Person, coding: Coding) -> Opened:
    """A coding with its words, if the recording is open to her now.

    Raises:
        NotFound: it is not.
    """
    recording = queue.get(session, person, coding.recording_id)
    segment = session.get_one(Segment, coding.segment_id)
    owner = session.get_one(Person, recording.owner_id)
    turns = read.heard(session, segment)
    return Opened(coding, segment, recording, owner.name, turns, read.parses(session, coding))


def keep(session: Session, person: Person, opened: Opened, changes: Mapping[int, Any], seen: int) -> int:
    """Keep how some turns are parsed and coded now, and give the coding's new revision.

    ``changes`` has, for each turn that was changed, the list of its utterances as ``[first word, code or none]``.

    Raises:
        Refused: it is finished, or a change makes no sense.
        Moved: it is no longer at the revision that the page has ``seen``.
    """
    del person  # ``get`` has asked who she is
    coding = opened.coding
    if coding.finished_at is not None:
        raise Refused(_FINISHED)
    by_number = {turn.n: turn for turn in opened.turns}
    checked = {n: _checked(by_number.get(n), cuts) for n, cuts in changes.items()}
    if all(opened.parses.get(n) == cuts for n, cuts in checked.items()):
        return coding.revision  # the same keys, sent twice
    if coding.revision != seen:
        raise Moved
    opened.parses.update(checked)
    read.keep_parses(session, coding, opened.parses)
    coding.revision += 1
    coding.changed_at = clock.now()
    session.flush()
    return coding.revision


def finish(session: Session, person: Person, opened: Opened) -> None:
    """Say that it is done, and count it; finished twice, nothing happens.

    Raises:
        Refused: the practitioner's side still has utterances without a code.
    """
    coding, left = opened.coding, opened.left["practitioner"]
    if coding.finished_at is not None:
        return
    if left:
        raise Refused(
            f"{left} of the practitioner's utterances {'have' if left > 1 else 'has'} no code yet. "
            "“Not coded” is a code too: give it to what MITI leaves out."
        )
    coding.finished_at = coding.changed_at = clock.now()
    _count(session, opened)
    audit.record(session, "coding.finished", actor=person, subject_id=opened.recording.id, kind=coding.kind)
    session.flush()


def reopen(session: Session, person: Person, opened: Opened) -> None:
    """Open a finished coding again to change it; its numbers count again once it is finished.

    Raises:
        Refused: it was laid side by side with another one already.
    """
    coding = opened.coding
    if coding.finished_at is None:
        return
    if coding.kind == Kind.OWN and queries.agreed(session, coding.segment_id) is not None:
        raise Refused(
            "This coding was laid side by side with another one already. What the two of you agree on is changed there."
        )
    coding.finished_at = None
    coding.changed_at = clock.now()
    session.execute(delete(CodingMeasure).where(CodingMeasure.coding_id == coding.id))
    audit.record(session, "coding.reopened", actor=person, subject_id=opened.recording.id, kind=coding.kind)
    session.flush()


def begin_agreed(session: Session, trainer: Person, segment: Segment, parses: Mapping[int, Parse]) -> Coding:
    """The coding in which two are settled, begun with what they have in common."""
    return _make(session, trainer, segment, trainer, Kind.AGREED, parses)


def _make(
    session: Session, by: Person, segment: Segment, coder: Person, kind: Kind, parses: Mapping[int, Parse]
) -> Coding:
    now = clock.now()
    made = Coding(
        recording_id=segment.recording_id,
        segment_id=segment.id,
        coder_id=coder.id,
        kind=kind,
        assigned_by_id=by.id,
        assigned_at=now,
        changed_at=now,
    )
    read.keep_parses(session, made, parses)
    session.add(made)
    session.flush()
    audit.record(session, "coding.assigned", actor=by, subject_id=segment.recording_id, coder=coder.id, kind=kind)
    return made


def _checked(turn: HeardTurn | None, cuts: Any) -> Parse:
    if turn is None or turn.speaker == "other":
        raise Refused("That turn is not one to code in this segment. Load the page again.")
    allowed = {code.short for code in CHOICES[turn.speaker]}
    if not isinstance(cuts, Sequence) or isinstance(cuts, str) or not 0 < len(cuts) <= _MOST_CUTS:
        raise Refused("The page did not say how the turn is parsed. Load it again.")
    found, last, words = [], -1, len(turn.words)
    for cut in cuts:
        if not isinstance(cut, Sequence) or isinstance(cut, str) or len(cut) != 2:
            raise Refused("The page did not say how the turn is parsed. Load it again.")
        first, code = cut
        if not isinstance(first, int) or isinstance(first, bool) or not last < first < words:
            raise Refused("An utterance begins with a word of its turn, after the one before it. Load the page again.")
        if code is not None and (not isinstance(code, str) or code not in allowed):
            raise Refused(f"“{str(code)[:20]}” is no code for what the {turn.speaker} says.")
        found.append((first, code))
        last = first
    if found[0][0] != 0:
        raise Refused("The first utterance of a turn begins with its first word. Load the page again.")
    return tuple(found)


def _count(session: Session, opened: Opened) -> None:
    """Keep what it comes to, by the rules that the engine counts by."""
    found = score(as_coded(opened.turns, opened.parses))
    session.execute(delete(CodingMeasure).where(CodingMeasure.coding_id == opened.coding.id))
    session.add_all(
        CodingMeasure(coding_id=opened.coding.id, recording_id=opened.recording.id, name=m.name, value=m.marked, n=m.n)
        for m in (*found.counts, *found.measures)
    )
