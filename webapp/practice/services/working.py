"""Who works on which recording, and how far that is. Rows decide; a worker that dies loses its lease, and no recording.

A worker takes the waiting recording whose owner was served longest ago, and holds it by a lease that it keeps moving
on. Whoever finds that the lease is no longer hers stops: the work was cancelled, or given to somebody else.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.errors import Refused
from webapp.practice.queries import recordings as queries
from webapp.practice.tables import Recording, State, Work

LEASE = timedelta(seconds=30)  # without a sign of life; a worker gives one every five seconds
MOST_ATTEMPTS = 3  # a file that breaks three workers will break the fourth
BROKE_OFF = (
    "The work on this recording broke off three times, so we stopped trying by ourselves. What you brought in is "
    "safe. Try once more; if it happens again, tell your administrator."
)


def take(session: Session) -> tuple[Recording, str] | None:
    """The fairest recording that waits, with a lease on it, or nothing. Commit before you begin."""
    found = queries.fairest(session)
    if found is None:
        return None
    work = session.get_one(Work, found.id)
    lease, now = secrets.token_hex(12), clock.now()
    work.lease, work.lease_until = lease, now + LEASE
    work.attempts, work.begun_at, work.ended_at = work.attempts + 1, now, None
    work.step, work.done, work.total, work.problem = "", 0.0, 0.0, None
    found.state = State.WORKING
    session.flush()
    return found, lease


def ahead(session: Session, recording: Recording) -> int:
    """How many come before a recording that waits, those that are worked on now among them: owners take turns."""
    queues: dict[int, list[int]] = {}
    for number, owner in queries.owners_in_turn(session):
        queues.setdefault(owner, []).append(number)
    own = queues.get(recording.owner_id, [])
    rounds = own.index(recording.id) if recording.id in own else 0
    before, met = rounds, False
    for owner, queue in queues.items():
        met = met or owner == recording.owner_id
        before += 0 if owner == recording.owner_id else min(len(queue), rounds + (not met))
    return before + queries.being_worked_on(session)


def beat(session: Session, recording_id: int, lease: str, *, step: str, done: float, total: float) -> bool:
    """Say that the work goes on, and how far it is; whether the lease still holds."""
    told = update(Work).where(Work.recording_id == recording_id, Work.lease == lease)
    changed = session.execute(
        told.values(step=step, done=done, total=total, lease_until=clock.now() + LEASE),
        execution_options={"synchronize_session": False},
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def held(session: Session, recording_id: int, lease: str) -> tuple[Recording, Work] | None:
    """The recording and the work on it, if the lease still holds."""
    work = session.get(Work, recording_id, populate_existing=True)
    if work is None or work.lease != lease:
        return None
    return session.get_one(Recording, recording_id, populate_existing=True), work


def done(recording: Recording, work: Work) -> None:
    """The work is finished; the caller has kept what came of it."""
    recording.state, recording.ready_at, recording.seen_at = State.READY, clock.now(), None
    work.lease, work.lease_until, work.ended_at, work.attempts = None, None, clock.now(), 0


def failed(session: Session, recording: Recording, work: Work, problem: str) -> None:
    """It cannot be done, and trying again by ourselves would not help."""
    recording.state = State.FAILED
    work.lease, work.lease_until, work.ended_at, work.problem = None, None, clock.now(), problem[:500]
    audit.record(session, "recording.failed", actor=None, authority_id=recording.authority_id, subject_id=recording.id)


def broke_off(session: Session, recording: Recording, work: Work) -> bool:
    """A worker died at it: it waits again, unless that happened too often. Whether it waits."""
    if work.attempts >= MOST_ATTEMPTS:
        failed(session, recording, work, BROKE_OFF)
        return False
    recording.state, work.lease, work.lease_until = State.WAITING, None, None
    return True


def hand_back(recording: Recording, work: Work) -> None:
    """The worker is told to stop: the recording waits again, and this beginning does not count."""
    recording.state = State.WAITING
    work.lease, work.lease_until, work.attempts = None, None, max(0, work.attempts - 1)


def cancel(session: Session, person: Person, recording: Recording) -> None:
    """Stop the work. What came in stays until she deletes it or has it worked on after all.

    Raises:
        Refused: there is no work to stop.
    """
    if recording.state not in (State.WAITING, State.WORKING):
        raise Refused("There is nothing to stop: the work on this recording has ended.")
    work = session.get_one(Work, recording.id)
    recording.state, work.lease, work.lease_until, work.ended_at = State.CANCELLED, None, None, clock.now()
    audit.record(session, "recording.cancelled", actor=person, subject_id=recording.id)


def retry(session: Session, person: Person, recording: Recording) -> None:
    """Have the work begin again.

    Raises:
        Refused: it did not fail and was not stopped, or the original is no longer there.
    """
    if recording.state not in (State.FAILED, State.CANCELLED):
        raise Refused("There is nothing to try again: the work on this recording goes on, or is done.")
    if not queries.pieces(session, recording.id):
        raise Refused("What you brought in is no longer there. Bring it in once more.")
    work = session.get_one(Work, recording.id)
    recording.state, work.attempts, work.problem = State.WAITING, 0, None
    audit.record(session, "recording.retried", actor=person, subject_id=recording.id)


def look_after(session: Session) -> int:
    """Find what workers left behind; how many recordings wait that nobody works on."""
    for recording, work in queries.left_behind(session, clock.now()):
        broke_off(session, recording, work)
    session.flush()
    return queries.waiting(session)
