"""What decides between two codes, in words that a learner can use the next time."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fidelity.codebook import CODES

_GENERAL = "Read both meanings beside the line, and ask which of them would be missing something if the line were gone."


@dataclass(frozen=True, slots=True)
class Decides:
    """What to look for, and what to do where one cannot tell; the second may be empty."""

    decides: str
    unsure: str = ""


@cache
def catalogue() -> Mapping[str, Decides]:
    """Every pair that there are words for, by both codes in the order of the alphabet."""
    told = tomllib.loads(resources.files("webapp.coding").joinpath("pairs.toml").read_text(encoding="utf-8"))
    return {pair: Decides(**words) for pair, words in told["pairs"].items()}


def between(one: str, other: str) -> Decides:
    """What decides between two codes; a general line where nothing is written for them."""
    return catalogue().get("+".join(sorted((one, other)))) or Decides(_GENERAL)


def name(code: str) -> str:
    """A code's full name."""
    return CODES[code].name


def meaning(code: str) -> str:
    """What a code means, in a sentence."""
    return CODES[code].meaning
