"""Reads codings by hand that are open to a trainer: finished ones, of recordings that are shared with her now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, aliased

from webapp.accounts.tables import Person
from webapp.agreement.tables import AgreementReport
from webapp.coaching.tables import Coaching, Rating
from webapp.coding.tables import Coding, Kind, Segment
from webapp.practice.tables import Recording, Share, State


class Coded(NamedTuple):
    """A finished coding, without what it says."""

    id: int
    segment_id: int
    recording_id: int
    coder_id: int
    coder: str
    kind: str
    revision: int
    finished_at: datetime
    title: str
    held_on: date


class Judged(NamedTuple):
    """A rating of a whole conversation that was sent to its owner."""

    recording_id: int
    trainer_id: int
    trainer: str
    scale: str
    value: int
    at: datetime


def finished(session: Session, trainer: Person) -> list[Coded]:
    """Every finished coding that she may compare, the one finished first first.

    Segments that she is coding herself are left out until she has finished: she is to code them blind.
    """
    found = select(
        Coding.id, Coding.segment_id, Coding.recording_id, Coding.coder_id, Person.name, Coding.kind
    ).add_columns(Coding.revision, Coding.finished_at, Recording.title, Recording.held_on)
    found = found.join(Segment, Segment.id == Coding.segment_id).join(Recording, Recording.id == Coding.recording_id)
    found = found.join(Person, Person.id == Coding.coder_id)
    found = found.where(
        Coding.finished_at.is_not(None),
        Coding.recording_id.in_(open_to(trainer)),
        Coding.segment_id.not_in(_at(trainer)),
    )
    return [Coded(*row) for row in session.execute(found.order_by(Coding.finished_at, Coding.id))]


def waiting_for(session: Session, trainer: Person) -> int:
    """How many segments that are open to her are left out because she has not finished them herself."""
    found = select(func.count()).select_from(Segment)
    found = found.where(Segment.id.in_(_at(trainer)), Segment.recording_id.in_(open_to(trainer)))
    return session.scalar(found) or 0


def judged(session: Session, trainer: Person) -> list[Judged]:
    """The ratings of recordings that are open to her, where they were sent."""
    found = select(Rating.recording_id, Rating.trainer_id, Person.name, Rating.scale, Rating.value, Rating.at)
    sent = (Coaching.recording_id == Rating.recording_id) & (Coaching.trainer_id == Rating.trainer_id)
    found = found.join(Coaching, sent).join(Person, Person.id == Rating.trainer_id)
    found = found.where(Coaching.sent_at.is_not(None), Rating.recording_id.in_(open_to(trainer)))
    order = (Rating.recording_id, Rating.trainer_id, Rating.scale)
    return [Judged(*row) for row in session.execute(found.order_by(*order))]


def open_to(trainer: Person) -> Select[int]:
    """The recordings that others of her authority have opened to her and not taken back."""
    found = select(Share.recording_id).join(Recording, Recording.id == Share.recording_id)
    found = found.where(Share.trainer_id == trainer.id, Share.withdrawn_at.is_(None), Recording.state == State.READY)
    return found.where(Recording.authority_id == trainer.authority_id, Recording.owner_id != trainer.id)


def segments(session: Session, trainer: Person, numbers: Collection[int]) -> dict[int, tuple[Segment, Recording]]:
    """Those of these segments that are open to her, by number, each with its recording."""
    found = select(Segment, Recording).join(Recording, Recording.id == Segment.recording_id)
    found = found.where(Segment.id.in_(numbers), Segment.recording_id.in_(open_to(trainer)))
    return {segment.id: (segment, recording) for segment, recording in session.execute(found)}


def codings(session: Session, numbers: Collection[int]) -> dict[int, Coding]:
    """Some codings with what they say, by number."""
    return {coding.id: coding for coding in session.scalars(select(Coding).where(Coding.id.in_(numbers)))}


def report(session: Session, trainer: Person, pair: str, period: str) -> AgreementReport | None:
    """What is kept for a choice of hers."""
    found = select(AgreementReport).where(AgreementReport.trainer_id == trainer.id)
    return session.scalars(found.where(AgreementReport.pair == pair, AgreementReport.period == period)).first()


def forget(session: Session, before: datetime) -> None:
    """Throw away what was asked for before a moment."""
    session.execute(delete(AgreementReport).where(AgreementReport.asked_at < before))


def _at(trainer: Person) -> Select[int]:
    hers = aliased(Coding)
    found = select(hers.segment_id).where(hers.coder_id == trainer.id, hers.kind == Kind.OWN)
    return found.where(hers.finished_at.is_(None))
