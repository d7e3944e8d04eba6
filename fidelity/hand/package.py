"""The file in which a conversation travels with its codings by hand: ``changetalk.hand/1``.

JSON: the turns with their words and, where they are known, the times of the words; and one coding or more, each with
its coder's name and the parse of every turn. Nothing is lost in it, so it can be read back, laid side by side and
learned from (``changetalk train --local``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.errors import CodingError
from fidelity.hand.coding import HeardTurn, Parse

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA: Literal["changetalk.hand/1"] = "changetalk.hand/1"
LARGEST = 20_000_000  # bytes; an hour of talk with ten codings is under two million
LONGEST_LABEL = 200  # characters of a coder's name
CODES_OF: Mapping[str, tuple[str, ...]] = {"practitioner": PRACTITIONER, "client": CLIENT, "other": ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedCoding:
    """How one coder, or two who agreed, parsed and coded the turns; a turn that is left out has no code."""

    coder: str
    kind: Literal["own", "agreed"]
    parses: Mapping[int, Parse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A conversation, or a stretch of one, with its codings."""

    title: str
    turns: tuple[HeardTurn, ...]
    codings: tuple[PackagedCoding, ...]
    schema: Literal["changetalk.hand/1"] = SCHEMA

    def to_json(self) -> str:
        """UTF-8 JSON text; the same package always gives the same text."""
        return _adapter().dump_json(self, indent=1).decode() + "\n"


def read(text: str | bytes) -> Package:
    """Read what ``Package.to_json`` wrote, or what another program wrote in the same form.

    Raises:
        CodingError: it is too large, no JSON, lacks something, or a parse does not fit its turn; it says where.
    """
    from pydantic import ValidationError

    if len(text) > LARGEST:
        raise CodingError(f"The file is too large: {LARGEST // 1_000_000} MB are the most.")
    try:
        found: Package = _adapter().validate_json(text, strict=True, extra="forbid")
    except ValidationError as error:
        raise CodingError(_in_words(error)) from error
    check(found)
    return found


def check(package: Package) -> None:
    """See that every parse fits its turn.

    Raises:
        CodingError: one does not; it says which.
    """
    turns = {turn.n: turn for turn in package.turns}
    if len(turns) != len(package.turns):
        raise CodingError("Two turns have the same number “n”.")
    for turn in package.turns:
        if turn.starts and len(turn.starts) != len(turn.words):
            raise CodingError(f"Turn {turn.n} has {len(turn.words)} words, but {len(turn.starts)} times in “starts”.")
    for coding in package.codings:
        if not coding.coder.strip() or len(coding.coder) > LONGEST_LABEL:
            raise CodingError(f"Each coding needs the name of its coder, of {LONGEST_LABEL} characters at most.")
        for n, parse in coding.parses.items():
            where = f"The coding of “{coding.coder}”, turn {n}"
            if n not in turns:
                raise CodingError(f"{where}: there is no such turn.")
            _check_parse(where, turns[n], parse)


def _check_parse(where: str, turn: HeardTurn, parse: Parse) -> None:
    firsts = [first for first, _ in parse]
    if not firsts or firsts[0] != 0 or any(b <= a for a, b in pairwise(firsts)):
        raise CodingError(f"{where}: utterances must begin with word 0 and go up from there.")
    if firsts[-1] >= max(len(turn.words), 1):
        raise CodingError(f"{where}: it has {len(turn.words)} words, and an utterance begins after the last.")
    known = CODES_OF[turn.speaker]
    for _, code in parse:
        if code is not None and code not in known:
            of = f"a {turn.speaker}'s codes are {', '.join(known)}" if known else "nobody else's words are coded"
            raise CodingError(f"{where}: “{code}” is no code there; {of}.")


def _in_words(error: Any) -> str:
    """What is wrong first, and where."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return "The file is not whole, or no JSON: it cannot be read."
    place = " → ".join(str(step) for step in first["loc"]) or "the whole file"
    return f"The file is not in the form “{SCHEMA}”: at {place}: {first['msg'][:1].lower()}{first['msg'][1:]}."


@cache
def _adapter() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # heavy; needed only where JSON is read or written

    return TypeAdapter(Package)
