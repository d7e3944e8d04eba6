"""What is worked out about agreement and would take too long while somebody waits for a page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base


class AgreementReport(Base):
    """Figures for one trainer, one choice of whom to compare and one period; it is forgotten after a day.

    ``stamp`` tells which codings ``told`` was worked out from: where they are others now, it is out of date. Empty, it
    is still to be worked out. ``told`` is encrypted: it holds no words, but which codes met in which segment.
    """

    __tablename__ = "agreement_report"
    __table_args__ = (UniqueConstraint("trainer_id", "pair", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    pair: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    stamp: Mapped[str] = mapped_column(String(64), default="")
    told: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
