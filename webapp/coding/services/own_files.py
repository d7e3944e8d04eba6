"""What somebody takes away of coding by hand: of her own recordings, of what she coded, and her tries for practice.

Of her recordings it is what others finished, with the words: these are hers. Of recordings of others it is her own
codes by their places alone, and only while the recording is open to her; what was said there, whose it is and what it
is called stay with its owner.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from fidelity.hand.coding import utterances
from webapp import clock
from webapp.accounts.tables import TRAINING, Person
from webapp.coding import queries
from webapp.coding.services import read
from webapp.coding.services.samples import catalogue
from webapp.coding.tables import Coding, Kind, Segment
from webapp.practice.tables import Recording

_KINDS = {Kind.OWN: "coded by one person", Kind.AGREED: "what two coders agreed on"}


def of_recording(session: Session, recording: Recording) -> list[dict[str, Any]]:
    """Finished codings of a recording of hers, line by line, with who coded it and what that comes to.

    Raises:
        CannotOpen: the key of the installation is another one now.
    """
    segments = {one.id: one for one in queries.segments_of(session, recording.id)}
    return [
        {
            **_about(coding, segments[coding.segment_id]),
            "by": coder,
            "lines": _lines(session, coding, segments[coding.segment_id]),
            "measures": {one.name: one.value for one in queries.measures(session, coding.id)},
        }
        for coding, coder in queries.of_segments(session, segments)
        if coding.finished_at is not None
    ]


def of_others(session: Session, person: Person) -> list[dict[str, Any]]:
    """What she coded of recordings of others. Codes are ``[turn, first word, code]``, counted from 0.

    Raises:
        CannotOpen: the key of the installation is another one now.
    """
    return [
        {
            **_about(coding, segment),
            "recording": coding.recording_id,
            "assigned_at": _when(coding.assigned_at),
            "changed_at": _when(coding.changed_at),
            "codes": _codes(session, coding) if is_open and person.role in TRAINING else "not open to you now",
        }
        for coding, segment, is_open in queries.coded_by(session, person)
    ]


def tries(session: Session, person: Person) -> list[dict[str, Any]]:
    """Her tries at bundled conversations, the first first."""
    return [
        {
            "conversation": catalogue()[one.sample].title if one.sample in catalogue() else one.sample,
            "started_at": _when(one.started_at),
            "finished_at": _when(one.finished_at),
            "codes": one.codes,
            "practitioner": _agreement(one.n, one.alike, one.kappa),
            "client": _agreement(one.client_n, one.client_alike, one.client_kappa),
        }
        for one in queries.tries(session, person)
    ]


def _about(coding: Coding, segment: Segment) -> dict[str, Any]:
    return {
        "kind": _KINDS[Kind(coding.kind)],
        "part": {"from_second": segment.start, "to_second": segment.end, "chosen": segment.chosen},
        "finished_at": _when(coding.finished_at),
    }


def _lines(session: Session, coding: Coding, segment: Segment) -> list[dict[str, Any]]:
    found = utterances(read.heard(session, segment), read.parses(session, coding))
    return [
        {"turn": one.n, "second": one.start, "speaker": one.speaker, "said": one.text, "code": one.code}
        for one in found
    ]


def _codes(session: Session, coding: Coding) -> list[list[int | str | None]]:
    return [[n, first, code] for n, parse in read.parses(session, coding).items() for first, code in parse]


def _agreement(n: int | None, alike: int | None, kappa: float | None) -> dict[str, float | None]:
    return {"lines": n, "as_the_authors": alike, "kappa": kappa}


def _when(at: datetime | None) -> str:
    return f"{at.astimezone(clock.HERE):%Y-%m-%d %H:%M}" if at else ""
