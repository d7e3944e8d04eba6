"""Reads the moments that are asked for or shared for teaching."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.practice.tables import Recording, State, TeachingMoment


def of_recording(session: Session, recording: Recording) -> list[tuple[TeachingMoment, str | None]]:
    """The moments of a recording, each with the name of the trainer who asked; the first first."""
    found = select(TeachingMoment, Person.name).outerjoin(Person, Person.id == TeachingMoment.asked_by_id)
    found = found.where(TeachingMoment.recording_id == recording.id).order_by(TeachingMoment.id)
    return [(moment, name) for moment, name in session.execute(found)]


def one(session: Session, recording: Recording, number: int) -> TeachingMoment | None:
    """A moment of a recording."""
    here = (TeachingMoment.id == number, TeachingMoment.recording_id == recording.id)
    return session.scalar(select(TeachingMoment).where(*here))


def offered(
    session: Session, authority_id: int, people: Sequence[Select[int]], numbers: Sequence[int] | None = None
) -> list[tuple[TeachingMoment, Recording]]:
    """What people of an authority who are in all of some selections share now; the newest first. One query."""
    found = select(TeachingMoment, Recording).join(Recording, Recording.id == TeachingMoment.recording_id)
    found = found.where(TeachingMoment.state == "offered", Recording.state == State.READY)
    found = found.where(Recording.authority_id == authority_id)
    for selection in people:
        found = found.where(Recording.owner_id.in_(selection))
    if numbers is not None:
        found = found.where(TeachingMoment.id.in_(numbers))
    return [(moment, recording) for moment, recording in session.execute(found.order_by(TeachingMoment.id.desc()))]


def asked(session: Session, person: Person) -> list[tuple[TeachingMoment, Recording, str]]:
    """What trainers asked of somebody and she has not answered, with the trainer's name; the first first."""
    found = select(TeachingMoment, Recording, Person.name)
    found = found.join(Recording, Recording.id == TeachingMoment.recording_id)
    found = found.join(Person, Person.id == TeachingMoment.asked_by_id)
    found = found.where(TeachingMoment.state == "asked", Recording.owner_id == person.id).order_by(TeachingMoment.id)
    return [(moment, recording, name) for moment, recording, name in session.execute(found)]
