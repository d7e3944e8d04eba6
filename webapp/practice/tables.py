"""Recordings and everything that hangs on them. What families say is encrypted, here as in the vault."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.database import Base


class State(StrEnum):
    """How far a recording has come."""

    ARRIVING = "arriving"  # pieces are still coming in
    WAITING = "waiting"  # for the worker
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What kind of conversation it is."""

    ROLE_PLAY = "role_play"
    REAL = "real"


class Recording(Base):
    """One practice conversation of one person.

    ``about`` is what she says of it (see services/about.py), encrypted. ``folder`` is where its sound lies in the
    vault. ``revision`` goes up with every correction; ``fingerprint`` tells the same file brought in twice. Numbers are
    never given out again: the audit trail speaks of recordings that are gone.
    """

    __tablename__ = "recording"
    __table_args__ = (
        Index("ix_recording_owner_id_held_on", "owner_id", "held_on"),
        Index("ix_recording_state_arrived_at", "state", "arrived_at"),
        Index("ix_recording_owner_id_fingerprint", "owner_id", "fingerprint"),
        Index("ix_recording_authority_id_created_at", "authority_id", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    folder: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[Kind] = mapped_column(String(20))
    held_on: Mapped[date]
    about: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[State] = mapped_column(String(20))
    created_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  # when its owner first opened what came of it
    duration: Mapped[float | None]  # s
    sound_size: Mapped[int | None]  # bytes of the compact copy; none while there is none
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    speakers: Mapped[int]
    swapped: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)


class Piece(Base):
    """A piece of what is brought in. ``part`` counts the files: a browser that has to begin again makes another."""

    __tablename__ = "recording_piece"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class Work(Base):
    """The work on one recording: the truth about who does it and how far it is; the queue only wakes workers.

    Whoever holds the ``lease`` works on it until ``lease_until``, and keeps moving that on. ``step`` is the engine's,
    ``done`` of ``total`` its progress; ``attempts`` counts beginnings that were not taken back.
    """

    __tablename__ = "recording_work"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(index=True)
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    step: Mapped[str] = mapped_column(String(20), default="")
    done: Mapped[float] = mapped_column(default=0.0)
    total: Mapped[float] = mapped_column(default=0.0)
    problem: Mapped[str | None] = mapped_column(String(500))


class RecordingText(Base):
    """What was heard and said about it, encrypted: see services/texts.py for the parts there are."""

    __tablename__ = "recording_text"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    revision: Mapped[int]  # of the recording when this was made
    closed: Mapped[bytes] = mapped_column(LargeBinary)


class RecordingMeasure(Base):
    """A measure of a recording as it stands after corrections: numbers alone, for trends."""

    __tablename__ = "recording_measure"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[float | None]  # none where it is withheld
    low: Mapped[float | None]
    high: Mapped[float | None]
    marked: Mapped[float | None]
    n: Mapped[int]


class Correction(Base):
    """Something a person put right; ``told`` says what, encrypted (see services/corrections.py).

    Rows are never changed but for ``withdrawn_at``, when it was taken back.
    """

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_recording_id_id", "recording_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    told: Mapped[bytes] = mapped_column(LargeBinary)
    withdrawn_at: Mapped[datetime | None]


class Share(Base):
    """That a recording is open to a trainer, until it is taken back."""

    __tablename__ = "share"
    __table_args__ = (
        Index("ix_share_recording_id_trainer_id", "recording_id", "trainer_id"),
        Index("ix_share_trainer_id_withdrawn_at", "trainer_id", "withdrawn_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shared_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Comment(Base):
    """Something said at a moment of a recording, encrypted; a thread is what was said at the same moment."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_recording_id_at", "recording_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    moment: Mapped[float | None]  # s into the recording; none for one about the whole
    text: Mapped[bytes] = mapped_column(LargeBinary)


class OwnView(Base):
    """How she saw the conversation herself, before she looked at the feedback; encrypted, hers alone."""

    __tablename__ = "own_view"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    answers: Mapped[bytes | None] = mapped_column(LargeBinary)  # none where she skipped it
    at: Mapped[datetime]


class Goal(Base):
    """Something to try next time, chosen from the feedback on one recording and looked at in a later one."""

    __tablename__ = "goal"
    __table_args__ = (Index("ix_goal_person_id_chosen_at", "person_id", "chosen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id"), index=True)  # where it was chosen
    name: Mapped[str] = mapped_column(String(40))  # of services/goals.py
    chosen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # another took its place, or it was put aside


class Mask(Base):
    """A name or place in a transcript that is to be covered, in words and in sound.

    ``told`` is where it stands and what it says, encrypted; ``state`` is ``suggested``, ``confirmed`` or ``refused``.
    """

    __tablename__ = "mask"
    __table_args__ = (Index("ix_mask_recording_id_id", "recording_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    state: Mapped[str] = mapped_column(String(20))
    told: Mapped[bytes] = mapped_column(LargeBinary)
    covered_at: Mapped[datetime | None]  # when the sound was made silent there


class KeptCounts(Base):
    """What is left of a deleted recording if its owner agreed: numbers and the day, nothing anybody said."""

    __tablename__ = "kept_counts"
    __table_args__ = (Index("ix_kept_counts_owner_id_held_on", "owner_id", "held_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    held_on: Mapped[date]
    kind: Mapped[Kind] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    n: Mapped[int]


class Retention(Base):
    """How long an authority keeps recordings. No row: the setting of the installation."""

    __tablename__ = "retention"

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    days: Mapped[int]


class RetentionWarning(Base):
    """That its owner was told when a recording will go: without it, and two weeks after it, nothing goes by itself."""

    __tablename__ = "retention_warning"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    at: Mapped[datetime]


class Purge(Base):
    """How many recordings of an authority went by themselves on a day, for whoever answers for retention."""

    __tablename__ = "purge"

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    recordings: Mapped[int]


class EmptyFolder(Base):
    """A folder of the vault whose recording is gone: what lies there goes too, whatever happened in between."""

    __tablename__ = "empty_folder"

    folder: Mapped[str] = mapped_column(String(32), primary_key=True)


class Export(Base):
    """Everything somebody has, as one file, made by the worker and kept in the vault for a day.

    It is ``waiting``, ``ready`` or ``failed``. ``mark`` is what the present link to it carries; none once that was
    used. Whoever makes it holds it until ``lease_until``.
    """

    __tablename__ = "export"
    __table_args__ = (Index("ix_export_person_id_id", "person_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    folder: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    ready_at: Mapped[datetime | None]
    goes_at: Mapped[datetime | None]
    size: Mapped[int | None] = mapped_column(BigInteger)  # bytes
    mark: Mapped[str | None] = mapped_column(String(32))
    problem: Mapped[str | None] = mapped_column(String(500))


class Coached(Base):
    """That a recording was coached, by whom and when: three to four in six months keep a skill."""

    __tablename__ = "coached"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]


class TeachingMoment(Base):
    """A few turns of a recording that its owner lets her trainers use for teaching: words alone, names covered.

    ``state`` is ``asked``, ``offered``, ``refused`` or ``withdrawn``. ``words`` is what others see, encrypted and never
    changed but to cover more; it is there only while the moment is offered. ``first`` to ``last`` are the turns as they
    were numbered then, ``asked_by_id`` the trainer who asked, if one did.
    """

    __tablename__ = "teaching_moment"
    __table_args__ = (
        Index("ix_teaching_moment_recording_id", "recording_id"),
        Index("ix_teaching_moment_state", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    first: Mapped[int]
    last: Mapped[int]
    skill: Mapped[str] = mapped_column(String(30))  # of teaching.toml
    shows: Mapped[str] = mapped_column(String(20))  # went_well or another_way
    consented: Mapped[bool] = mapped_column(default=False)  # those in a real conversation agreed to teaching
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    changed_at: Mapped[datetime]
