"""Opening a recording to a trainer, and taking that back: it is its owner's decision alone, and works at once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts.tables import TRAINING, Person
from webapp.errors import NotFound, Refused
from webapp.organisation.services import cohorts
from webapp.practice.queries import owning as queries
from webapp.practice.services import notices
from webapp.practice.tables import Recording, Share, State


def trainers(session: Session, person: Person) -> list[Person]:
    """Whom she may share with: the trainers of her cohorts or, where she is in none, those of her authority."""
    return cohorts.trainers_of(session, person)


def now(session: Session, recording: Recording) -> list[tuple[Share, Person]]:
    """Who has it now, and since when."""
    return queries.shares_now(session, recording)


def with_her(session: Session, person: Person) -> list[tuple[Recording, Person, Share]]:
    """What is open to her now of what others own, with whose it is; what was shared first comes first."""
    return queries.shared_with(session, person) if person.role in TRAINING else []


def give(session: Session, person: Person, recording: Recording, trainer_id: int) -> Person:
    """Open her recording to a trainer; to one who has it already, nothing changes.

    Raises:
        Refused: there is nothing to look at yet, or that is none of her trainers.
    """
    if recording.state != State.READY:
        raise Refused("There is nothing to share yet. Once the recording is ready, you can open it to your trainer.")
    trainer = next((one for one in trainers(session, person) if one.id == trainer_id), None)
    if trainer is None:
        raise Refused("Choose one of your trainers from the list.")
    if trainer.id in {one.id for _, one in now(session, recording)}:
        return trainer
    session.add(Share(recording_id=recording.id, trainer_id=trainer.id, shared_at=clock.now()))
    session.flush()
    audit.record(session, "share.given", actor=person, subject_id=recording.id, trainer=trainer.id)
    notices.shared(session, recording, person, trainer)
    return trainer


def withdraw(session: Session, person: Person, recording: Recording, trainer_id: int) -> Person:
    """Close it to a trainer again: her next request finds nothing.

    Raises:
        NotFound: she does not have it.
    """
    found = [(share, trainer) for share, trainer in now(session, recording) if trainer.id == trainer_id]
    if not found:
        raise NotFound
    for share, _ in found:
        share.withdrawn_at = clock.now()
    session.flush()
    audit.record(session, "share.withdrawn", actor=person, subject_id=recording.id, trainer=trainer_id)
    return found[0][1]
