"""How far people are, as pages show it: somebody's own, and a cohort by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from webapp import paging
from webapp.accounts.tables import Person
from webapp.learning.services import completions
from webapp.levels import queries
from webapp.levels.services import facts, levels, progress
from webapp.levels.services.levels import Asked
from webapp.levels.services.sign_offs import Case
from webapp.levels.tables import SignOff
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort


@dataclass(frozen=True, slots=True)
class Short:
    """A level of one person in a list: how far she is in words, and the sign-off that stands."""

    asked: Asked
    words: str
    signed: SignOff | None


@dataclass(frozen=True, slots=True)
class Line:
    """A person of a cohort with the levels there are."""

    person_id: int
    name: str
    team: str
    levels: Sequence[Short]


def mine(session: Session, person: Person) -> tuple[list[Case], list[SignOff]]:
    """Somebody's own levels as far as they can be signed or are, and all her sign-offs."""
    people = queries.ids([person.id])
    known, titles = facts.of(session, person, people), completions.titles(session)
    signed = queries.sign_offs(session, people)
    found = []
    for asked in levels.every(session, person):
        history = [one for one in signed if one.level_id == asked.level.id]
        case = Case(person, asked, progress.of(asked.rules, person.id, known, titles), history, None)
        if asked.level.put_aside_at is None or case.standing or case.earlier:
            found.append(case)
    return found, signed


def of_cohort(session: Session, actor: Person, cohort: Cohort, page: int) -> paging.Paged[Line]:
    """A page of the people of a cohort that is open to whoever asks, by name, in the same number of queries for any."""
    everybody: list[Any] = cohorts.everybody(session, cohort)
    shown = paging.cut(everybody, page)
    people = queries.ids([number for number, _, _ in shown.items])
    known, titles = facts.of(session, actor, people), completions.titles(session)
    asked = [one for one in levels.every(session, actor) if one.level.put_aside_at is None]
    signed = [one for one in queries.sign_offs(session, people) if one.revoked_at is None]
    lines = []
    for number, name, team in shown.items:
        short = []
        for one in asked:
            standings = progress.of(one.rules, number, known, titles)
            own = (it for it in signed if it.person_id == number and it.level_id == one.level.id)
            short.append(Short(one, progress.in_short(standings), next(own, None)))
        lines.append(Line(number, name, team or "", short))
    return paging.Paged(lines, shown.number, shown.total, shown.size)
