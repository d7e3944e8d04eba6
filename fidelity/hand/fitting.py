"""Fits utterances that stand in somebody's file onto the words of a conversation.

Whoever made the file may have parsed it in another way and spelled it differently, or have kept no words at all. Words
are laid onto words where there are any; otherwise times onto times. What does not fit is left out and named, each with
its place in the file; a file that is of another recording is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fidelity.conversation import Speaker
from fidelity.errors import CodingError
from fidelity.hand.coding import HeardTurn, Parse
from fidelity.hand.names import code_of
from fidelity.hand.places import spots
from fidelity.hand.rows import Row, clock

_OVER = 0.5  # s by which two utterances of one person may overlap: people press keys unevenly


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a file gives for a conversation. ``problems`` are sentences, each with its place in the file.

    ``taken`` counts the file's utterances that found their words, ``uncoded`` the two people's turns that got no code.
    """

    parses: Mapping[int, Parse]
    taken: int
    problems: tuple[str, ...]
    uncoded: int


def fitted(turns: Sequence[HeardTurn], rows: Sequence[Row]) -> Fitted:
    """The parse of every turn that the file says something about.

    Raises:
        CodingError: the file is of another recording, or holds the codings of several people.
    """
    coders = sorted({row.coder for row in rows if row.coder})
    if len(coders) > 1:
        names = ", ".join(f"“{name[:40]}”" for name in coders[:5])
        raise CodingError(f"The file holds the codings of several people ({names}). Keep one of them, and try again.")
    problems: list[str] = []
    places = spots(turns, rows, problems)
    over = _overlapping(rows, problems)
    starts: dict[int, dict[int, tuple[str | None, str]]] = {}
    taken = 0
    for k, row in enumerate(rows):
        spot = places[k]
        if spot is None or k in over:
            continue
        try:
            code = _code(row, turns[spot.turn].speaker)
        except CodingError as error:
            problems.append(f"{row.place}: {error}")
            continue
        here = starts.setdefault(spot.turn, {})
        if spot.at in here:
            problems.append(f"{row.place} begins with the same word as {_small(here[spot.at][1])}, so it was left out.")
            continue
        here[spot.at] = (code, row.place)
        taken += 1
        for turn in spot.later:
            starts.setdefault(turn, {}).setdefault(0, (code, row.place))
    parses = {turns[turn].n: _parse(here) for turn, here in sorted(starts.items())}
    uncoded = sum(turn.speaker != "other" and not any(code for _, code in parses.get(turn.n, ())) for turn in turns)
    return Fitted(parses=parses, taken=taken, problems=tuple(problems), uncoded=uncoded)


def _parse(here: Mapping[int, tuple[str | None, str]]) -> Parse:
    found = [(at, here[at][0]) for at in sorted(here)]
    return tuple(found if found[0][0] == 0 else [(0, None), *found])


def _code(row: Row, speaker: Speaker) -> str | None:
    if row.speaker is not None and row.speaker != speaker and row.code:
        raise CodingError(f"the file says that the {row.speaker} said it; here it is the {speaker}'s. It was left out.")
    return code_of(row.code, speaker)


def _overlapping(rows: Sequence[Row], problems: list[str]) -> set[int]:
    """Those whose times cannot be: they end before they begin, or begin while the same person's last one goes on."""
    found = set()
    last: dict[Speaker | None, Row] = {}
    for k in sorted(range(len(rows)), key=lambda k: (rows[k].start is None, rows[k].start or 0.0, k)):
        row = rows[k]
        if row.start is None:
            continue
        if row.end is not None and row.end < row.start:
            problems.append(f"{row.place}: it ends ({clock(row.end)}) before it begins ({clock(row.start)}).")
            found.add(k)
            continue
        before = last.get(row.speaker)
        if before is not None and before.end is not None and row.start < before.end - _OVER:
            problems.append(
                f"{row.place} overlaps with {_small(before.place)}: it begins at {clock(row.start)}, and that one goes "
                f"on until {clock(before.end)}. It was left out."
            )
            found.add(k)
            continue
        last[row.speaker] = row
    return found


def _small(place: str) -> str:
    return place[:1].lower() + place[1:]
