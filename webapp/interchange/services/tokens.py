"""Access tokens: an administrator makes one for a program, which then speaks for the authority."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp import audit, clock, secrets_box
from webapp.accounts.tables import Person, Role
from webapp.errors import DomainError, NotAllowed, NotFound, Refused
from webapp.interchange import queries
from webapp.interchange.tables import AccessToken
from webapp.organisation.services import reports

MOST = 20  # of one authority at a time
_LONGEST = 200  # characters of what a program may show
_MARK = "changetalk_"  # so that a token that was left somewhere is known for what it is
_USE_NOTED_EVERY = timedelta(minutes=5)


class NoToken(DomainError):
    """No token was shown, or none that opens anything."""

    status = 401


@dataclass(frozen=True, slots=True)
class Shown:
    """A token as the list shows it. ``works`` is false once who made it is no longer an active administrator."""

    id: int
    name: str
    made_by: str
    made_at: datetime
    last_used_at: datetime | None
    works: bool


def every(session: Session, actor: Person) -> list[Shown]:
    """The tokens of the acting administrator's authority, by name."""
    found = queries.tokens(session, actor.authority_id)
    makers = _makers(session, actor.authority_id, found)
    return [
        Shown(t.id, t.name, makers[t.made_by_id].name, t.made_at, t.last_used_at, _may_lend(makers[t.made_by_id]))
        for t in found
    ]


def make(session: Session, actor: Person, name: str) -> str:
    """Make a token, to be shown this once.

    Raises:
        Refused: there is one of this name, or there are as many as there may be.
    """
    there = queries.tokens(session, actor.authority_id)
    if len(there) >= MOST:
        raise Refused(f"There are {MOST} tokens already. Revoke one that is no longer needed first.")
    if any(token.name.casefold() == name.casefold() for token in there):
        raise Refused("There is a token of this name already. Choose another name, or revoke that one first.")
    word = _MARK + secrets.token_urlsafe(32)
    made = AccessToken(
        authority_id=actor.authority_id,
        made_by_id=actor.id,
        name=name,
        token_hash=_fingerprint(session, word),
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()
    audit.record(session, "access_token.make", actor=actor, subject_id=made.id)
    return word


def revoke(session: Session, actor: Person, token_id: int) -> str:
    """Let a token open nothing any more; twice does no harm. Returns its name.

    Raises:
        NotFound: there is none in this authority.
    """
    token = queries.token(session, actor.authority_id, token_id)
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        audit.record(session, "access_token.revoke", actor=actor, subject_id=token.id)
    return token.name


def holder(session: Session, word: str) -> AccessToken:
    """The token that a program shows.

    Raises:
        NoToken: there is none such, or it is revoked.
        NotAllowed: who made it is no longer an administrator here, so it opens nothing.
    """
    token = queries.token_of(session, _fingerprint(session, word)) if 0 < len(word) <= _LONGEST else None
    if token is None:
        raise NoToken("Show an access token: “Authorization: Bearer ” and the token. This one opens nothing.")
    if not _may_lend(_makers(session, token.authority_id, [token])[token.made_by_id]):
        raise NotAllowed("Who made this access token is no longer an administrator. Ask for a new one.")
    return token


def use_is_news(token: AccessToken) -> bool:
    """Whether it is long enough since its last use was noted to note this one."""
    return token.last_used_at is None or clock.now() - token.last_used_at > _USE_NOTED_EVERY


def note_use(session: Session, token_id: int) -> None:
    """Note that a token was used just now."""
    token = queries.token_by_id(session, token_id)
    if token is not None:
        token.last_used_at = clock.now()


def _makers(session: Session, authority_id: int, tokens: Sequence[AccessToken]) -> dict[int, Person]:
    found = reports.people(session, authority_id, {token.made_by_id for token in tokens})
    return {person.id: person for person in found}


def _may_lend(person: Person) -> bool:
    return person.active and person.role == Role.ADMINISTRATOR


def _fingerprint(session: Session, word: str) -> str:
    return secrets_box.of(session).fingerprint(word.encode(), purpose="access token")
