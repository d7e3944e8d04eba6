"""Choosing what is coded by hand: a random stretch of twenty minutes, as MITI 4.2.1 asks, or the whole conversation.

A segment keeps the words as they stand when it is chosen, with what its owner put right in them. What is put right
later does not move the ground under those who code, and under what they are compared with.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from sqlalchemy.orm import Session

from fidelity.conversation import Word
from fidelity.hand.coding import HeardTurn, Parse
from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.coaching.services import queue
from webapp.coding import queries
from webapp.coding.services import read
from webapp.coding.tables import Segment
from webapp.errors import NotFound, Refused
from webapp.practice.services import analyses, present
from webapp.practice.services.corrected import Corrected
from webapp.practice.tables import Recording, State

RANDOM, WHOLE = "random", "whole"
LENGTH = 20 * 60  # s, of a random segment: MITI 4.2.1
MOST = 12  # segments of one recording: more than anybody needs, too few to fill a disk
_SLACK = 0.05  # s by which a word may stand over the edge of its turn


def choose(session: Session, trainer: Person, recording_id: int, *, whole: bool) -> Segment:
    """A segment of a recording that is open to her: its place is drawn, not chosen, unless it is the whole.

    Raises:
        NotFound: no such recording is open to her.
        Refused: it is not ready, nobody can be heard in it, or it has too many segments.
    """
    recording = queue.get(session, trainer, recording_id)
    if recording.state != State.READY:
        raise Refused("This recording is not ready yet. When it is, you can code it by hand.")
    if len(queries.segments_of(session, recording.id)) >= MOST:
        raise Refused(f"{MOST} segments of this recording were chosen already. Code one of those.")
    turns, by_machine = heard_now(session, recording)
    if not any(turn.speaker == "practitioner" and turn.text for turn in turns):
        raise Refused("No practitioner is heard in this recording, so there is nothing to code in it.")
    chosen, kind = list(turns), WHOLE
    if not whole:
        chosen, kind = _drawn(turns)
    segment = Segment(
        authority_id=recording.authority_id,
        recording_id=recording.id,
        made_by_id=trainer.id,
        made_at=clock.now(),
        chosen=kind,
        start=chosen[0].start or 0.0,
        end=max((turn.end or 0.0 for turn in chosen), default=0.0),
    )
    kept = {turn.n: by_machine[turn.n] for turn in chosen if turn.n in by_machine}
    read.keep_segment(session, segment, chosen, kept)
    session.add(segment)
    session.flush()
    audit.record(session, "segment.chosen", actor=trainer, subject_id=recording.id, kind=kind)
    return segment


def get(session: Session, trainer: Person, number: int) -> Segment:
    """A segment of a recording that is open to her.

    Raises:
        NotFound: there is none.
    """
    found = session.get(Segment, number)
    if found is None:
        raise NotFound
    queue.get(session, trainer, found.recording_id)
    return found


def heard_now(session: Session, recording: Recording) -> tuple[tuple[HeardTurn, ...], dict[int, Parse]]:
    """The turns as they stand, those left out not among them, and how the machine parsed and coded each."""
    now = present.corrected(session, recording)
    words = sorted((w for turn in analyses.words(session, recording) for w in turn), key=lambda w: w.start)
    return _heard(now, words), _by_machine(now)


def _heard(now: Corrected, words: Sequence[Word]) -> tuple[HeardTurn, ...]:
    begins = [word.start for word in words]
    found = []
    for turn, mark in zip(now.turns, now.marks, strict=True):
        text = " ".join(" ".join(u.text for u in turn.utterances).split()) or turn.text.strip()
        if mark.left_out or not text:
            continue
        starts: tuple[float, ...] = ()
        if turn.start is not None and turn.end is not None:
            first = bisect_left(begins, turn.start - _SLACK)
            last = bisect_right(begins, turn.end + _SLACK)
            inside = [word for word in words[first:last] if word.end <= turn.end + _SLACK]
            if len(inside) == len(text.split()):  # else others speak meanwhile, or its words were changed
                starts = tuple(word.start for word in inside)
        found.append(
            HeardTurn(n=turn.n, speaker=turn.speaker, text=text, start=turn.start, end=turn.end, starts=starts)
        )
    return tuple(found)


def _by_machine(now: Corrected) -> dict[int, Parse]:
    """Where the machine's utterances begin, in words, and its own codes, whatever people said of them."""
    found: dict[int, Parse] = {}
    for turn, mark in zip(now.turns, now.marks, strict=True):
        if mark.left_out:
            continue
        cuts, at = [], 0
        for said, own in zip(turn.utterances, mark.said, strict=True):
            words = len(said.text.split())
            if words:
                cuts.append((at, None if turn.speaker == "other" else own.machine.code))
            at += words
        found[turn.n] = tuple(cuts)
    return found


def _drawn(turns: Sequence[HeardTurn]) -> tuple[list[HeardTurn], str]:
    """The turns of a random stretch, from the edge of a turn; all of them where the whole is no longer than that."""
    timed = [turn for turn in turns if turn.start is not None and turn.end is not None]
    if not timed:
        return list(turns), WHOLE
    first, last = timed[0].start or 0.0, max(turn.end or 0.0 for turn in timed)
    if last - first <= LENGTH:
        return list(turns), WHOLE
    at = first + (last - LENGTH - first) * secrets.SystemRandom().random()
    begin = max(
        turn.start or 0.0 for turn in timed if (turn.start or 0.0) <= at
    )  # so that a long turn costs no minutes
    return [turn for turn in timed if begin <= (turn.start or 0.0) < begin + LENGTH], RANDOM
