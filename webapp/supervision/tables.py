"""Packs for group supervision, and what is kept of supervision that was held.

A pack has places. What stands in one is the practitioner's and stays with her: a place knows the moment while it is
offered, and nothing of it once it was taken back or its recording deleted. What a trainer wrote to a moment may repeat
what was said, so it names the recording and goes with it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base


class Pack(Base):
    """Moments in an order, with prompts, for the supervision of one cohort; its maker's alone."""

    __tablename__ = "supervision_pack"
    __table_args__ = (Index("ix_supervision_pack_cohort_id_made_by_id", "cohort_id", "made_by_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]


class Place(Base):
    """A place in a pack. ``covered`` has the words that are covered beyond the moment's own: their numbers by turn.

    ``moment_id`` is empty once the moment is gone.
    """

    __tablename__ = "supervision_place"
    __table_args__ = (Index("ix_supervision_place_pack_id", "pack_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("supervision_pack.id", ondelete="CASCADE"))
    moment_id: Mapped[int | None] = mapped_column(ForeignKey("teaching_moment.id", ondelete="SET NULL"), index=True)
    position: Mapped[int]
    covered: Mapped[dict[str, Any]] = mapped_column(JSON)


class Prompt(Base):
    """What a trainer asks the group at a place, encrypted; ``kind`` is one of prompts.toml."""

    __tablename__ = "supervision_prompt"

    place_id: Mapped[int] = mapped_column(ForeignKey("supervision_place.id", ondelete="CASCADE"), primary_key=True)
    moment_id: Mapped[int] = mapped_column(ForeignKey("teaching_moment.id", ondelete="CASCADE"), index=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[bytes] = mapped_column(LargeBinary)


class Held(Base):
    """That group supervision was held with a cohort, or a team of it. ``note`` is encrypted."""

    __tablename__ = "supervision"
    __table_args__ = (Index("ix_supervision_cohort_id_held_on", "cohort_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("supervision_pack.id", ondelete="SET NULL"))
    held_on: Mapped[date]
    minutes: Mapped[int]
    note: Mapped[bytes] = mapped_column(LargeBinary)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None]


class Attendance(Base):
    """Who of the cohort was there, with the discipline she had that day."""

    __tablename__ = "supervision_attendance"

    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    discipline: Mapped[str] = mapped_column(String(60))


class Guests(Base):
    """How many others of a discipline were there."""

    __tablename__ = "supervision_guests"

    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision.id"), primary_key=True)
    discipline: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int]
