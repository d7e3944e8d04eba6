"""Reflective notes: encrypted for their writer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from webapp import clock, secrets_box
from webapp.accounts.tables import Person
from webapp.errors import Refused
from webapp.learning import queries
from webapp.learning.content.course import Course, Exercise, Module
from webapp.learning.services import progress
from webapp.learning.tables import Note

LONGEST = 10_000  # characters
_CLOSED = "This note cannot be opened: the key of this installation is not the one it was closed with."


def write(session: Session, person: Person, course: Course, module: Module, exercise: Exercise, text: str) -> None:
    """Keep a note in place of the one before; an empty one removes it.

    Raises:
        Refused: it is longer than ``LONGEST``.
    """
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > LONGEST:
        raise Refused(f"Your note has {len(text):,} characters, and {LONGEST:,} is the most. Shorten it a little.")
    found = queries.note(session, person.id, course.slug, exercise.name)
    if not text:
        if found is not None:
            session.delete(found)
        return
    if found is None:
        found = Note(person_id=person.id, course=course.slug, exercise=exercise.name)
        session.add(found)
    found.text = secrets_box.of(session).encrypt(text.encode(), purpose=_purpose(person))
    found.changed_at = clock.now()
    session.flush()
    progress.done(session, person, course, module, exercise.name)


def read(session: Session, person: Person, course: str, exercise: str) -> str:
    """Somebody's own note, or nothing."""
    found = queries.note(session, person.id, course, exercise)
    if found is None:
        return ""
    return secrets_box.of(session).decrypt(found.text, purpose=_purpose(person)).decode()


def every(session: Session, person: Person) -> list[tuple[datetime, str, str, str]]:
    """All of somebody's own notes: when each was changed, its course and exercise, and what it says."""
    box = secrets_box.of(session)

    def plain(note: Note) -> str:
        try:
            return box.decrypt(note.text, purpose=_purpose(person)).decode()
        except secrets_box.CannotOpen:
            return _CLOSED

    found = queries.notes_of(session, person.id)
    return [(note.changed_at, note.course, note.exercise, plain(note)) for note in found]


def _purpose(person: Person) -> str:
    return f"note of {person.id}"
