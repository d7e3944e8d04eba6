"""How far somebody is towards a level: of each rule what is there and what is missing, in words. Nobody is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp import clock
from webapp.learning.services.completions import Titles
from webapp.levels.queries import Held
from webapp.levels.services import facts as gathered
from webapp.levels.services import rules
from webapp.levels.services.facts import Facts
from webapp.levels.services.rules import Kind, Rule
from webapp.wording import count, day


@dataclass(frozen=True, slots=True)
class Piece:
    """A recording, a supervision or a module that a rule looks at.

    Without a ``recording_id``, no more of it is shown than this.
    """

    on: date
    counts: bool
    words: str = ""
    title: str = ""
    recording_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a rule stands: ``found`` of ``needed``, and what is missing in words."""

    rule: Rule
    words: str
    needed: int
    found: int
    pieces: Sequence[Piece]
    missing: str

    @property
    def met(self) -> bool:
        """Whether all that it asks for is there."""
        return self.found >= self.needed > 0

    def kept(self, *, exception: bool) -> dict[str, Any]:
        """What a sign-off keeps of it: numbers and days, whatever becomes of the recordings."""
        return {
            "words": self.words,
            "needed": self.needed,
            "found": self.found,
            "days": [piece.on.isoformat() for piece in self.pieces if piece.counts],
            "met": self.met,
            "exception": exception,
        }


def of(asked: Sequence[Rule], person_id: int, known: Facts, titles: Titles) -> list[Standing]:
    """How each rule of a level stands for somebody."""
    return [_standing(rule, person_id, known, titles) for rule in asked]


def _standing(rule: Rule, person_id: int, known: Facts, titles: Titles) -> Standing:
    words = rules.in_words(rule, titles)
    if rule.kind == Kind.MODULES:
        return _of_modules(rule, words, person_id, known, titles)
    first = rules.since(rule, clock.today())
    if rule.kind == Kind.SUPERVISED:
        return _of_supervision(rule, words, known.supervised.get(person_id, ()), first)
    if rule.kind == Kind.COACHED:
        held = gathered.within(known.coached.get(person_id, ()), first)
        pieces = [_piece(one, known, counts=True) for one in held]
    else:
        values = known.values.get((rule.kind, rule.name), {})
        held = [one for one in gathered.within(known.judged.get(person_id, ()), first) if one.recording_id in values]
        mark = rules.threshold(rule)
        pieces = [
            _piece(
                one,
                known,
                counts=min(values[one.recording_id]) >= mark,
                words=_values(rule, values[one.recording_id]),
            )
            for one in held
        ]
    found = sum(piece.counts for piece in pieces)
    return Standing(rule, words, rule.n, found, pieces, _missing(rule, found, len(pieces)))


def _piece(held: Held, known: Facts, *, counts: bool, words: str = "") -> Piece:
    """A recording that is not open to whoever looks has its day, and whether it counts; no value, no title."""
    if not known.reads(held):
        return Piece(held.held_on, counts)
    return Piece(held.held_on, counts, words, held.title, held.recording_id)


def _values(rule: Rule, found: Sequence[float]) -> str:
    if rule.kind == Kind.RATED:
        return "rated " + " and ".join(f"{value:.0f}" for value in sorted(found))
    known = rules.measures()[rule.name]
    return "coded as " + " and ".join(known.in_words(value) for value in sorted(found))


def _missing(rule: Rule, found: int, looked_at: int) -> str:
    if found >= rule.n:
        return ""
    more = count(rule.n - found, "more recording") if found or looked_at else count(rule.n, "recording")
    if rule.kind == Kind.COACHED:
        return f"{more} that a trainer has coached."
    if rule.kind == Kind.RATED:
        return f"{more} with this rating, given by a trainer with the coaching."
    return f"{more} coded by hand by a person, and at this mark."


def _of_supervision(rule: Rule, words: str, days: Sequence[date], first: date | None) -> Standing:
    """Days alone: what was said and agreed there is for its group."""
    pieces = [Piece(on, counts=True) for on in days if first is None or on >= first]
    left = rule.n - len(pieces)
    missing = f"{count(left, 'more session' if pieces else 'session')} that a trainer has recorded." if left > 0 else ""
    return Standing(rule, words, rule.n, len(pieces), pieces, missing)


def _of_modules(rule: Rule, words: str, person_id: int, known: Facts, titles: Titles) -> Standing:
    asked = rule.modules or tuple(known.courses.get(rule.name, ()))
    done = known.modules.get(person_id, {})
    pieces = [
        Piece(
            done[rule.name, module].astimezone(clock.HERE).date(), counts=True, title=titles.module(rule.name, module)
        )
        for module in asked
        if (rule.name, module) in done
    ]
    left = [titles.module(rule.name, module) for module in asked if (rule.name, module) not in done]
    missing = f"{count(len(left), 'module')}: {'; '.join(left)}." if left else ""
    if not asked:
        missing = "The course is not there any more. Ask your administrator to change this rule."
    return Standing(rule, words, len(asked), len(pieces), pieces, missing)


def in_short(standings: Sequence[Standing]) -> str:
    """How many of the rules are met."""
    met = sum(one.met for one in standings)
    if met == len(standings):
        return "everything it asks for is there"
    return f"{met or 'none'} of {count(len(standings), 'thing')} it asks for {'is' if met == 1 else 'are'} there"


def days(kept: Sequence[str]) -> str:
    """Days as a sign-off keeps them, in words."""
    return "; ".join(day(date.fromisoformat(on)) for on in kept)
