"""Letters about sign-offs. They say that there is something to read, and nothing of what it says."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp import database, mail
from webapp.accounts.tables import Person
from webapp.levels.tables import SignOff


def signed(session: Session, person: Person, trainer: Person) -> None:
    """Say to somebody that she was signed off."""
    _send(
        session,
        person,
        "You were signed off for a level",
        f"{trainer.name} has signed you off for a level. The page says which, why, and on what it stands.",
        "/levels/mine",
    )


def revoked(session: Session, person: Person, sign_off: SignOff, actor: Person) -> None:
    """Say to somebody that a sign-off was revoked."""
    _send(
        session,
        person,
        "A sign-off was revoked",
        f"{actor.name} has revoked a sign-off of yours. The page says which and why, and what you can do.",
        f"/levels/sign-offs/{sign_off.id}",
    )


def _send(session: Session, person: Person, subject: str, text: str, path: str) -> None:
    """Whoever can sign in is told, whatever other letters she wants: it is about her."""
    if person.active:
        site = database.settings_of(session).public_url
        mail.send(
            session,
            to=person.email,
            subject=subject,
            text=f"Hello {person.name.split()[0]},\n\n{text}\n\n{site}{path}\n",
        )
