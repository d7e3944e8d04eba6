"""Codings by hand of the demo cohort, so that agreement has something to show. Made up, as everything there is.

Two trainers code the same conversations, each with slips of her own around what the machine heard: where people and
the engine are known to differ, these two differ as well. Some were laid side by side and settled.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from fidelity.hand.coding import Parse
from webapp.accounts.tables import Person
from webapp.coding.services import codings, read, segments, settling
from webapp.coding.tables import Coding, Segment
from webapp.practice.tables import Recording, Share

SECOND = "Thea Trainer"
_SLIPS = {  # what is easily taken for what, in either direction
    "SR": "CR", "CR": "SR", "OQ": "CQ", "CQ": "OQ", "GI": "Persuade", "Persuade": "GI", "PwP": "GI", "AF": "CR",
    "Seek": "OQ", "Emphasize": "GI", "Confront": "Persuade", "NC": "GI", "change": "neutral", "sustain": "neutral",
    "neutral": "change",
}  # fmt: skip
_SLIP = (0.14, 0.2)  # how often each of the two does it
_JOINS = 0.06  # how often one of them hears two thoughts as one
_LATER = timedelta(days=6)  # after the recording was held


def seed(session: Session, made: Sequence[Recording], trainers: tuple[Person, Person]) -> None:
    """Both code these recordings, which are open to the first of them; every second one is settled."""
    for number, recording in enumerate(made):
        shared = recording.created_at + timedelta(hours=2)
        session.add(Share(recording_id=recording.id, trainer_id=trainers[1].id, shared_at=shared))
        session.flush()
        segment = segments.choose(session, trainers[0], recording.id, whole=True)
        for k, trainer in enumerate(trainers):
            _code(session, trainers[0], trainer, segment, random.Random(f"{number} {k}"), _SLIP[k])
        if number % 2 == 0:
            _settle(session, trainers[0], segment)
        _date(session, segment, recording.created_at + _LATER)


def _code(session: Session, by: Person, coder: Person, segment: Segment, draw: random.Random, slip: float) -> None:
    opened = codings.get(session, coder, codings.assign(session, by, segment, coder).id)
    heard = read.machine(session, segment)
    sides = {turn.n for turn in opened.turns if turn.speaker != "other"}
    changes = {n: _heard(parse, draw, slip) for n, parse in heard.items() if n in sides}
    codings.keep(session, coder, opened, changes, opened.coding.revision)
    codings.finish(session, coder, opened)


def _heard(parse: Parse, draw: random.Random, slip: float) -> list[list[int | str | None]]:
    found: list[list[int | str | None]] = []
    for first, code in parse:
        if found and draw.random() < _JOINS:
            continue
        found.append([first, _SLIPS.get(code or "", code) if draw.random() < slip else code])
    return found


def _settle(session: Session, person: Person, segment: Segment) -> None:
    found = settling.of(session, person, segment.id)
    settling.settle(session, person, segment.id, {place.turn.n: settling.FIRST for place in found.places}, 0)
    codings.finish(session, person, settling.of(session, person, segment.id).opened)


def _date(session: Session, segment: Segment, at: datetime) -> None:
    segment.made_at = at
    dated = {"assigned_at": at, "changed_at": at, "finished_at": at}
    session.execute(update(Coding).where(Coding.segment_id == segment.id).values(dated))
