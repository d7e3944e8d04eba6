"""Reads the cohorts of one authority, as far as the person who asks may see them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, selectinload

from webapp import paging
from webapp.accounts.tables import Person, Role
from webapp.organisation.queries import people
from webapp.organisation.tables import Cohort, Team, cohort_members


def find(session: Session, actor: Person, page: int) -> paging.Paged[Any]:
    """A page of ``(cohort, number of people)``, newest first, the trainers loaded."""
    number = (
        select(func.count())
        .select_from(cohort_members)
        .where(cohort_members.c.cohort_id == Cohort.id)
        .scalar_subquery()
    )
    found = select(Cohort, number).where(*open_to(actor))
    found = found.options(selectinload(Cohort.trainers).load_only(Person.name))
    return paging.fetch(session, found.order_by(Cohort.starts_on.desc(), Cohort.sorts_as, Cohort.id), page)


def by_id(session: Session, actor: Person, cohort_id: int) -> Cohort | None:
    """A cohort that is open to this person: any of her authority to an administrator, her own to a trainer."""
    found = select(Cohort).where(Cohort.id == cohort_id, *open_to(actor))
    return session.scalar(found.options(selectinload(Cohort.trainers).load_only(Person.name)))


def all_of(session: Session, authority_id: int) -> list[Cohort]:
    """All cohorts of an authority."""
    return list(session.scalars(select(Cohort).where(Cohort.authority_id == authority_id).order_by(Cohort.id)))


def by_name(session: Session, authority_id: int, name: str) -> Cohort | None:
    """The cohort of this name, whatever its capitals."""
    found = select(Cohort).where(Cohort.authority_id == authority_id, Cohort.sorts_as == name.lower())
    return session.scalars(found.order_by(Cohort.id)).first()


def members(session: Session, cohort: Cohort, page: int) -> paging.Paged[Any]:
    """A page of ``(person, team name or None)`` of a cohort, by name."""
    found = people.listed().join(cohort_members, cohort_members.c.person_id == Person.id)
    # Written as a sum, the authority is no way in: SQLite would go through everybody there by name to find these few.
    found = found.where(cohort_members.c.cohort_id == cohort.id, Person.authority_id + 0 == cohort.authority_id)
    return paging.fetch(session, found.order_by(*people.by_name()), page)


def everybody(session: Session, cohort: Cohort) -> list[Any]:
    """All ``(id, name, team name or None)`` of a cohort who are active, by name."""
    found = select(Person.id, Person.name, Team.name.label("team")).outerjoin(Team, Team.id == Person.team_id)
    found = found.where(Person.id.in_(ids(cohort)), Person.active)
    return list(session.execute(found.order_by(*people.by_name())))


def ids(cohort: Cohort) -> Select[int]:
    """Selects the ids of the people in a cohort."""
    return select(cohort_members.c.person_id).where(cohort_members.c.cohort_id == cohort.id)


def trained_by(trainer: Person) -> Select[int]:
    """Selects the ids of the people in the cohorts of her authority that somebody trains."""
    found = select(cohort_members.c.person_id).join(Cohort, Cohort.id == cohort_members.c.cohort_id)
    return found.where(Cohort.authority_id == trainer.authority_id, Cohort.trainers.any(Person.id == trainer.id))


def member_ids(session: Session, cohort: Cohort) -> set[int]:
    """Ids of the people in a cohort."""
    return set(session.scalars(select(cohort_members.c.person_id).where(cohort_members.c.cohort_id == cohort.id)))


def memberships(session: Session, authority_id: int, people: Collection[int]) -> set[tuple[int, int]]:
    """``(cohort id, person id)`` of these people's places in cohorts."""
    found = (
        select(cohort_members.c.cohort_id, cohort_members.c.person_id)
        .join(Cohort, Cohort.id == cohort_members.c.cohort_id)
        .where(Cohort.authority_id == authority_id, cohort_members.c.person_id.in_(people))
    )
    return {(cohort, person) for cohort, person in session.execute(found)}


def lock(session: Session, cohort: Cohort) -> None:
    """Let nobody else change who is in a cohort until this work is done."""
    session.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())


def open_to(actor: Person) -> list[ColumnElement[bool]]:
    """What is true of the cohorts that are open to this person."""
    where = [Cohort.authority_id == actor.authority_id]
    if actor.role != Role.ADMINISTRATOR:
        where.append(Cohort.trainers.any(Person.id == actor.id))
    return where
