"""The phrase tables of ``fidelity/phrases.toml``: wordings and word lists kept as data, not code."""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class QuestionRule:
    """A pattern for a closed question and the open one to make of it."""

    closed: str
    open: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """The tables, read once. ``words`` are sets in lower case, ``patterns`` regular expressions."""

    spelling: dict[str, str]
    words: dict[str, frozenset[str]]
    patterns: dict[str, tuple[str, ...]]
    frames: dict[str, tuple[str, ...]]
    parts: dict[str, tuple[str, ...]]
    questions: tuple[QuestionRule, ...]

    def frame(self, name: str, *, key: str) -> str:
        """One of the frames called ``name``. The same ``key`` always gets the same one."""
        return pick(self.frames[name], key=key)


def pick(choices: Sequence[str], *, key: str) -> str:
    """Choose by a checksum of ``key``, so that wordings vary between moments but never between runs."""
    return choices[zlib.crc32(key.encode()) % len(choices)]


@cache
def phrases() -> Phrases:
    """Read the tables that come with the package."""
    table: dict[str, Any] = tomllib.loads((files("fidelity") / "phrases.toml").read_text(encoding="utf-8"))
    return Phrases(
        spelling=dict(table["spelling"]),
        words={name: frozenset(words) for name, words in table["words"].items()},
        patterns={name: tuple(lines) for name, lines in table["patterns"].items()},
        parts={name: tuple(lines) for name, lines in table["parts"].items()},
        questions=tuple(QuestionRule(rule["closed"], rule["open"]) for rule in table["question"]),
        frames={name: tuple(lines) for name, lines in table["frames"].items()},
    )


@cache
def pattern(name: str, template: str = "(?:{})") -> re.Pattern[str]:
    """The alternatives called ``name`` as one expression, set into ``template``, in any case."""
    return re.compile(template.format("|".join(phrases().patterns[name])), re.I)


def matches(name: str, text: str) -> bool:
    """Whether ``text`` holds one of the alternatives called ``name``, as whole words."""
    return pattern(name, r"\b(?:{})\b").search(text) is not None
