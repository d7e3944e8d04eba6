"""What waits for a trainer: the recordings that are open to her, in the order in which they were shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from webapp.accounts.tables import TRAINING, Person
from webapp.coaching import queries
from webapp.errors import NotFound
from webapp.practice.services import recordings, sharing
from webapp.practice.tables import Recording


@dataclass(frozen=True, slots=True)
class Waiting:
    """A recording that is open to a trainer. ``begun`` says whether something of hers is kept there already."""

    recording: Recording
    owner: Person
    shared_at: datetime
    begun: bool
    sent_at: datetime | None


def of(session: Session, trainer: Person) -> tuple[list[Waiting], list[Waiting]]:
    """What waits for her, the one shared first first, and what she has coached, the latest first. Two queries."""
    shared = sharing.with_her(session, trainer)
    written = queries.by(session, trainer, [recording.id for recording, _, _ in shared])
    every = {
        recording.id: Waiting(
            recording,
            owner,
            share.shared_at,
            recording.id in written,
            written[recording.id].sent_at if recording.id in written else None,
        )
        for recording, owner, share in reversed(shared)
    }.values()  # one that was shared twice stands where it was shared first
    waits = sorted((one for one in every if one.sent_at is None), key=lambda one: (one.shared_at, one.recording.id))
    done = [(one.sent_at, one.recording.id, one) for one in every if one.sent_at is not None]
    return waits, [one for _, _, one in sorted(done, key=lambda each: each[:2], reverse=True)]


def waiting_since(session: Session, people: Select[int]) -> dict[int, datetime]:
    """Since when each of some people waits for coaching by a trainer; who does not wait is left out. One query."""
    return queries.waiting_since(session, people)


def get(session: Session, trainer: Person, number: int) -> Recording:
    """A recording that somebody else has opened to her, and not closed.

    Raises:
        NotFound: there is none.
    """
    found = recordings.visible(session, trainer, number)
    if found.owner_id == trainer.id or trainer.role not in TRAINING:
        raise NotFound
    return found
