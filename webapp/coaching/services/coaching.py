"""Writing coaching, rating a conversation, and sending both: the owner reads nothing before that.

The four parts follow MI itself: what the trainer noticed, a question, something offered with the choice left open, and
a step. What was written stays with the recording when the share is taken back, and goes with it when it is deleted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp import audit, clock, secrets_box
from webapp.accounts.tables import Person
from webapp.coaching import queries
from webapp.coaching.services.scales import HIGHEST, LOWEST, Scale, Summed, catalogue, summed
from webapp.coaching.tables import Coaching, Rating
from webapp.errors import Refused
from webapp.practice.services import dose, notices
from webapp.practice.tables import Recording, State

LONGEST = 2000  # characters of one part
_NEWS = 3  # that a home page speaks of at once
_CLOSED = "This cannot be opened: the key of this installation is not the one it was closed with."


@dataclass(frozen=True, slots=True)
class Told:
    """The parts of coaching; those left out are empty."""

    noticed: str = ""
    ask: str = ""
    offer: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A rating as it is shown."""

    scale: Scale
    value: int

    @property
    def words(self) -> str:
        """What the value means."""
        return self.scale.anchor(self.value)


@dataclass(frozen=True, slots=True)
class FromTrainer:
    """What a trainer sent to the owner of a recording."""

    trainer_id: int
    trainer: str
    sent_at: datetime
    told: Told
    ratings: Sequence[Given]
    summed: Sequence[Summed]


@dataclass(frozen=True, slots=True)
class Arrived:
    """Coaching that waits to be read."""

    recording: Recording
    trainer: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a trainer has written and rated so far; ``sent_at`` is when it was sent, if it was."""

    told: Told
    ratings: Mapping[str, int]
    sent_at: datetime | None
    seen: str  # the mark by which it is noticed that it was changed elsewhere meanwhile


def draft(session: Session, trainer: Person, recording: Recording) -> Draft:
    """What she has so far, which may be nothing."""
    found = queries.one(session, recording.id, trainer)
    ratings = {r.scale: r.value for r in queries.ratings(session, recording.id) if r.trainer_id == trainer.id}
    if found is None:
        return Draft(Told(), ratings, None, _mark(None))
    return Draft(opened(session, recording, found), ratings, found.sent_at, _mark(found))


def keep(
    session: Session,
    trainer: Person,
    recording: Recording,
    told: Told,
    ratings: Mapping[str, int],
    *,
    seen: str | None = None,
) -> str:
    """Keep what she has in place of what she had, and give its mark; a scale that is left out has no rating.

    ``seen`` is the mark of what her page showed; without one, nothing is compared.

    Raises:
        Refused: a part is too long, a rating is none, the recording is not ready, or what is kept is not what she saw.
    """
    if recording.state != State.READY:
        raise Refused("This recording is not ready yet.")
    if any(len(text) > LONGEST for text in asdict(told).values()):
        raise Refused(f"That is too long. {LONGEST:,} characters are the most for each part.")
    known = catalogue()
    if any(name not in known or not LOWEST <= value <= HIGHEST for name, value in ratings.items()):
        raise Refused("Choose one of the five for each scale, or none.")
    now, before = clock.now(), queries.one(session, recording.id, trainer)
    if seen is not None and seen != _mark(before):
        raise Refused(
            "You wrote something here in another tab or window meanwhile, so this was not kept yet. It still stands "
            "here; if you keep or send it now, it takes the place of what you wrote there."
        )
    closed = secrets_box.of(session).encrypt(json.dumps(asdict(told)).encode(), purpose=_purpose(recording))
    made = before or Coaching(recording_id=recording.id, trainer_id=trainer.id)
    made.told, made.changed_at = closed, now
    session.add(made)
    kept = {r.scale: r for r in queries.ratings(session, recording.id) if r.trainer_id == trainer.id}
    for name in known:
        _rate(session, trainer, recording, name, ratings.get(name), kept.get(name))
    session.flush()
    if before is not None and before.sent_at is not None:
        audit.record(session, "coaching.changed", actor=trainer, subject_id=recording.id)
    return _mark(made)


def send(session: Session, trainer: Person, recording: Recording) -> None:
    """Give the owner what was kept, and mark the recording as coached; sent twice, nothing happens.

    Raises:
        Refused: nothing is written.
    """
    found = queries.one(session, recording.id, trainer)
    told = opened(session, recording, found) if found else Told()
    if found is None or told == Told():
        raise Refused("Write something first: one thing you noticed is enough.")
    if found.sent_at is not None:
        return
    found.sent_at = clock.now()
    dose.coached(session, recording, trainer)
    session.flush()
    audit.record(session, "coaching.sent", actor=trainer, subject_id=recording.id)
    notices.coached(session, recording, trainer)


def unread(session: Session, owner: Person) -> list[Arrived]:
    """Coaching that she was sent and has not opened yet: the newest few."""
    return [Arrived(recording, trainer) for _, recording, trainer in queries.unread(session, owner, _NEWS)]


def read(session: Session, owner: Person, recording: Recording) -> None:
    """Note that the owner of a recording has what was sent to her before her eyes."""
    if recording.owner_id != owner.id:
        return
    for coaching, _ in queries.of(session, recording.id):
        if coaching.sent_at is not None and coaching.read_at is None:
            coaching.read_at = clock.now()


def received(session: Session, recording: Recording) -> list[FromTrainer]:
    """What was sent to its owner, the first first. Two queries."""
    sent = [(c, name) for c, name in queries.of(session, recording.id) if c.sent_at is not None]
    rated = queries.ratings(session, recording.id) if sent else []
    found = []
    for coaching, name in sent:
        own = {r.scale: r.value for r in rated if r.trainer_id == coaching.trainer_id}
        given = [Given(scale, own[each]) for each, scale in catalogue().items() if each in own]
        told, at = opened(session, recording, coaching), coaching.sent_at or coaching.changed_at
        found.append(FromTrainer(coaching.trainer_id, name, at, told, given, summed(own)))
    return found


def cover(session: Session, recording: Recording, names: Sequence[str]) -> None:
    """Have names covered in what trainers wrote."""
    from fidelity.masking import cover_text

    for coaching, _ in queries.of(session, recording.id):
        told = asdict(opened(session, recording, coaching))
        covered = {part: cover_text(text, names) for part, text in told.items()}
        if covered != told:
            coaching.told = secrets_box.of(session).encrypt(json.dumps(covered).encode(), purpose=_purpose(recording))


def _rate(
    session: Session, trainer: Person, recording: Recording, name: str, value: int | None, before: Rating | None
) -> None:
    if before is None and value is not None:
        made = Rating(recording_id=recording.id, trainer_id=trainer.id, scale=name, value=value, at=clock.now())
        session.add(made)
    elif before is not None and value is None:
        session.delete(before)
    elif before is not None and value is not None and before.value != value:
        before.value, before.at = value, clock.now()


def opened(session: Session, recording: Recording, coaching: Coaching) -> Told:
    """What a trainer wrote, readable; a line that says so where it cannot be opened."""
    try:
        plain = secrets_box.of(session).decrypt(coaching.told, purpose=_purpose(recording))
    except secrets_box.CannotOpen:
        return Told(noticed=_CLOSED)
    return Told(**json.loads(plain))


def _mark(coaching: Coaching | None) -> str:
    """Another for every change and for the sending; empty where there is nothing yet."""
    return "" if coaching is None else f"{coaching.changed_at.timestamp()} {coaching.sent_at is not None}"


def _purpose(recording: Recording) -> str:
    return f"coaching on recording {recording.folder}"
