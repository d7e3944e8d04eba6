"""People and how they sign in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base, Named


class Role(StrEnum):
    """What a person may do. Everybody may learn."""

    PRACTITIONER = "practitioner"
    TRAINER = "trainer"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.PRACTITIONER: "Practitioner",
    Role.TRAINER: "Trainer",
    Role.LEAD: "Service lead",
    Role.ADMINISTRATOR: "Administrator",
}
STAFF = frozenset({Role.TRAINER, Role.LEAD, Role.ADMINISTRATOR})  # who sees more than her own: a second factor

TRAINING = frozenset({Role.TRAINER, Role.ADMINISTRATOR})  # who can be chosen as the trainer of a cohort

DISCIPLINES = (
    "Children's social work",
    "Domestic abuse",
    "Mental health",
    "Substance misuse",
    "Health visiting",
    "Family support",
    "Probation",
    "Police",
    "Psychology",
    "Education",
    "Other",
)


class Person(Named, Base):
    """Somebody who can sign in, or could. ``session_version`` goes up whenever open sign-ins must end."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_authority_id_sorts_as", "authority_id", "sorts_as"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # in lower case
    discipline: Mapped[str] = mapped_column(String(60))
    role: Mapped[Role] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    second_factor: Mapped[bytes | None] = mapped_column(LargeBinary(200))  # the secret, encrypted; see second_factor.py
    second_factor_step: Mapped[int | None]  # the last code that was used, so that none is used twice
    active: Mapped[bool] = mapped_column(default=True)
    session_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"


class Link(Base):
    """A link that works once: to accept an invitation or to choose a new password. Only its hash is kept."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """Stands in once for a second factor that is lost. Only its fingerprint is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
