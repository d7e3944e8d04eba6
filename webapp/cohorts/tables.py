"""What is worked out for cohorts and would take too long while somebody waits for a page, and their workshops."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base


class CohortCourse(Base):
    """How a cohort moved in each measure, as far as its recordings are open to one trainer.

    ``stamp`` tells which numbers it was worked out from: where they are others now, it is out of date.
    """

    __tablename__ = "cohort_course"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    stamp: Mapped[str] = mapped_column(String(64))
    told: Mapped[str] = mapped_column(Text)


class CohortEvent(Base):
    """A day on which something was done with a cohort: a workshop, a booster, or something else."""

    __tablename__ = "cohort_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    held_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))  # services/events.py knows which there are
    words: Mapped[str] = mapped_column(String(120))
