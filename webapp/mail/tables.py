"""Messages that wait to be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base


class MailMessage(Base):
    """An e-mail on its way. Gone once it is sent; without ``next_try_at`` and ``letter`` once it was given up."""

    __tablename__ = "mail_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(60), default="")  # the kind of the last failure, without its words
    letter: Mapped[bytes | None] = mapped_column(LargeBinary)  # to whom and what, encrypted: it may carry a link
