"""The skills that a moment for teaching can show, and whether it went well there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

SHOWS: Mapping[str, str] = {"went_well": "Something that went well", "another_way": "Worth another way"}


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill in words, the codes that suggest it, and the measures with which it moves."""

    name: str
    title: str
    codes: tuple[str, ...]
    measures: tuple[str, ...]


@cache
def catalogue() -> Mapping[str, Skill]:
    """All of them by name, in the order in which they are offered."""
    told = tomllib.loads((resources.files("webapp.practice") / "teaching.toml").read_text(encoding="utf-8"))
    return {name: Skill(name, one["title"], tuple(one["codes"]), tuple(one["measures"])) for name, one in told.items()}


def suggested(codes: list[str]) -> str:
    """The skill that the codes of some lines speak for: the first code that is one's own; nothing where none is."""
    for code in codes:
        for skill in catalogue().values():
            if code in skill.codes:
                return skill.name
    return ""
