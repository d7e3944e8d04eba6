"""What the e-mails about an account say."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp import database, mail
from webapp.accounts.tables import Person


def invitation(session: Session, person: Person, *, url: str, sender: Person) -> None:
    """Ask somebody in."""
    service = database.settings_of(session).service_name
    _to(
        session,
        person,
        f"Your invitation to {service}",
        f"{sender.name} has made an account for you on {service}, where your service learns Motivational Interviewing.",
        "Open this link to choose a password and come in. It works once, within 14 days:",
        url,
        "If it has run out, ask your administrator for a new one.",
    )


def reset(session: Session, person: Person, *, url: str) -> None:
    """Let somebody choose a new password."""
    _to(
        session,
        person,
        "Choose a new password",
        "Somebody, we hope you, asked for a new password. Open this link to choose one. It works once, within 2 hours:",
        url,
        "If it was not you, do nothing: your password stays as it is.",
    )


def password_changed(session: Session, person: Person) -> None:
    """Tell the owner, who may not be the one who did it."""
    _to(session, person, "Your password was changed", "The password of your account has just been changed.", _NOT_YOU)


def second_factor_changed(session: Session, person: Person, *, what: str) -> None:
    """Tell the owner that her second factor was ``what``: turned on, turned off, or removed by an administrator."""
    _to(session, person, f"Your second factor was {what}", f"The second factor of your account was {what}.", _NOT_YOU)


_NOT_YOU = "If you did not do or ask for this, tell your administrator at once."


def _to(session: Session, person: Person, subject: str, *paragraphs: str) -> None:
    mail.send(session, to=person.email, subject=subject, text="\n\n".join((f"Hello {person.name},", *paragraphs)))
