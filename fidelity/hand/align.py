"""Two parses of the same turns laid side by side, word by word, and the things that can be compared then.

Everybody who codes a conversation has the same words, but cuts them into thoughts in her own way. What is one unit?

- **Not the stretches between all cuts of both.** Where one coder hears three short thoughts and the other a long one,
  that would count three agreements or disagreements for one decision: n grows with every cut, and an interval that
  stands on it is too narrow.
- **Not the words.** They are codings of the same decision over and over, and long utterances would count for more.
- **Utterances, seen from both sides.** Every utterance of the first coder is set against the code that the second gave
  to most of its words, and every utterance of the second against the first's; each side counts half. Where both made
  the same cuts the two halves are one whole, and the table is the plain one of any textbook. Swapping the coders turns
  the table over and changes no figure.
- **Turns.** Whether a code was given in a turn at all does not depend on the cuts inside it. What is known of experts
  mostly stands on turns. Not volleys, as what ends a volley depends on how it was coded.
- **The cuts themselves.** How many places of a cut they share (F1, which weighs both coders alike), and Guetzkow's U,
  how far the numbers of units differ, whatever their places.

``docs/decisions/0015-agreement.md`` says more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fidelity.conversation import Speaker
from fidelity.hand.coding import HandUtterance, HeardTurn, Parse, as_coded, code_of, utterances


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Words ``first`` up to and without ``last`` of turn ``n`` with both codes.

    ``weight`` is 1 where both cut it out in the same way, else a half.
    """

    n: int
    first: int
    last: int
    speaker: Speaker
    codes: tuple[str, str]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The codes that were given anywhere in a turn, and its main behaviour, by each of the two."""

    n: int
    speaker: Speaker
    given: tuple[frozenset[str], frozenset[str]]
    behaviours: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cuts:
    """How many cuts inside turns each coder made, and how many of them both made; and how many units that gives."""

    first: int
    second: int
    both: int
    turns: int

    @property
    def f1(self) -> float:
        """How far the places agree, 0 to 1; 1 where neither cut anything."""
        made = self.first + self.second
        return 2 * self.both / made if made else 1.0

    @property
    def guetzkow(self) -> float:
        """Guetzkow's U (1950): how far the numbers of units differ, 0 where they are the same."""
        units = (self.turns + self.first, self.turns + self.second)
        return abs(units[0] - units[1]) / sum(units) if sum(units) else 0.0

    def __add__(self, other: Cuts) -> Cuts:
        """Those of two conversations together."""
        return Cuts(
            self.first + other.first, self.second + other.second, self.both + other.both, self.turns + other.turns
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """All that can be compared of two codings of the same turns."""

    units: tuple[Unit, ...]
    turns: tuple[Turn, ...]
    cuts: Cuts


def compare(turns: Sequence[HeardTurn], first: Mapping[int, Parse], second: Mapping[int, Parse]) -> Compared:
    """Lay two codings side by side. Turns without words, and those of anybody else, are left out."""
    spoken = [turn for turn in turns if turn.speaker != "other" and turn.words]
    coded = [(utterances([turn], first), utterances([turn], second)) for turn in spoken]
    return Compared(
        tuple(unit for one, other in coded for unit in _units(one, other)),
        tuple(_turns(spoken, first, second)),
        _cuts(coded),
    )


def _units(one: Sequence[HandUtterance], other: Sequence[HandUtterance]) -> Iterator[Unit]:
    """Those of one turn, in the order of their words."""
    cuts = {(u.first, u.last) for u in other}
    same = {(u.first, u.last) for u in one} & cuts
    found = [(u, (_given(u), _most(u, other))) for u in one]
    found += [(u, (_most(u, one), _given(u))) for u in other if (u.first, u.last) not in same]
    for said, codes in sorted(found, key=lambda each: (each[0].first, each[0].last)):
        whole = (said.first, said.last) in same
        yield Unit(
            n=said.n, first=said.first, last=said.last, speaker=said.speaker, codes=codes, weight=1.0 if whole else 0.5
        )


def _most(said: HandUtterance, others: Sequence[HandUtterance]) -> str:
    """The code that covers most of its words; of two that cover as many, the one that comes first."""
    words: dict[str, int] = {}
    for other in others:
        shared = min(said.last, other.last) - max(said.first, other.first)
        if shared > 0:
            words[_given(other)] = words.get(_given(other), 0) + shared
    return max(words, key=words.__getitem__)


def _given(said: HandUtterance) -> str:
    return code_of(said) or "NC"


def _turns(turns: Sequence[HeardTurn], first: Mapping[int, Parse], second: Mapping[int, Parse]) -> Iterator[Turn]:
    for one, other in zip(as_coded(turns, first), as_coded(turns, second), strict=True):
        given = tuple(frozenset(u.code for u in turn.utterances if u.code) for turn in (one, other))
        yield Turn(
            n=one.n,
            speaker=one.speaker,
            given=(given[0], given[1]),
            behaviours=(str(one.behaviour), str(other.behaviour)),
        )


def _cuts(coded: Sequence[tuple[Sequence[HandUtterance], Sequence[HandUtterance]]]) -> Cuts:
    made = [tuple({u.first for u in said if u.first} for said in both) for both in coded]
    return Cuts(
        sum(len(one) for one, _ in made),
        sum(len(other) for _, other in made),
        sum(len(one & other) for one, other in made),
        len(coded),
    )
