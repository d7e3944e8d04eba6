"""Letters about a recording. They say nothing that was said in it, nor what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from webapp import database, mail
from webapp.accounts.tables import Person
from webapp.learning.services import reminders
from webapp.practice.tables import Recording
from webapp.wording import day


def ready(session: Session, recording: Recording) -> None:
    """Say that it is worked on."""
    _write(
        session,
        recording,
        "Your recording is ready",
        f"The recording of your conversation on {day(recording.held_on)} is ready to look at, when you have a quiet "
        "moment. Nobody else sees it unless you share it.",
    )


def failed(session: Session, recording: Recording) -> None:
    """Say that it could not be worked on."""
    _write(
        session,
        recording,
        "Your recording needs another look",
        f"We could not work on the recording of your conversation on {day(recording.held_on)}. The page says why, and "
        "what you can do.",
    )


def shared(session: Session, recording: Recording, owner: Person, trainer: Person) -> None:
    """Say to a trainer that it is open to her."""
    _to(
        session,
        trainer,
        f"{owner.name} has shared a recording with you",
        f"{owner.name} has opened the recording of a conversation on {day(recording.held_on)} to you, and can take "
        "that back at any time.",
        f"/coaching/{recording.id}",
    )


def commented(session: Session, recording: Recording, reader: Person, *, by: Person) -> None:
    """Say that something was said about it; not what."""
    _to(
        session,
        reader,
        "A comment on a recording",
        f"{by.name} has written a comment on the recording of the conversation on {day(recording.held_on)}.",
        f"/recordings/{recording.id}/comments",
    )


def coached(session: Session, recording: Recording, trainer: Person) -> None:
    """Say to its owner that there is coaching to read."""
    _to(
        session,
        session.get_one(Person, recording.owner_id),
        f"{trainer.name} has coached your recording",
        f"{trainer.name} has written to you about the conversation on {day(recording.held_on)}: what stood out, a "
        "question, and something to try. You can answer there.",
        f"/recordings/{recording.id}/feedback#coaching",
    )


def exported(session: Session, person: Person) -> None:
    """Say that everything she has is there to be downloaded."""
    _to(session, person, "Your export is ready", "What you asked for is ready to download, for one day.", "/export")


def will_go(session: Session, owner: Person, recordings: Sequence[Recording], on: date) -> None:
    """Say that recordings will go by themselves. Everybody gets this one: afterwards it is too late to ask."""
    held = "\n".join(f"- {day(recording.held_on)}" for recording in recordings)
    one = len(recordings) == 1
    _send(
        session,
        owner,
        "Your recording will be deleted" if one else "Your recordings will be deleted",
        f"Your service keeps recordings for a limited time. On {day(on)}, "
        f"{'the recording of this conversation' if one else 'the recordings of these conversations'} will be deleted "
        f"with everything that belongs to {'it' if one else 'them'}:\n\n{held}\n\n"
        "You need not do anything. If you would like to keep a copy, download one before that day; if you would like "
        "to keep the numbers for your trend, delete the recording yourself and say so there.",
        "/recordings",
    )


def wanted(session: Session, person: Person) -> bool:
    """Whether letters about recordings reach somebody."""
    return person.active and reminders.wanted(session, person)


def _write(session: Session, recording: Recording, subject: str, text: str) -> None:
    _to(session, session.get_one(Person, recording.owner_id), subject, text, f"/recordings/{recording.id}")


def _to(session: Session, person: Person, subject: str, text: str, path: str) -> None:
    """Write to somebody who wants letters."""
    if wanted(session, person):
        site = database.settings_of(session).public_url
        _send(session, person, subject, text, path, f"You decide whether you get these letters: {site}/reminders\n")


def _send(session: Session, person: Person, subject: str, text: str, path: str, last: str = "") -> None:
    if not person.active:
        return
    mail.send(
        session,
        to=person.email,
        subject=subject,
        text=f"Hello {person.name.split()[0]},\n\n{text}\n\n{database.settings_of(session).public_url}{path}\n\n{last}",
    )
