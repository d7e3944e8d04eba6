"""Reads how somebody gets on from recording to recording: goals, measures, coaching."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.practice.tables import Coached, Goal, KeptCounts, Recording, RecordingMeasure, Share, State


class Number(NamedTuple):
    """A measure of a recording, or what is kept of one that was deleted: then there is no ``recording_id``."""

    recording_id: int | None
    held_on: date
    kind: str
    title: str
    duration: float | None
    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int


class Shared(NamedTuple):
    """A measure of a recording that somebody opened to a trainer."""

    owner_id: int
    recording_id: int
    held_on: date
    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int


class Opened(NamedTuple):
    """A recording that somebody opened to a trainer, and what tells whether its measures are still the same."""

    owner_id: int
    recording_id: int
    held_on: date
    measured: int
    sum: float
    squares: float


class Practised(NamedTuple):
    """A recording somebody made, and when it was coached."""

    recording_id: int
    held_on: date
    title: str
    coached_at: datetime | None


def active_goal(session: Session, person: Person) -> Goal | None:
    """The goal that somebody has now."""
    found = select(Goal).where(Goal.person_id == person.id, Goal.ended_at.is_(None))
    return session.scalars(found.order_by(Goal.chosen_at.desc(), Goal.id.desc()).limit(1)).first()


def goal_at(session: Session, person: Person, moment: datetime) -> Goal | None:
    """The goal that somebody had at a moment."""
    found = select(Goal).where(Goal.person_id == person.id, Goal.chosen_at <= moment)
    found = found.where(or_(Goal.ended_at.is_(None), Goal.ended_at > moment))
    return session.scalars(found.order_by(Goal.chosen_at.desc(), Goal.id.desc()).limit(1)).first()


def owned(session: Session, person: Person, numbers: Sequence[int]) -> dict[int, Recording]:
    """Those of these recordings that are hers, by id."""
    found = select(Recording).where(Recording.owner_id == person.id, Recording.id.in_(numbers))
    return {recording.id: recording for recording in session.scalars(found)}


def measure_of(session: Session, name: str, numbers: Sequence[int]) -> dict[int, RecordingMeasure]:
    """One measure of some recordings, by their id."""
    found = select(RecordingMeasure).where(RecordingMeasure.name == name, RecordingMeasure.recording_id.in_(numbers))
    return {measure.recording_id: measure for measure in session.scalars(found)}


def numbers(session: Session, person: Person, names: Collection[str]) -> list[Number]:
    """Some measures of all her recordings that are ready, and what is kept of deleted ones; the earliest first."""
    m, k = RecordingMeasure, KeptCounts
    now = (
        select(m.recording_id, Recording.held_on, Recording.kind, Recording.title, Recording.duration)
        .add_columns(m.name, m.value, m.low, m.high, m.n)
        .join(Recording, Recording.id == m.recording_id)
        .where(Recording.owner_id == person.id, Recording.state == State.READY, m.name.in_(names))
    )
    found = [Number(*row) for row in session.execute(now.order_by(Recording.held_on, Recording.id))]
    kept = select(k).where(k.owner_id == person.id, k.name.in_(names)).order_by(k.held_on, k.id)
    found += [
        Number(None, row.held_on, row.kind, "", None, row.name, row.value, row.low, row.high, row.n)
        for row in session.scalars(kept)
    ]
    return sorted(found, key=lambda number: number.held_on)


def shared_numbers(
    session: Session,
    trainer: Person,
    people: Select[int],
    names: Collection[str],
    owners: Collection[int] | None = None,
) -> list[Shared]:
    """Some measures of what a group, or some ``owners`` of it, opened to a trainer and did not take back; by date."""
    m = RecordingMeasure
    found = select(Recording.owner_id, m.recording_id, Recording.held_on, m.name, m.value, m.low, m.high, m.n)
    found = found.join(Recording, Recording.id == m.recording_id)
    found = found.where(m.recording_id.in_(_open_to(trainer, people)), m.name.in_(names))
    if owners is not None:
        found = found.where(Recording.owner_id.in_(owners))
    return [Shared(*row) for row in session.execute(found.order_by(Recording.held_on, Recording.id))]


def opened(session: Session, trainer: Person, people: Select[int], names: Collection[str]) -> list[Opened]:
    """The recordings with any of these measures that a group opened to a trainer and did not take back."""
    m = RecordingMeasure
    found = select(Recording.owner_id, Recording.id, Recording.held_on, func.count(m.value))
    found = found.add_columns(func.coalesce(func.sum(m.value), 0.0), func.coalesce(func.sum(m.value * m.value), 0.0))
    found = found.join(m, m.recording_id == Recording.id)
    found = found.where(Recording.id.in_(_open_to(trainer, people)), m.name.in_(names))
    found = found.group_by(Recording.owner_id, Recording.id, Recording.held_on).order_by(Recording.id)
    return [Opened(*row) for row in session.execute(found)]  # type: ignore[call-arg]


def shared_coachings(session: Session, trainer: Person, people: Select[int]) -> list[datetime]:
    """When recordings were coached that a group has opened to a trainer; the earliest first."""
    found = select(Coached.at).where(Coached.recording_id.in_(_open_to(trainer, people)))
    return list(session.scalars(found.order_by(Coached.at)))


def _open_to(trainer: Person, people: Select[int]) -> Select[int]:
    found = select(Share.recording_id).join(Recording, Recording.id == Share.recording_id)
    found = found.where(Share.trainer_id == trainer.id, Share.withdrawn_at.is_(None), Recording.state == State.READY)
    return found.where(Recording.owner_id.in_(people))


def practised(session: Session, person: Person, since: date) -> list[Practised]:
    """Her recordings since a day that are ready, the earliest first, and when each was coached."""
    found = select(Recording.id, Recording.held_on, Recording.title, Coached.at)
    found = found.outerjoin(Coached, Coached.recording_id == Recording.id)
    found = found.where(Recording.owner_id == person.id, Recording.state == State.READY, Recording.held_on >= since)
    return [Practised(*row) for row in session.execute(found.order_by(Recording.held_on, Recording.id))]


def dose_by_person(session: Session, people: Select[int], since: date) -> list[tuple[int, int, int, date]]:
    """``(owner, recordings, coached, last day)`` of recordings since a day that are ready, for each owner with any."""
    found = select(Recording.owner_id, func.count(), func.count(Coached.at), func.max(Recording.held_on))
    found = found.outerjoin(Coached, Coached.recording_id == Recording.id)
    found = found.where(Recording.owner_id.in_(people), Recording.state == State.READY, Recording.held_on >= since)
    return [(o, n, c, last) for o, n, c, last in session.execute(found.group_by(Recording.owner_id))]


def coachings(session: Session, person: Person) -> list[tuple[datetime, str]]:
    """When her recordings were coached, and what each is called; the earliest first."""
    found = select(Coached.at, Recording.title).join(Recording, Recording.id == Coached.recording_id)
    return [
        (row.at, row.title)
        for row in session.execute(found.where(Recording.owner_id == person.id).order_by(Coached.at))
    ]
