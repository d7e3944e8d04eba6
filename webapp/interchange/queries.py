"""Reads statements and access tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.interchange.tables import AccessToken, XapiStatement


def due(session: Session, at: datetime, most: int) -> Sequence[XapiStatement]:
    """Statements whose time has come, the oldest first, for nobody else to take meanwhile."""
    query = select(XapiStatement).where(XapiStatement.next_try_at <= at)
    oldest_first = query.order_by(XapiStatement.created_at, XapiStatement.id)
    return session.scalars(oldest_first.limit(most).with_for_update(skip_locked=True)).all()


def counts(session: Session, authority_id: int) -> Any:
    """``(waiting, sent, next_try_at)`` of an authority's statements; the last is when the next of them is due."""
    query = select(
        func.count().filter(XapiStatement.sent_at.is_(None)).label("waiting"),
        func.count(XapiStatement.sent_at).label("sent"),
        func.min(XapiStatement.next_try_at).label("next_try_at"),
    ).where(XapiStatement.authority_id == authority_id)
    return session.execute(query).one()


def last_problem(session: Session, authority_id: int) -> Any | None:
    """``(last_problem, tried_at)`` of the statement that was tried last and waits for another try."""
    query = select(XapiStatement.last_problem, XapiStatement.tried_at).where(
        XapiStatement.authority_id == authority_id,
        XapiStatement.sent_at.is_(None),
        XapiStatement.last_problem != "",
    )
    return session.execute(query.order_by(XapiStatement.tried_at.desc()).limit(1)).first()


def tokens(session: Session, authority_id: int) -> Sequence[AccessToken]:
    """An authority's tokens that are not revoked, by name."""
    query = select(AccessToken).where(AccessToken.authority_id == authority_id, AccessToken.revoked_at.is_(None))
    return sorted(session.scalars(query), key=lambda token: (token.name.lower(), token.id))


def token(session: Session, authority_id: int, token_id: int) -> AccessToken | None:
    """One of an authority's tokens, revoked or not."""
    return session.scalar(
        select(AccessToken).where(AccessToken.id == token_id, AccessToken.authority_id == authority_id)
    )


def token_of(session: Session, token_hash: str) -> AccessToken | None:
    """The token with this fingerprint, unless it is revoked."""
    return session.scalar(
        select(AccessToken).where(AccessToken.token_hash == token_hash, AccessToken.revoked_at.is_(None))
    )


def token_by_id(session: Session, token_id: int) -> AccessToken | None:
    """A token of any authority, for work that was sent with its id."""
    return session.get(AccessToken, token_id)
