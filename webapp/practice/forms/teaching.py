"""What comes with the forms about moments for teaching."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.practice.services.teaching import Chosen

_DIGITS = 6


def number(told: str | None) -> int:
    """A number that came with an address or form; -1, which nothing has, where it is none."""
    return int(told) if told and told.isascii() and told.isdecimal() and len(told) <= _DIGITS else -1


def asked_turns(told: Mapping[str, str]) -> tuple[int, int] | None:
    """The first and the last turn, where both are given."""
    first, last = number(told.get("first")), number(told.get("last"))
    return (first, last) if first >= 0 and last >= 0 else None


def chosen(told: Mapping[str, str]) -> Chosen:
    """What its owner says of a moment."""
    return Chosen(
        skill=told.get("skill", ""),
        shows=told.get("shows", ""),
        read=told.get("read") == "yes",
        consented=told.get("consented") == "yes",
    )
