"""Letters about a recording. They say nothing that was said in it, nor what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from webapp import database, mail
from webapp.accounts.tables import Person
from webapp.learning.services import reminders
from webapp.practice.tables import Recording
from webapp.supervision.services import read as supervision
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


def asked_for_teaching(session: Session, recording: Recording, trainer: Person) -> None:
    """Say to its owner that a trainer would like to use a moment of it; not which."""
    _to(
        session,
        session.get_one(Person, recording.owner_id),
        f"{trainer.name} asks for a moment for teaching",
        f"{trainer.name} would like to use a moment of the conversation on {day(recording.held_on)} for teaching. You "
        "can look at it, and say yes or no. Nothing is used before you say yes.",
        f"/recordings/{recording.id}/teaching",
    )


def answered_for_teaching(session: Session, recording: Recording, trainer: Person) -> None:
    """Say to a trainer that what she asked for was answered."""
    _to(
        session,
        trainer,
        "An answer about a moment for teaching",
        f"There is an answer to what you asked about the conversation on {day(recording.held_on)}.",
        "/supervision",
    )


def taken_back(session: Session, moments: Sequence[int]) -> None:
    """Say to whoever has one of these moments in a pack that it is taken back; not which, nor whose it is.

    Call it while the moments are there. Whoever made a pack gets this one, whatever other letters she wants: she may
    have the words on paper.
    """
    for maker, packs in supervision.makers(session, moments):
        one = len(packs) == 1
        _send(
            session,
            maker,
            "A moment in your pack was taken back",
            f"A moment that stood in {'a pack' if one else f'{len(packs)} packs'} of yours for group supervision was "
            "taken back. Its place shows nothing of it any more, and the pack goes on without it. If you printed the "
            "pack or kept it as a file, please destroy that page and that file, and do not use its words any more.",
            f"/supervision/packs/{packs[0]}" if one else "/supervision",
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
