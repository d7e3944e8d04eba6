"""The phrase tables of ``fidelity/phrases.toml``: wordings and word lists kept as data, not code."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Phrases:
    """The tables, read once. ``words`` holds sets of lower-case words, ``patterns`` and ``frames`` text."""

    spelling: dict[str, str]
    words: dict[str, frozenset[str]]
    patterns: dict[str, str]
    frames: dict[str, tuple[str, ...]]

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
        # A pattern is one alternative a line, joined here so that the file stays readable.
        patterns={name: "|".join(lines) for name, lines in table["patterns"].items()},
        frames={name: tuple(lines) for name, lines in table["frames"].items()},
    )
