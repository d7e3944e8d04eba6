"""What two or more codings of conversations come to when they are compared: tables, one conversation at a time.

Tables of conversations can be added, so one pass over what was said serves every figure and every resampling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from fidelity.codebook import CLIENT, CODES, PRACTITIONER, PRACTITIONER_BEHAVIOURS, QUESTIONS, REFLECTIONS
from fidelity.hand.align import Compared, Cuts, compare
from fidelity.hand.coding import HeardTurn, Parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROUPS: Mapping[str, tuple[str, ...]] = {
    "reflection": REFLECTIONS,
    "question": QUESTIONS,
    "input": tuple(code for code in PRACTITIONER if CODES[code].behaviour == "input"),
}
_PRESENT: Mapping[str, tuple[str, ...]] = {
    **GROUPS,
    **{code: (code,) for code in (*PRACTITIONER, *CLIENT) if code != "NC"},
}
UTTERANCES = {"practitioner": PRACTITIONER, "client": CLIENT}


@dataclass(frozen=True, slots=True)
class Tally:
    """Tables by name, the first coder in the rows: ``practitioner`` and ``client`` hold utterances by their codes,
    ``behaviour`` turns by their main one, and ``turn SR`` and the like turns with it and without.
    """

    tables: Mapping[str, NDArray[Any]]
    cuts: Cuts

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally({name: table + other.tables[name] for name, table in self.tables.items()}, self.cuts + other.cuts)

    def times(self, weight: float) -> Tally:
        """The same, each unit counted ``weight`` times; cuts stay as they are."""
        return Tally({name: table * weight for name, table in self.tables.items()}, self.cuts)

    def both_ways(self) -> Tally:
        """How often codes met, whoever gave which: ``agreement.coincidences`` of all units."""
        return Tally({name: table + table.T for name, table in self.tables.items()}, self.cuts)


def nothing() -> Tally:
    """The tally of no conversation."""
    import numpy as np

    sizes = {name: len(codes) for name, codes in UTTERANCES.items()}
    sizes["behaviour"] = len(PRACTITIONER_BEHAVIOURS)
    sizes |= {f"turn {name}": 2 for name in _PRESENT}
    return Tally({name: np.zeros((size, size)) for name, size in sizes.items()}, Cuts(0, 0, 0, 0))


def of(compared: Compared) -> Tally:
    """The tables of two codings that are laid side by side."""
    made = nothing()
    for unit in compared.units:
        _add(made.tables[unit.speaker], UTTERANCES[unit.speaker], unit.codes, unit.weight)
    for turn in compared.turns:
        if turn.speaker == "practitioner":
            _add(made.tables["behaviour"], PRACTITIONER_BEHAVIOURS, turn.behaviours, 1)
        codes = UTTERANCES[turn.speaker]
        for name, members in _PRESENT.items():
            if members[0] in codes:
                one, other = (not given.isdisjoint(members) for given in turn.given)
                made.tables[f"turn {name}"][int(not one), int(not other)] += 1
    return Tally(made.tables, compared.cuts)


def among(turns: Sequence[HeardTurn], codings: Sequence[Mapping[int, Parse]]) -> Tally:
    """How often codes met over all pairs of two codings or more, as ``agreement.coincidences`` counts.

    Where all made the same cuts it is the same to the last digit; where they did not, each pair has units of its own.
    """
    pairs = [of(compare(turns, one, other)) for one, other in combinations(codings, 2)]
    return summed(pairs).both_ways().times(1 / (len(codings) - 1))


def summed(found: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(found, start=nothing())


def _add(table: NDArray[Any], labels: Sequence[str], pair: tuple[str, str], weight: float) -> None:
    table[labels.index(pair[0]), labels.index(pair[1])] += weight
