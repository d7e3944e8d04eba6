"""Reads levels, sign-offs, and what rules stand on. Nothing here reads what the engine measured."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.coaching.tables import Coaching, Rating
from webapp.coding.tables import Coding, CodingMeasure, Kind
from webapp.learning.tables import ModuleDone
from webapp.levels.tables import Level, LevelVersion, SignOff
from webapp.organisation.tables import Cohort, cohort_members, cohort_trainers
from webapp.practice.tables import Coached, Recording, Share


class Judged(NamedTuple):
    """What somebody made of a recording; what is ``agreed`` counts instead of the others of its place."""

    recording_id: int
    name: str
    value: float
    place: int
    agreed: bool


class Held(NamedTuple):
    """A recording, as far as a rule needs to know it."""

    recording_id: int
    owner_id: int
    title: str
    held_on: date


def levels(session: Session, authority_id: int) -> list[tuple[Level, LevelVersion]]:
    """All levels of an authority with their present rules, by name."""
    found = select(Level, LevelVersion).join(LevelVersion, _present())
    found = found.where(Level.authority_id == authority_id).order_by(Level.sorts_as, Level.id)
    return [(level, version) for level, version in session.execute(found)]


def level(session: Session, authority_id: int, level_id: int) -> tuple[Level, LevelVersion] | None:
    """One of them."""
    found = select(Level, LevelVersion).join(LevelVersion, _present())
    row = session.execute(found.where(Level.id == level_id, Level.authority_id == authority_id)).one_or_none()
    return (row[0], row[1]) if row else None


def named(session: Session, authority_id: int, name: str) -> Level | None:
    """The level of this name, whatever its capitals."""
    found = select(Level).where(Level.authority_id == authority_id, Level.sorts_as == name.lower())
    return session.scalars(found.order_by(Level.id)).first()


def versions(session: Session, level_id: int) -> list[LevelVersion]:
    """All rules a level has had."""
    return list(session.scalars(select(LevelVersion).where(LevelVersion.level_id == level_id)))


def signed(session: Session, authority_id: int) -> dict[int, tuple[int, int]]:
    """Of each level that was ever signed: how many sign-offs stand, and how many there were."""
    stand = func.count().filter(SignOff.revoked_at.is_(None))
    found = select(SignOff.level_id, stand, func.count()).where(SignOff.authority_id == authority_id)
    return {number: (now, ever) for number, now, ever in session.execute(found.group_by(SignOff.level_id))}


def sign_offs(session: Session, people: Select[int]) -> list[SignOff]:
    """All sign-offs of some people, revoked ones too, the newest first."""
    found = select(SignOff).where(SignOff.person_id.in_(people))
    return list(session.scalars(found.order_by(SignOff.signed_at.desc(), SignOff.id.desc())))


def sign_off(session: Session, authority_id: int, number: int) -> SignOff | None:
    """One of an authority."""
    return session.scalar(select(SignOff).where(SignOff.id == number, SignOff.authority_id == authority_id))


def with_code(session: Session, code: str) -> SignOff | None:
    """The one with a code."""
    return session.scalar(select(SignOff).where(SignOff.code == code))


def member(session: Session, authority_id: int, person_id: int) -> Person | None:
    """Somebody active who is in a cohort."""
    inside = select(cohort_members.c.person_id)
    found = select(Person).where(Person.id == person_id, Person.authority_id == authority_id, Person.active)
    return session.scalar(found.where(Person.id.in_(inside)))


def trains(session: Session, trainer: Person, person_id: int) -> Cohort | None:
    """A cohort that she trains and somebody is in: the newest of them."""
    found = (
        select(Cohort)
        .join(cohort_members, cohort_members.c.cohort_id == Cohort.id)
        .join(cohort_trainers, cohort_trainers.c.cohort_id == Cohort.id)
        .where(Cohort.authority_id == trainer.authority_id)
        .where(cohort_members.c.person_id == person_id, cohort_trainers.c.person_id == trainer.id)
    )
    return session.scalars(found.order_by(Cohort.starts_on.desc(), Cohort.id)).first()


def coached(session: Session, people: Select[int]) -> list[Held]:
    """Recordings that were coached."""
    found = select(*_held()).join(Coached, Coached.recording_id == Recording.id)
    return _rows(session, found.where(Recording.owner_id.in_(people)))


def judged_recordings(session: Session, people: Select[int]) -> list[Held]:
    """Recordings that somebody else coded by hand to the end, or rated and sent."""
    coded = select(Coding.recording_id).where(Coding.finished_at.is_not(None))
    rated = select(Coaching.recording_id).where(Coaching.sent_at.is_not(None))
    either = or_(Recording.id.in_(coded), Recording.id.in_(rated))
    return _rows(session, select(*_held()).where(Recording.owner_id.in_(people), either))


def codings(session: Session, people: Select[int], measures: Collection[str]) -> list[Judged]:
    """What hand codings that are finished came to; nobody's coding of her own recording is among them."""
    found = (
        select(CodingMeasure.recording_id, CodingMeasure.name, CodingMeasure.value, Coding.segment_id, Coding.kind)
        .join(Coding, Coding.id == CodingMeasure.coding_id)
        .join(Recording, Recording.id == CodingMeasure.recording_id)
        .where(Recording.owner_id.in_(people), Coding.finished_at.is_not(None), Coding.coder_id != Recording.owner_id)
        .where(CodingMeasure.name.in_(measures), CodingMeasure.value.is_not(None))
    )
    return [
        Judged(number, name, float(value or 0), segment, kind == Kind.AGREED)
        for number, name, value, segment, kind in session.execute(found)
    ]


def ratings(session: Session, people: Select[int]) -> list[Judged]:
    """Ratings that came with coaching that was sent."""
    together = and_(Coaching.recording_id == Rating.recording_id, Coaching.trainer_id == Rating.trainer_id)
    found = (
        select(Rating.recording_id, Rating.scale, Rating.value)
        .join(Coaching, together)
        .join(Recording, Recording.id == Rating.recording_id)
        .where(Recording.owner_id.in_(people), Coaching.sent_at.is_not(None), Rating.trainer_id != Recording.owner_id)
    )
    return [Judged(number, scale, float(value), 0, False) for number, scale, value in session.execute(found)]


def modules(session: Session, people: Select[int]) -> list[ModuleDone]:
    """Modules that people finished, with their checks."""
    return list(session.scalars(select(ModuleDone).where(ModuleDone.person_id.in_(people))))


def open_to(session: Session, trainer: Person, people: Select[int]) -> set[int]:
    """Recordings of some people that are open to a trainer now."""
    found = select(Share.recording_id).join(Recording, Recording.id == Share.recording_id)
    found = found.where(Share.trainer_id == trainer.id, Share.withdrawn_at.is_(None), Recording.owner_id.in_(people))
    return set(session.scalars(found))


def ids(people: Sequence[int]) -> Select[int]:
    """Selects these ids, in the way in which a cohort selects its own."""
    return select(Person.id).where(Person.id.in_(people))


def _present() -> ColumnElement[bool]:
    return and_(LevelVersion.level_id == Level.id, LevelVersion.version == Level.version)


def _held() -> tuple[Any, ...]:
    return Recording.id, Recording.owner_id, Recording.title, Recording.held_on


def _rows(session: Session, found: Select[*tuple[Any, ...]]) -> list[Held]:
    return [Held(*row) for row in session.execute(found.order_by(Recording.held_on, Recording.id))]
