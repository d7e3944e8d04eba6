"""Recordings that are open to trainers, and codings of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from fidelity.conversation import Analysis
from tests.webapp import people
from tests.webapp.practice import made
from webapp.accounts.tables import Person, Role
from webapp.coding.services import codings, segments
from webapp.coding.services.codings import Opened
from webapp.organisation.tables import Authority
from webapp.practice.tables import Recording


@dataclass
class Place:
    """An authority, somebody's recording, and two trainers to whom it is open."""

    db: Session
    analysis: Analysis | None = None
    authority: Authority = field(init=False)
    owner: Person = field(init=False)
    trainers: tuple[Person, Person] = field(init=False)
    recording: Recording = field(init=False)

    def __post_init__(self) -> None:
        self.authority = people.authority(self.db)
        self.owner = people.person(self.db, self.authority, name="Olu Owner")
        self.trainers = (
            people.person(self.db, self.authority, Role.TRAINER, name="Tess Trainer"),
            people.person(self.db, self.authority, Role.TRAINER, name="Una Trainer"),
        )
        self.recording = made.ready(self.db, self.owner, self.analysis, title="Mornings")
        for trainer in self.trainers:
            made.shared(self.db, self.recording, trainer)

    def coding(self, trainer: Person | None = None, *, whole: bool = True) -> Opened:
        """A new segment, given to a trainer to code."""
        by = trainer or self.trainers[0]
        segment = segments.choose(self.db, by, self.recording.id, whole=whole)
        coding = codings.assign(self.db, by, segment, by)
        self.db.commit()
        return codings.get(self.db, by, coding.id)


def code_all(db: Session, opened: Opened, code: str = "NC", client: str = "neutral", **turns: str) -> Opened:
    """Every turn one utterance with one code; ``t3="OQ"`` says another for turn 3."""
    by_speaker = {"practitioner": code, "client": client}
    changes = {
        turn.n: [[0, turns.get(f"t{turn.n}", by_speaker[turn.speaker])]]
        for turn in opened.turns
        if turn.speaker in by_speaker
    }
    person = db.get_one(Person, opened.coding.coder_id)
    codings.keep(db, person, opened, changes, opened.coding.revision)
    db.commit()
    return opened


def finished(db: Session, opened: Opened, code: str = "NC", client: str = "neutral", **turns: str) -> Opened:
    """The same, and done."""
    code_all(db, opened, code, client, **turns)
    codings.finish(db, db.get_one(Person, opened.coding.coder_id), opened)
    db.commit()
    return opened
