"""Where a person learns more about a code or a measure: the course's module on it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.learning.content.course import Module
from webapp.learning.services import courses

PLACES: Mapping[str, Any] = tomllib.loads(
    (resources.files("webapp") / "practice" / "learn_more.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class LearnMore:
    """The modules by code and by measure, as far as the course is loaded and has them."""

    course: str = ""
    reading: Module | None = None
    codes: Mapping[str, Module] = field(default_factory=dict)
    measures: Mapping[str, Module] = field(default_factory=dict)


def places(session: Session) -> LearnMore:
    """What the course has now; nothing where it is not loaded."""
    try:
        course, _ = courses.get(session, PLACES["course"])
    except NotFound:
        return LearnMore()

    def found(part: str) -> dict[str, Module]:
        return {name: module for name, slug in PLACES[part].items() if (module := course.module(slug))}

    return LearnMore(course.slug, course.module(PLACES["reading"]), found("codes"), found("measures"))
