"""What rules stand on, for one person or a page of them, in the same number of queries: what people judged.

A recording counts once everybody who judged it sees it at the mark; what two agreed on stands for what each had found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.learning.services import courses
from webapp.levels import queries
from webapp.levels.queries import Held, Judged
from webapp.levels.services import rules
from webapp.levels.services.rules import Kind
from webapp.supervision.services import read as supervision

Seen = Mapping[int, Sequence[float]]
"""Of each recording: the values that people came to."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. ``open`` are the recordings that are open to the one who looks."""

    coached: Mapping[int, Sequence[Held]]  # by owner
    judged: Mapping[int, Sequence[Held]]  # by owner
    values: Mapping[tuple[str, str], Seen]  # by kind of rule, and measure or scale
    supervised: Mapping[int, Sequence[date]]  # by person: the days of supervisions that she attended
    modules: Mapping[int, Mapping[tuple[str, str], datetime]]  # by person, then by course and module
    courses: Mapping[str, Sequence[str]]  # the modules there are now
    open: Collection[int]
    own: int | None  # who looks at her own: all of hers is open to her

    def reads(self, held: Held) -> bool:
        """Whether whoever looks may see more of a recording than its day, and whether it counts."""
        return held.owner_id == self.own or held.recording_id in self.open


def of(session: Session, viewer: Person, people: Select[int]) -> Facts:
    """What there is for some people, as one of them or a trainer may see it. Eight queries."""
    coded = queries.codings(session, people, list(rules.measures()))
    return Facts(
        coached=_by_owner(queries.coached(session, people)),
        judged=_by_owner(queries.judged_recordings(session, people)),
        values={
            **{(Kind.HAND_CODED, name): seen for name, seen in _by_name(_settled(coded)).items()},
            **{(Kind.RATED, name): seen for name, seen in _by_name(queries.ratings(session, people)).items()},
        },
        supervised=supervision.attended_on(session, people),
        modules=_modules(session, people),
        courses=known_courses(session),
        open=queries.open_to(session, viewer, people),
        own=viewer.id,
    )


def known_courses(session: Session) -> dict[str, list[str]]:
    """The modules of each course as it is now."""
    return {course.slug: [module.slug for module in course.modules] for course in courses.every(session)}


def within(held: Sequence[Held], first: date | None) -> list[Held]:
    """Those held from a day on."""
    return [one for one in held if first is None or one.held_on >= first]


def _settled(coded: Sequence[Judged]) -> list[Judged]:
    """What each coder found of a stretch, but for stretches on which two have agreed."""
    agreed = {one.place for one in coded if one.agreed}
    return [one for one in coded if one.agreed or one.place not in agreed]


def _by_owner(found: Sequence[Held]) -> dict[int, list[Held]]:
    told: dict[int, list[Held]] = defaultdict(list)
    for held in found:
        told[held.owner_id].append(held)
    return told


def _by_name(found: Sequence[Judged]) -> dict[str, dict[int, list[float]]]:
    told: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        told[one.name][one.recording_id].append(one.value)
    return told


def _modules(session: Session, people: Select[int]) -> dict[int, dict[tuple[str, str], datetime]]:
    told: dict[int, dict[tuple[str, str], datetime]] = defaultdict(dict)
    for done in queries.modules(session, people):
        told[done.person_id][done.course, done.module] = done.done_at
    return told
