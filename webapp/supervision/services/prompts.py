"""What a group can be asked about a moment: the kinds there are, and a suggestion for each skill."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LONGEST = 600  # characters: what a group can hold in mind


@cache
def _told() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("webapp.supervision") / "prompts.toml").read_text(encoding="utf-8"))


def kinds() -> Mapping[str, str]:
    """The kinds by name, in words."""
    told: Mapping[str, str] = _told()["kinds"]
    return told


def suggestion(skill: str, kind: str) -> str:
    """What to ask about a moment that shows a skill; empty where the skill is not known any more."""
    text: str = _told()["suggestions"].get(skill, {}).get(kind, "")
    return text
