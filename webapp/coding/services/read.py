"""What was said in a segment, and how it was coded: decrypted for whoever may see it, which others check."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from fidelity.hand.coding import HeardTurn, Parse
from fidelity.masking import cover_text
from webapp import secrets_box
from webapp.coding import queries
from webapp.coding.tables import Coding, Segment
from webapp.practice.tables import Recording

_HEARD = TypeAdapter(tuple[HeardTurn, ...])


def heard(session: Session, segment: Segment) -> tuple[HeardTurn, ...]:
    """Its turns."""
    return _HEARD.validate_json(secrets_box.of(session).decrypt(segment.heard, purpose=_segment(session, segment)))


def machine(session: Session, segment: Segment) -> dict[int, Parse]:
    """How the engine parsed and coded it: for nobody who is still coding it."""
    return _parses(secrets_box.of(session).decrypt(segment.machine, purpose=_segment(session, segment)))


def parses(session: Session, coding: Coding) -> dict[int, Parse]:
    """How somebody parsed and coded it."""
    return _parses(secrets_box.of(session).decrypt(coding.parses, purpose=_coding(session, coding)))


def keep_segment(
    session: Session, segment: Segment, turns: Sequence[HeardTurn], by_machine: Mapping[int, Parse] | None = None
) -> None:
    """Put turns into a segment, and how the engine coded them if that is given."""
    box, purpose = secrets_box.of(session), _segment(session, segment)
    segment.heard = box.encrypt(_HEARD.dump_json(tuple(turns)), purpose=purpose)
    if by_machine is not None:
        segment.machine = box.encrypt(_as_json(by_machine), purpose=purpose)


def keep_parses(session: Session, coding: Coding, found: Mapping[int, Parse]) -> None:
    """Put parses into a coding."""
    coding.parses = secrets_box.of(session).encrypt(_as_json(found), purpose=_coding(session, coding))


def cover(session: Session, recording: Recording, names: Sequence[str]) -> None:
    """Have names covered in all segments of a recording; words keep their numbers, so no parse moves."""
    for segment in queries.segments_of(session, recording.id):
        keep_segment(session, segment, [replace(t, text=cover_text(t.text, names)) for t in heard(session, segment)])


def _segment(session: Session, segment: Segment) -> str:
    return f"segment of recording {session.get_one(Recording, segment.recording_id).folder}"


def _coding(session: Session, coding: Coding) -> str:
    folder = session.get_one(Recording, coding.recording_id).folder
    return f"coding {coding.segment_id} of recording {folder}"


def _as_json(found: Mapping[int, Parse]) -> bytes:
    return json.dumps(found, separators=(",", ":")).encode()


def _parses(told: bytes) -> dict[int, Parse]:
    return {int(n): tuple((int(first), code) for first, code in cuts) for n, cuts in json.loads(told).items()}
