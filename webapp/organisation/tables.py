"""Authorities, their teams and cohorts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.tables import Person
from webapp.database import Base, Named


class Authority(Base):
    """A council or trust. Everything belongs to one, and nothing is seen across them."""

    __tablename__ = "authority"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)


class Team(Named, Base):
    """People of several professions who work with the same families."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("authority_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)


cohort_members = Table(
    "cohort_member",
    Base.metadata,
    Column("cohort_id", ForeignKey("cohort.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True, index=True),
)
cohort_trainers = Table(
    "cohort_trainer",
    Base.metadata,
    Column("cohort_id", ForeignKey("cohort.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True, index=True),
)


class Cohort(Named, Base):
    """People who are trained together, by whom and when."""

    __tablename__ = "cohort"
    __table_args__ = (UniqueConstraint("authority_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    members: Mapped[list[Person]] = relationship(secondary=cohort_members, order_by=Person.name)
    trainers: Mapped[list[Person]] = relationship(secondary=cohort_trainers, order_by=Person.name)


class PeopleImport(Base):
    """A file of people that was read and waits for a yes. Removed when it is done, refused or a day old."""

    __tablename__ = "people_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(120))
    sheet: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # as services/import_file.py reads it: the rows, not their effect
    expires_at: Mapped[datetime] = mapped_column(index=True)
