"""Moments shared for teaching: a few turns in words alone, with names covered, and only as their owner let them go.

The owner offers a moment, or says yes or no to a trainer who asked for one. What others see is written down when she
confirms it, and is the same ever after but for names that are covered later. It is open to the trainers of her cohorts
to use with their groups; it says nobody's name, nor what the recording is called, and has no sound. The consent for a
real conversation was given for practice, so for one of these she confirms that teaching was agreed to as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, update
from sqlalchemy.orm import Session

from webapp import audit, clock, secrets_box
from webapp.accounts.tables import TRAINING, Person
from webapp.database import Base
from webapp.errors import NotFound, Refused
from webapp.organisation.services import cohorts
from webapp.organisation.services import people as organisation
from webapp.practice.queries import teaching as queries
from webapp.practice.services import notices
from webapp.practice.services.teaching_skills import SHOWS, catalogue
from webapp.practice.services.teaching_words import Line, Stretch
from webapp.practice.tables import Kind, Recording, State, TeachingMoment

ASKED, OFFERED, REFUSED, WITHDRAWN = "asked", "offered", "refused", "withdrawn"
MOST = 50  # moments of one recording: more would be the whole of it


@dataclass(frozen=True, slots=True)
class Chosen:
    """What its owner says of a moment. ``read`` says that she has looked at every line, ``consented`` see above."""

    skill: str
    shows: str
    read: bool
    consented: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """A moment as its owner sees it; ``lines`` are there while it is offered."""

    moment: TeachingMoment
    asked_by: str
    lines: tuple[Line, ...]

    @property
    def skill(self) -> str:
        """The skill in words."""
        return catalogue()[self.moment.skill].title if self.moment.skill in catalogue() else ""

    @property
    def shows(self) -> str:
        """Whether it went well, in words."""
        return SHOWS.get(self.moment.shows, "")


@dataclass(frozen=True, slots=True)
class Open:
    """A moment as a trainer sees it: nothing in it tells whose it is."""

    id: int
    recording_id: int
    folder: str
    skill: str
    shows: str
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        """What stands above it."""
        return catalogue()[self.skill].title if self.skill in catalogue() else "A moment"

    @property
    def shows_in_words(self) -> str:
        """Whether it went well."""
        return SHOWS.get(self.shows, "")


def of(session: Session, recording: Recording) -> list[Own]:
    """All moments of a recording of hers, the first first."""
    return [
        Own(moment, name or "", _lines(session, recording, moment))
        for moment, name in queries.of_recording(session, recording)
    ]


def asked(session: Session, person: Person) -> list[tuple[TeachingMoment, Recording, str]]:
    """What trainers asked of her and wait to hear."""
    return queries.asked(session, person)


def get(session: Session, recording: Recording, number: int) -> TeachingMoment:
    """A moment of a recording of hers.

    Raises:
        NotFound: there is none.
    """
    found = queries.one(session, recording, number)
    if found is None:
        raise NotFound
    return found


def who(session: Session, person: Person) -> list[Person]:
    """Who could use a moment of hers: the trainers of her cohorts, and nobody where she is in none."""
    return cohorts.trainers_of(session, person) if organisation.cohorts_of(session, person) else []


def ask(session: Session, trainer: Person, recording: Recording, stretch: Stretch) -> TeachingMoment:
    """Ask the owner of a recording that is open to a trainer whether these turns may be used for teaching.

    Raises:
        Refused: it is not ready, is asked for already, or she trains none of its owner's cohorts.
    """
    owner = session.get_one(Person, recording.owner_id)
    _ready(recording)
    if trainer.role not in TRAINING or trainer.id not in {one.id for one in who(session, owner)}:
        raise Refused("Moments for teaching are for the trainers of a practitioner's own cohorts.")
    there = [m for m, _ in queries.of_recording(session, recording) if m.state == ASKED]
    if any(m.first <= stretch.last and stretch.first <= m.last for m in there):
        raise Refused("This place was asked for already. You hear when there is an answer.")
    made = _new(session, recording, stretch, state=ASKED, skill=stretch.skill, asked_by=trainer.id)
    audit.record(session, "teaching.asked", actor=trainer, subject_id=recording.id, moment=made.id)
    notices.asked_for_teaching(session, recording, trainer)
    return made


def offer(
    session: Session, person: Person, recording: Recording, stretch: Stretch, told: Chosen, number: int | None = None
) -> TeachingMoment:
    """Let her trainers use these lines, as they stand in ``stretch``; ``number`` is what a trainer had asked for.

    Raises:
        NotFound: nothing of this number was asked for.
        Refused: something is left to be said or confirmed, or nobody could use it.
    """
    _ready(recording)
    if not who(session, person):
        raise Refused("You are in no cohort that has a trainer, so there is nobody who could use it.")
    if told.skill not in catalogue() or told.shows not in SHOWS:
        raise Refused("Say which skill the moment shows, and whether it went well.")
    if not told.read:
        raise Refused("Please read every line as others would see it, and tick that you did.")
    if recording.kind == Kind.REAL and not told.consented:
        raise Refused(
            "Those who were recorded agreed to practice. Tick that they agreed to teaching too, or choose a moment "
            "from a role-play."
        )
    if number is None:
        moment = _new(session, recording, stretch, state=OFFERED, skill=told.skill)
    else:
        moment = get(session, recording, number)
        if moment.state != ASKED:
            raise Refused("You have answered this already.")
    moment.state, moment.first, moment.last = OFFERED, stretch.first, stretch.last
    moment.skill, moment.shows = told.skill, told.shows
    moment.consented = told.consented and recording.kind == Kind.REAL
    moment.words, moment.changed_at = _closed(session, recording, stretch.lines), clock.now()
    session.flush()
    audit.record(session, "teaching.offered", actor=person, subject_id=recording.id, moment=moment.id)
    if moment.asked_by_id is not None:
        notices.answered_for_teaching(session, recording, session.get_one(Person, moment.asked_by_id))
    return moment


def refuse(session: Session, person: Person, recording: Recording, number: int) -> None:
    """Say no to what was asked for.

    Raises:
        NotFound: nothing of this number was asked for.
    """
    moment = get(session, recording, number)
    if moment.state != ASKED:
        raise NotFound
    moment.state, moment.changed_at = REFUSED, clock.now()
    session.flush()
    audit.record(session, "teaching.refused", actor=person, subject_id=recording.id, moment=moment.id)
    if moment.asked_by_id is not None:
        notices.answered_for_teaching(session, recording, session.get_one(Person, moment.asked_by_id))


def withdraw(session: Session, person: Person, recording: Recording, number: int) -> None:
    """Take an offered moment back, from this moment on; its words go, and what others wrote to it. They are told.

    Raises:
        NotFound: it is not offered.
    """
    moment = get(session, recording, number)
    if moment.state != OFFERED:
        raise NotFound
    notices.taken_back(session, [moment.id])
    moment.state, moment.words, moment.changed_at = WITHDRAWN, None, clock.now()
    session.flush()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is TeachingMoment.__table__.c.id for key in column.foreign_keys):
                here = column == moment.id
                if column.nullable:
                    session.execute(update(table).where(here).values({column.name: None}))
                else:
                    session.execute(delete(table).where(here))
    audit.record(session, "teaching.withdrawn", actor=person, subject_id=recording.id, moment=moment.id)
    session.expire_all()


def open_to(
    session: Session, trainer: Person, *within: Select[int], numbers: Sequence[int] | None = None
) -> list[Open]:
    """The moments that a trainer may use now: of people in cohorts she trains, ``within`` those of a selection."""
    if trainer.role not in TRAINING:
        return []
    found = []
    for moment, recording in queries.offered(
        session, trainer.authority_id, [cohorts.trained_by(trainer), *within], numbers
    ):
        lines = _lines(session, recording, moment)
        if lines:
            found.append(Open(moment.id, recording.id, recording.folder, moment.skill, moment.shows, lines))
    return found


def cover(session: Session, recording: Recording, names: Sequence[str]) -> None:
    """Have names covered in what is offered of a recording too."""
    from fidelity.masking import cover_text

    for moment, _ in queries.of_recording(session, recording):
        lines = _lines(session, recording, moment)
        if lines:
            moment.words = _closed(session, recording, [Line(li.speaker, cover_text(li.text, names)) for li in lines])


def _new(
    session: Session, recording: Recording, stretch: Stretch, *, state: str, skill: str, asked_by: int | None = None
) -> TeachingMoment:
    if len(queries.of_recording(session, recording)) >= MOST:
        raise Refused(f"{MOST} moments of one recording are the most.")
    now = clock.now()
    made = TeachingMoment(
        recording_id=recording.id, asked_by_id=asked_by, state=state, first=stretch.first, last=stretch.last,
        skill=skill, shows="", consented=False, words=None, at=now, changed_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _ready(recording: Recording) -> None:
    if recording.state != State.READY:
        raise Refused("The recording is not ready yet.")


def _lines(session: Session, recording: Recording, moment: TeachingMoment) -> tuple[Line, ...]:
    if moment.state != OFFERED or moment.words is None:
        return ()
    plain = secrets_box.of(session).decrypt(moment.words, purpose=_purpose(recording))
    return tuple(Line(*told) for told in json.loads(plain))


def _closed(session: Session, recording: Recording, lines: Sequence[Line]) -> bytes:
    told = json.dumps([[line.speaker, line.text] for line in lines], ensure_ascii=False)
    return secrets_box.of(session).encrypt(told.encode(), purpose=_purpose(recording))


def _purpose(recording: Recording) -> str:
    return f"teaching moment of recording {recording.folder}"
