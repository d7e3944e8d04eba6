"""How far modules have reached into a group of people: how many finished each, and how many each person finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from webapp.learning import queries
from webapp.learning.services import courses


@dataclass(frozen=True, slots=True)
class ModuleReach:
    """How many of the group finished a module."""

    course: str
    title: str
    people: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Of each person: how many modules she finished, and when she last did a step. People without any are left out."""

    modules: Sequence[ModuleReach]
    finished: Mapping[int, int]
    last_at: Mapping[int, datetime]


def of(session: Session, people: Select[int]) -> Reach:
    """The reach among ``people``, for the modules of all courses as they are now."""
    every = courses.every(session)
    present = [(course.slug, module.slug) for course in every for module in course.modules]
    found = queries.people_by_module(session, people)
    return Reach(
        modules=[
            ModuleReach(course.title, module.title, found.get((course.slug, module.slug), 0))
            for course in every
            for module in course.modules
        ],
        finished=queries.modules_by_person(session, people, present),
        last_at=queries.last_steps(session, people),
    )
