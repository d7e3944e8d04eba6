"""Links that work once: invitations, and a way in for who forgot her password. Only a hash of each is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from webapp import audit, clock, database
from webapp.accounts import letters, passwords, queries, services
from webapp.accounts.tables import Link, Person, Purpose, Role
from webapp.errors import Gone, NotAllowed, NotFound, Refused

PATHS = {Purpose.INVITATION: "/welcome/", Purpose.RESET: "/new-password/"}  # what the token comes after
LASTS = {Purpose.INVITATION: timedelta(days=14), Purpose.RESET: timedelta(hours=2)}
_GONE = {
    Purpose.INVITATION: "An invitation works once, within 14 days, and a newer one takes its place. If you have chosen "
    "a password already, sign in with it. If not, ask your administrator for a new invitation.",
    Purpose.RESET: "A link for a new password works once, within 2 hours, and a newer one takes its place. "
    "You can ask for another at once.",
}


def invite(session: Session, actor: Person, person: Person) -> str:
    """Make a person's invitation, mail it, and give its address; one sent before no longer works.

    Raises:
        NotFound: the person belongs to another authority.
        NotAllowed: the actor is no administrator.
        Refused: the person is not active.
    """
    if person.authority_id != actor.authority_id:
        raise NotFound
    if actor.role != Role.ADMINISTRATOR:
        raise NotAllowed("Only an administrator can invite people.")
    if not person.active:
        raise Refused(f"{person.name} is not active, so an invitation would not work.")
    url = _make(session, person, Purpose.INVITATION)
    letters.invitation(session, person, url=url, sender=actor)
    audit.record(session, "invitation.send", actor=actor, subject_id=person.id)
    return url


def ask_reset(session: Session, *, email: str) -> None:
    """Mail a way to a new password, if there is somebody with this address. The caller never learns."""
    person = queries.by_email(session, email)
    if person and person.active:
        letters.reset(session, person, url=_make(session, person, Purpose.RESET))
        audit.record(session, "reset.ask", actor=person)


def owner(session: Session, token: str, purpose: Purpose) -> Person:
    """Whose link this is. Looking does not use it up: mail programs look too.

    Raises:
        Gone: it was used, is too old, was replaced, or never was.
    """
    return _good(session, token, purpose)[1]


def use(session: Session, token: str, purpose: Purpose, *, password: str) -> Person:
    """Set the password with a link, which ends the link, all others of this person, and every open sign-in.

    Raises:
        Gone: see ``owner``.
        Refused: the password will not do; the link still works.
    """
    link, person = _good(session, token, purpose, lock=True)
    person.password_hash = passwords.hashed(password, name=person.name, email=person.email)
    link.used_at = clock.now()
    end_all(session, person)
    services.end_sessions(person)
    if purpose == Purpose.RESET:
        letters.password_changed(session, person)
    audit.record(session, f"{purpose.value}.use", actor=person)
    return person


def end_all(session: Session, person: Person, *purposes: Purpose) -> None:
    """End a person's links that still work: those for ``purposes``, or all."""
    now = clock.now()
    for link in queries.open_links(session, person.id, now):
        if not purposes or link.purpose in purposes:
            link.expires_at = now


def _make(session: Session, person: Person, purpose: Purpose) -> str:
    end_all(session, person, purpose)
    token = secrets.token_urlsafe(32)
    session.add(
        Link(person_id=person.id, purpose=purpose, token_hash=_hash(token), expires_at=clock.now() + LASTS[purpose])
    )
    return f"{database.settings_of(session).public_url}{PATHS[purpose]}{token}"


def _good(session: Session, token: str, purpose: Purpose, *, lock: bool = False) -> tuple[Link, Person]:
    link = queries.link(session, _hash(token), purpose, lock=lock)
    person = queries.by_id(session, link.person_id) if link else None
    if link is None or person is None or link.used_at or link.expires_at <= clock.now() or not person.active:
        raise Gone(_GONE[purpose])
    return link, person


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
