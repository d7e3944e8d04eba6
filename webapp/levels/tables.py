"""Levels, their rules, and who was signed off. They hold numbers and days; nothing that was said in a recording."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base, Named


class Level(Named, Base):
    """What a service asks for. ``version`` is that of its rules now; one that is put aside is signed no more."""

    __tablename__ = "level"
    __table_args__ = (UniqueConstraint("authority_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    purpose: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    made_at: Mapped[datetime]
    put_aside_at: Mapped[datetime | None]


class LevelVersion(Base):
    """The rules of a level as they were at one time (see services/rules.py). Rows are only ever added."""

    __tablename__ = "level_version"

    level_id: Mapped[int] = mapped_column(ForeignKey("level.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class SignOff(Base):
    """That a trainer signed a version of a level for somebody. Rows are never changed but to revoke them.

    ``stood`` is what it stood on: numbers and days, so that it says so still when a recording is gone. ``told`` and
    ``revoked_told`` are reasons, encrypted. Names are as they were on the day.
    """

    __tablename__ = "sign_off"
    __table_args__ = (Index("ix_sign_off_person_id_level_id", "person_id", "level_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    level_id: Mapped[int] = mapped_column(ForeignKey("level.id"), index=True)
    version: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    level_name: Mapped[str] = mapped_column(String(120))
    person_name: Mapped[str] = mapped_column(String(120))
    trainer_name: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    signed_at: Mapped[datetime]
    stood: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    told: Mapped[bytes] = mapped_column(LargeBinary)
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_told: Mapped[bytes | None] = mapped_column(LargeBinary)
