"""Made-up recordings for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from fidelity.conversation import Analysis
from fidelity.masking import Name
from tests import factories
from webapp import clock
from webapp.accounts.tables import Person
from webapp.practice.services import analyses, arriving, listening, masks, recordings, teaching, teaching_lines
from webapp.practice.services.about import About
from webapp.practice.tables import Kind, Recording, Share, State, TeachingMoment, Work

REAL = About(goal="Mornings", consent_by="mother", consent_way="written")


def begun(db: Session, owner: Person, **more: Any) -> Recording:
    """A role-play of which nothing has come in yet."""
    told: dict[str, Any] = {"title": "With Sam", "kind": Kind.ROLE_PLAY, "held_on": clock.today(), "about": About()}
    made = recordings.begin(db, owner, **{**told, **more})
    db.commit()
    return made


def waiting(db: Session, owner: Person, sound: bytes = b"sound", **more: Any) -> Recording:
    """One that has come in, and waits."""
    made = begun(db, owner, **more)
    arriving.take(db, made, part=0, number=0, data=sound)
    arriving.finish(db, owner, made, parts={0: 1})
    db.commit()
    return made


def ready(
    db: Session, owner: Person, analysis: Analysis | None = None, *, sound: bytes = b"s" * 5000, **more: Any
) -> Recording:
    """One that was worked on, with the conversation of the factories."""
    from io import BytesIO

    made = begun(db, owner, **more)
    made.state, made.arrived_at, made.ready_at, made.duration = State.READY, clock.now(), clock.now(), 600.0
    db.add(Work(recording_id=made.id))
    listening.keep(db, made, BytesIO(sound))
    analyses.keep(db, made, analysis or factories.analysis())
    db.commit()
    return made


def shared(db: Session, recording: Recording, trainer: Person) -> Share:
    """Open to a trainer."""
    made = Share(recording_id=recording.id, trainer_id=trainer.id, shared_at=clock.now())
    db.add(made)
    db.commit()
    return made


def looked_for_names(db: Session, recording: Recording, *names: str) -> None:
    """As if the engine had looked for names, and found these."""
    masks.suggest(db, recording, [Name(name, "a person", 1) for name in names])
    db.commit()


def offered(
    db: Session, owner: Person, recording: Recording, first: int = 4, last: int = 6, skill: str = "reflecting"
) -> TeachingMoment:
    """A moment of a recording that is open for teaching: \"You don't want the kids to hear it\"."""
    looked_for_names(db, recording, "Jayden")
    stretch = teaching_lines.stretch(db, recording, first, last)
    made = teaching.offer(db, owner, recording, stretch, teaching.Chosen(skill, "went_well", read=True, consented=True))
    db.commit()
    return made
