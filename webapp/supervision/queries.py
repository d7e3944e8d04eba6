"""Reads packs and what supervision was held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp import paging
from webapp.accounts.tables import Person
from webapp.organisation.tables import Cohort, Team
from webapp.supervision.tables import Attendance, Guests, Held, Pack, Place, Prompt


def pack(session: Session, maker: Person, number: int) -> Pack | None:
    """A pack that somebody made."""
    return session.scalar(select(Pack).where(Pack.id == number, Pack.made_by_id == maker.id))


def packs(session: Session, maker: Person, cohort_id: int, page: int) -> paging.Paged[Any]:
    """A page of the packs somebody made for a cohort, each with how many places it has; the newest first."""
    number = select(func.count()).select_from(Place).where(Place.pack_id == Pack.id).scalar_subquery()
    found = select(Pack, number).where(Pack.made_by_id == maker.id, Pack.cohort_id == cohort_id)
    return paging.fetch(session, found.order_by(Pack.made_at.desc(), Pack.id.desc()), page)


def packs_to_choose(session: Session, maker: Person, cohort_id: int) -> list[Pack]:
    """The newest packs somebody made for a cohort."""
    found = select(Pack).where(Pack.made_by_id == maker.id, Pack.cohort_id == cohort_id)
    return list(session.scalars(found.order_by(Pack.id.desc()).limit(100)))


def places(session: Session, pack_id: int) -> list[tuple[Place, Prompt | None]]:
    """The places of a pack in order, each with its prompt."""
    found = select(Place, Prompt).outerjoin(Prompt, Prompt.place_id == Place.id).where(Place.pack_id == pack_id)
    return [(place, prompt) for place, prompt in session.execute(found.order_by(Place.position, Place.id))]


def holding(session: Session, moments: Sequence[int]) -> list[tuple[Person, int]]:
    """``(maker, pack)`` of the packs in which one of some moments stands, by maker."""
    there = select(Place.pack_id).where(Place.moment_id.in_(moments))
    found = select(Person, Pack.id).join(Pack, Pack.made_by_id == Person.id).where(Pack.id.in_(there))
    return [(maker, number) for maker, number in session.execute(found.order_by(Person.id, Pack.id))]


def held(session: Session, number: int) -> Held | None:
    """A record of supervision."""
    return session.get(Held, number)


def held_of(cohort_id: int) -> Select[Any, Any, Any, Any, Any]:
    """``(record, team name, who made it, attendance of members, of guests)`` of a cohort, the latest first."""
    members = select(func.count()).where(Attendance.supervision_id == Held.id).scalar_subquery()
    guests = select(func.coalesce(func.sum(Guests.number), 0)).where(Guests.supervision_id == Held.id).scalar_subquery()
    found = select(Held, Team.name.label("team"), Person.name.label("who"), members, guests)
    found = found.outerjoin(Team, Team.id == Held.team_id).join(Person, Person.id == Held.made_by_id)
    return found.where(Held.cohort_id == cohort_id).order_by(Held.held_on.desc(), Held.id.desc())


def attendance(session: Session, numbers: Sequence[int]) -> list[tuple[int, int, str]]:
    """``(record, person, discipline)`` of some records."""
    found = select(Attendance.supervision_id, Attendance.person_id, Attendance.discipline)
    rows = session.execute(found.where(Attendance.supervision_id.in_(numbers)))
    return [(held_id, person, discipline) for held_id, person, discipline in rows]


def attendance_rows(session: Session, number: int) -> dict[int, Attendance]:
    """Who of the cohort was there, by person."""
    return {
        one.person_id: one for one in session.scalars(select(Attendance).where(Attendance.supervision_id == number))
    }


def guests(session: Session, numbers: Sequence[int]) -> list[Guests]:
    """The guests of some records."""
    return list(session.scalars(select(Guests).where(Guests.supervision_id.in_(numbers)).order_by(Guests.discipline)))


def people(session: Session, ids: Select[int], also: Sequence[int]) -> list[Any]:
    """``(id, name, discipline, active)`` of the people of a cohort and some others, by name."""
    found = select(Person.id, Person.name, Person.discipline, Person.active)
    found = found.where(Person.id.in_(ids) | Person.id.in_(list(also)))
    return list(session.execute(found.order_by(Person.sorts_as, Person.id)))


def teams(session: Session, ids: Select[int]) -> list[tuple[int, str]]:
    """The teams of some people, by name."""
    found = select(Team.id, Team.name).where(Team.id.in_(select(Person.team_id).where(Person.id.in_(ids))))
    return [(number, name) for number, name in session.execute(found.order_by(Team.sorts_as))]


def attended_by(session: Session, person: Person) -> list[tuple[Held, str, str]]:
    """``(record, cohort, who made it)`` of what somebody attended and was not cancelled, the latest first."""
    found = select(Held, Cohort.name, Person.name).join(Attendance, Attendance.supervision_id == Held.id)
    found = found.join(Cohort, Cohort.id == Held.cohort_id).join(Person, Person.id == Held.made_by_id)
    found = found.where(Attendance.person_id == person.id, Held.cancelled_at.is_(None))
    rows = session.execute(found.order_by(Held.held_on.desc(), Held.id.desc()))
    return [(one, cohort, who) for one, cohort, who in rows]


def attended(session: Session, people: Select[int]) -> dict[int, int]:
    """How many supervisions that were not cancelled each of some people attended; those with none are left out."""
    found = select(Attendance.person_id, func.count()).join(Held, Held.id == Attendance.supervision_id)
    found = found.where(Attendance.person_id.in_(people), Held.cancelled_at.is_(None))
    return {row[0]: row[1] for row in session.execute(found.group_by(Attendance.person_id))}


def attended_on(session: Session, people: Select[int]) -> list[tuple[int, date]]:
    """``(person, day)`` of each supervision that somebody else recorded and that was not cancelled, by day."""
    found = select(Attendance.person_id, Held.held_on).join(Held, Held.id == Attendance.supervision_id)
    found = found.where(Attendance.person_id.in_(people), Held.cancelled_at.is_(None))
    found = found.where(Held.made_by_id != Attendance.person_id).order_by(Held.held_on, Held.id)
    return [(person, on) for person, on in session.execute(found)]


def held_on(session: Session, cohort_id: int) -> list[date]:
    """The days on which supervision was held with a cohort, the earliest first."""
    found = select(Held.held_on).where(Held.cohort_id == cohort_id, Held.cancelled_at.is_(None)).distinct()
    return list(session.scalars(found.order_by(Held.held_on)))


def summaries(session: Session, cohorts: Sequence[int], maker: Person) -> dict[int, tuple[int, int, date | None]]:
    """Of each cohort: how many packs somebody made, how many supervisions were held, and the last day. Two queries."""
    packs_of = select(Pack.cohort_id, func.count()).where(Pack.cohort_id.in_(cohorts), Pack.made_by_id == maker.id)
    made = {row[0]: row[1] for row in session.execute(packs_of.group_by(Pack.cohort_id))}
    were = select(Held.cohort_id, func.count(), func.max(Held.held_on))
    were = were.where(Held.cohort_id.in_(cohorts), Held.cancelled_at.is_(None)).group_by(Held.cohort_id)
    known = {row[0]: (row[1], row[2]) for row in session.execute(were)}
    return {number: (made.get(number, 0), *known.get(number, (0, None))) for number in cohorts}
