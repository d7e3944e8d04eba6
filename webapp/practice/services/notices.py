"""Letters about a recording. They say nothing that was said in it, nor what it is called."""

from __future__ import annotations

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


def wanted(session: Session, owner: Person) -> bool:
    """Whether letters about her recordings reach somebody."""
    return owner.active and reminders.wanted(session, owner)


def _write(session: Session, recording: Recording, subject: str, text: str) -> None:
    owner = session.get_one(Person, recording.owner_id)
    if not wanted(session, owner):
        return
    settings = database.settings_of(session)
    mail.send(
        session,
        to=owner.email,
        subject=subject,
        text=f"Hello {owner.name.split()[0]},\n\n{text}\n\n{settings.public_url}/recordings/{recording.id}\n\n"
        f"You decide whether you get these letters: {settings.public_url}/reminders\n",
    )
