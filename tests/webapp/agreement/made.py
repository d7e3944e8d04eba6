"""Made-up codings for tests: a segment of short turns, each coded by several."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy.orm import Session

from fidelity.codebook import CLIENT
from fidelity.hand.coding import HeardTurn
from tests.webapp.practice import made as made_recordings
from webapp import clock, secrets_box
from webapp.accounts.tables import Person
from webapp.coding.tables import Coding, Kind, Segment
from webapp.practice.tables import Recording

USUAL = (
    ("SR", "SR"),
    ("OQ", "OQ"),
    ("SR", "CR"),
    ("CQ", "CQ"),
    ("NC", "NC"),
    ("change", "change"),
    ("neutral", "neutral"),
)
TIMES = 8  # so often: fifty-six turns


def recording(db: Session, owner: Person, trainers: Sequence[Person], **more: object) -> Recording:
    """One that is ready, and open to some trainers."""
    made = made_recordings.ready(db, owner, **more)
    for trainer in trainers:
        made_recordings.shared(db, made, trainer)
    return made


def segment(
    db: Session, of: Recording, by: Person, machine: Sequence[str], *, texts: Sequence[str] = ()
) -> tuple[Segment, list[HeardTurn]]:
    """A segment whose turns the machine gave these codes, one utterance each."""
    turns = [
        HeardTurn(
            n=n,
            speaker="client" if code in CLIENT else "practitioner",
            text=texts[n] if texts else f"Some words numbered {n}",
            start=4.0 * n,
            end=4.0 * n + 3,
        )
        for n, code in enumerate(machine)
    ]
    box, purpose = secrets_box.of(db), f"segment of recording {of.folder}"
    made = Segment(
        authority_id=of.authority_id,
        recording_id=of.id,
        made_by_id=by.id,
        made_at=clock.now(),
        chosen="whole",
        start=0.0,
        end=4.0 * len(turns),
        heard=box.encrypt(json.dumps([asdict(turn) for turn in turns]).encode(), purpose=purpose),
        machine=box.encrypt(_parses(machine), purpose=purpose),
    )
    db.add(made)
    db.commit()
    return made, turns


def coding(
    db: Session,
    of: Recording,
    on: Segment,
    coder: Person,
    codes: Sequence[str],
    *,
    kind: Kind = Kind.OWN,
    days_ago: int = 1,
    finished: bool = True,
    parses: bytes = b"",
) -> Coding:
    """How somebody coded it."""
    at = clock.now() - timedelta(days=days_ago)
    made = Coding(
        recording_id=of.id,
        segment_id=on.id,
        coder_id=coder.id,
        kind=kind,
        assigned_by_id=coder.id,
        assigned_at=at,
        parses=secrets_box.of(db).encrypt(parses or _parses(codes), purpose=f"coding {on.id} of recording {of.folder}"),
        changed_at=at,
        finished_at=at if finished else None,
    )
    db.add(made)
    db.commit()
    return made


def double_coded(
    db: Session,
    owner: Person,
    first: Person,
    second: Person,
    pairs: Sequence[tuple[str, str]] = USUAL * TIMES,
    *,
    days_ago: int = 1,
    open_to: Sequence[Person] = (),
) -> Recording:
    """A recording that two trainers have coded, and the machine as the first of them."""
    of = recording(db, owner, open_to or [first, second])
    on, _ = segment(db, of, first, [one for one, _ in pairs])
    coding(db, of, on, first, [one for one, _ in pairs], days_ago=days_ago)
    coding(db, of, on, second, [other for _, other in pairs], days_ago=days_ago)
    return of


def _parses(codes: Sequence[str]) -> bytes:
    return json.dumps({str(n): [[0, code]] for n, code in enumerate(codes)}).encode()
