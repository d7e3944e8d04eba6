"""Statements on their way to a record store, and the tokens of programs that ask for completions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base


class XapiStatement(Base):
    """That somebody finished something, as the record store is told. ``id`` is the statement's own.

    ``statement`` is never changed: a store that is told twice knows it by its id, and must find it the same.
    ``next_try_at`` is empty once it is sent. ``last_problem`` is a plain sentence without anything about a person.
    """

    __tablename__ = "xapi_statement"
    __table_args__ = (
        Index("ix_xapi_statement_authority_id_sent_at", "authority_id", "sent_at"),
        Index("ix_xapi_statement_next_try_at_created_at", "next_try_at", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    statement: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_problem: Mapped[str] = mapped_column(String(200), default="")


class AccessToken(Base):
    """A program's key to the completions of one authority. Only its fingerprint is kept."""

    __tablename__ = "access_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
