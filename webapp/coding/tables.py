"""Stretches of recordings that people code by hand, and their codings. What was said is encrypted, as everywhere.

Each row names the recording itself, so that all of it goes with the recording.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base


class Segment(Base):
    """A stretch of a recording that is coded by one person or more, with its words as they were when it was chosen.

    ``heard`` holds the turns (``fidelity.hand.coding.HeardTurn``) and ``machine`` how the engine itself parsed and
    coded them; both are encrypted. ``chosen`` is ``random`` or ``whole``.
    """

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    chosen: Mapped[str] = mapped_column(String(20))
    start: Mapped[float]  # s into the recording
    end: Mapped[float]  # s into the recording
    heard: Mapped[bytes] = mapped_column(LargeBinary)
    machine: Mapped[bytes] = mapped_column(LargeBinary)


class Kind(StrEnum):
    """Whose a coding is."""

    OWN = "own"  # one coder's, blind to all others
    AGREED = "agreed"  # what came of laying two side by side


class Coding(Base):
    """How one person coded a segment, or what two agreed on; other coders see it once both have finished.

    ``parses`` is every turn's parse (``fidelity.hand.coding.Parse``), encrypted; ``revision`` goes up with every
    change.
    """

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("segment_id", "coder_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id"))
    coder_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[Kind] = mapped_column(String(20))
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime]
    parses: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class CodingMeasure(Base):
    """What a finished coding comes to, by the same counting rules as the engine's: numbers alone.

    Names are those of ``fidelity.measures``; ``value`` is none where there is too little for it, ``n`` what it stands
    on.
    """

    __tablename__ = "coding_measure"

    coding_id: Mapped[int] = mapped_column(ForeignKey("coding.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), index=True)
    value: Mapped[float | None]
    n: Mapped[int]


class PracticeCoding(Base):
    """A try at coding a bundled conversation (``webapp/coding/services/samples.py``), kept for the person alone.

    The conversation is no secret, so nothing is encrypted. ``codes`` is by the name of a line. Once finished, ``alike``
    and ``kappa`` say how far it agrees with the authors' codes on ``n`` lines of the practitioner, and the same for
    the client's lines.
    """

    __tablename__ = "practice_coding"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    sample: Mapped[str] = mapped_column(String(20))
    codes: Mapped[dict[str, str]] = mapped_column(JSON)
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    n: Mapped[int | None]
    alike: Mapped[int | None]
    kappa: Mapped[float | None]
    client_n: Mapped[int | None]
    client_alike: Mapped[int | None]
    client_kappa: Mapped[float | None]
