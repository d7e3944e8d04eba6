"""What trainers say of recordings. Their words are encrypted, as everything is that follows from what families say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base


class Coaching(Base):
    """What a trainer writes to the owner of a recording; the owner reads it from ``sent_at`` on."""

    __tablename__ = "coaching"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    told: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]  # when the owner first opened it


class Rating(Base):
    """A trainer's judgement of a whole conversation on a scale of services/scales.py, 1 to 5."""

    __tablename__ = "rating"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    scale: Mapped[str] = mapped_column(String(30), primary_key=True)
    value: Mapped[int]
    at: Mapped[datetime]
