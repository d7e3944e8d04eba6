"""Who is compared with whom, and since when: what can be chosen, and what was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from webapp import clock
from webapp.accounts.tables import Person
from webapp.agreement.queries import Coded, Judged
from webapp.coding.tables import Kind
from webapp.wording import count

ANYONE, MACHINE, AGREED = "anyone", "machine", "agreed"
PERIODS = {"all": "The whole time", "12": "The last twelve months", "6": "The last six months", "3": "The last three"}
_MONTH = timedelta(days=30.44)
_WORDS = {ANYONE: "all coders", MACHINE: "the machine", AGREED: "what was agreed"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Two sides: somebody's number, or one of the words above."""

    first: str
    second: str
    period: str = "all"

    @property
    def pair(self) -> str:
        """As it stands in an address."""
        return f"{self.first}-{self.second}"

    @property
    def among_all(self) -> bool:
        """Whether any number of coders is compared, so that none is the first or the second."""
        return (self.first, self.second) == (ANYONE, ANYONE)

    @property
    def since(self) -> datetime | None:
        """The beginning of the period, if it has one."""
        return None if self.period == "all" else clock.now() - int(self.period) * _MONTH


@dataclass(frozen=True, slots=True)
class Side:
    """One coding of a segment that is compared; the machine's has no number."""

    source: str
    coding: Coded | None = None


@dataclass(frozen=True, slots=True)
class Segmented:
    """The codings of a segment that take part, as they are set against each other."""

    id: int
    recording_id: int
    pairs: tuple[tuple[Side, Side], ...]

    @property
    def sides(self) -> tuple[Side, ...]:
        """Each once."""
        return tuple(dict.fromkeys(side for pair in self.pairs for side in pair))

    @property
    def finished_at(self) -> datetime:
        """When the last of them was finished."""
        return max(side.coding.finished_at for side in self.sides if side.coding)


def within(found: Iterable[Coded], chosen: Chosen) -> list[Segmented]:
    """The segments that a choice is about, the one finished first first."""
    since, by_segment = chosen.since, dict[int, list[Coded]]()
    for one in found:
        if since is None or one.finished_at >= since:
            by_segment.setdefault(one.segment_id, []).append(one)
    made = [
        Segmented(number, codings[0].recording_id, pairs)
        for number, codings in by_segment.items()
        if (pairs := _pairs(codings, chosen))
    ]
    return sorted(made, key=lambda one: (one.finished_at, one.id))


def options(found: Sequence[Coded], ratings: Sequence[Judged], trainer: Person) -> list[tuple[str, str]]:
    """What can be chosen with how much there is of it, people by name: ``(as in an address, words)``."""
    names = people(found, ratings)
    every = [ANYONE, *(str(number) for number in names)]
    sides = [(ANYONE, ANYONE)]
    sides += [(str(a), str(b)) for a, b in combinations(names, 2)]
    sides += [(one, MACHINE) for one in every] + [(one, AGREED) for one in every] + [(AGREED, MACHINE)]
    told = []
    for first, second in sides:
        chosen = Chosen(first, second)
        segments = len(within(found, chosen))
        if segments or both_rated(ratings, chosen):
            there = count(segments, "segment") if segments else "ratings alone"
            told.append((chosen.pair, f"{words(chosen, names, trainer)} ({there})"))
    return told


def read(pair: str, period: str, possible: Sequence[tuple[str, str]], trainer: Person) -> Chosen:
    """What an address asks for. Where it makes no sense: she with somebody, else the first that there is."""
    pairs = [one for one, _ in possible]
    if pair not in pairs:
        hers = [one for one in pairs if str(trainer.id) in one.split("-") and MACHINE not in one and AGREED not in one]
        pair = next(iter([*hers, *pairs]), f"{ANYONE}-{ANYONE}")
    first, _, second = pair.partition("-")
    return Chosen(first, second, period if period in PERIODS else "all")


def words(chosen: Chosen, names: Mapping[int, str], trainer: Person) -> str:
    """A choice as people say it."""
    if chosen.among_all:
        return "All coders with one another"
    first, second = name(chosen.first, names, trainer), name(chosen.second, names, trainer)
    if second == "you":
        first, second = second, first
    return f"{first[0].upper()}{first[1:]} with {second}"


def name(source: str, names: Mapping[int, str], trainer: Person) -> str:
    """A side as it stands within a sentence."""
    if source in _WORDS:
        return _WORDS[source]
    return "you" if int(source) == trainer.id else names.get(int(source), "somebody")


def people(found: Iterable[Coded], ratings: Iterable[Judged]) -> dict[int, str]:
    """All who coded or rated, by name alone."""
    everybody = {one.coder_id: one.coder for one in found if one.kind == Kind.OWN}
    everybody |= {one.trainer_id: one.trainer for one in ratings}
    return dict(sorted(everybody.items(), key=lambda one: (one[1].lower(), one[0])))


def both_rated(ratings: Iterable[Judged], chosen: Chosen) -> dict[str, list[tuple[float, float]]]:
    """By scale, what the two gave to the same recordings; nothing unless a choice names two people."""
    if not (chosen.first.isdecimal() and chosen.second.isdecimal()):
        return {}
    since, given = chosen.since, dict[tuple[str, int], dict[str, int]]()
    for one in ratings:
        if since is None or one.at >= since:
            given.setdefault((one.scale, one.recording_id), {})[str(one.trainer_id)] = one.value
    found: dict[str, list[tuple[float, float]]] = {}
    for (scale, _), values in given.items():
        if chosen.first in values and chosen.second in values:
            found.setdefault(scale, []).append((values[chosen.first], values[chosen.second]))
    return found


def _pairs(codings: Sequence[Coded], chosen: Chosen) -> tuple[tuple[Side, Side], ...]:
    firsts, seconds = _sides(codings, chosen.first), _sides(codings, chosen.second)
    if chosen.among_all:
        return tuple(combinations(firsts, 2))
    return tuple((one, other) for one in firsts for other in seconds)


def _sides(codings: Sequence[Coded], source: str) -> list[Side]:
    if source == MACHINE:
        return [Side(MACHINE)]
    if source == AGREED:
        agreed = [Side(AGREED, one) for one in codings if one.kind == Kind.AGREED]
        return agreed[-1:]  # the latest, should there be several
    own = sorted((one for one in codings if one.kind == Kind.OWN), key=lambda one: (one.coder.lower(), one.coder_id))
    return [Side(str(one.coder_id), one) for one in own if source in (ANYONE, str(one.coder_id))]
