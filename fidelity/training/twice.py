"""The written conversations as they were coded twice: ``data/corpora/coding.csv``, and how far the codings agree."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fidelity.agreement import confusion, kappa
from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.conversation import Turn
from fidelity.errors import DataError
from fidelity.training.corpora import Conversation
from fidelity.training.written import WRITTEN, read_written

CODING = "coding.csv"
_COLUMNS = ["conversation", "turn", "utterance", "first", "second", "settled"]
_ROLES = {"practitioner": PRACTITIONER, "client": CLIENT}

Place = tuple[str, int, int]  # conversation, turn, utterance


@dataclass(frozen=True, slots=True)
class Coding:
    """The first and the second code of an utterance, and the one that was settled on."""

    first: str
    second: str
    settled: str


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """How much was written, and how far the two codings of it agree."""

    conversations: int
    pairs: int
    words: int
    held_out: int
    codes: dict[str, int]
    kappas: dict[str, tuple[float, int]]  # by role: kappa and how many utterances it stands on
    by_code: dict[str, tuple[int, int, int]]  # times given first, second, and by both

    def table(self) -> str:
        """The report as text."""
        lines = [
            "Written, not recorded.",
            f"{self.conversations} conversations and {self.pairs} contrast pairs, {self.words} words; "
            f"{self.held_out} conversations and pairs are kept out of training.",
            *(f"Two codings of the {role}: kappa {k:.3f} (n = {n})." for role, (k, n) in self.kappas.items()),
            "",
            f"{'code':<12}{'settled':>8}{'first':>8}{'second':>8}{'both':>8}{'agreement':>11}",
        ]
        for code, n in self.codes.items():
            first, second, both = self.by_code[code]
            lines.append(f"{code:<12}{n:>8}{first:>8}{second:>8}{both:>8}{2 * both / max(first + second, 1):>11.2f}")
        return "\n".join(lines) + "\n"


def corpus_report(folder: Path = WRITTEN) -> CorpusReport:
    """Check the whole corpus and count it. ``DataError`` at the first flaw."""
    conversations = read_written(folder)
    codings = read_codings(conversations, folder / CODING)
    roles = {"practitioner": PRACTITIONER, "client": CLIENT}
    kappas = {}
    for role, codes in roles.items():
        rows = [c for c in codings.values() if c.settled in codes]
        kappas[role] = (kappa(confusion([c.first for c in rows], [c.second for c in rows], codes)), len(rows))
    every = (*PRACTITIONER, *CLIENT)
    n = Counter(c.settled for c in codings.values())
    sides = [c for c in conversations if c.pair]
    whole = [c for c in conversations if not c.pair]
    return CorpusReport(
        conversations=len(whole),
        pairs=len(sides) // 2,
        words=sum(len(t.text.split()) for c in whole for t in c.turns) + sum(map(_pair_words, sides)),
        held_out=sum(c.held_out for c in whole) + sum(c.held_out for c in sides) // 2,
        codes={code: n[code] for code in every},
        kappas=kappas,
        by_code={
            code: (
                sum(c.first == code for c in codings.values()),
                sum(c.second == code for c in codings.values()),
                sum(c.first == c.second == code for c in codings.values()),
            )
            for code in every
        },
    )


def read_codings(conversations: Sequence[Conversation], file: Path) -> dict[Place, Coding]:
    """Both codings of every utterance; ``DataError`` where the file and the conversations do not match."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"“{file.name}” cannot be read: {error}") from error
    if not rows or list(rows[0]) != _COLUMNS:
        raise DataError(f"“{file.name}” needs the columns {', '.join(_COLUMNS)}.")
    found: dict[Place, Coding] = {}
    for number, row in enumerate(rows, 2):
        try:
            place = (row["conversation"], int(row["turn"]), int(row["utterance"]))
        except (TypeError, ValueError) as error:
            raise DataError(f"“{file.name}”, line {number}: turn and utterance must be numbers.") from error
        if place in found:
            raise DataError(f"“{file.name}”, line {number}: this utterance was there before.")
        found[place] = Coding(row["first"], row["second"], row["settled"])
    _check(conversations, found, file.name)
    return found


def _check(conversations: Sequence[Conversation], found: dict[Place, Coding], name: str) -> None:
    wanted = {place: (code, turn) for c in conversations for place, code, turn in coded_places(c)}
    if missing := [*(wanted.keys() - found.keys()), *(found.keys() - wanted.keys())]:
        raise DataError(f"“{name}” and the conversations do not match at {min(missing)}.")
    for place, (code, turn) in wanted.items():
        coding = found[place]
        if coding.settled != code:
            raise DataError(f"{place}: the conversation says {code}, “{name}” settled on {coding.settled}.")
        for given in (coding.first, coding.second):
            if given not in _ROLES[turn.speaker]:
                raise DataError(f"“{name}”, {place}: “{given}” is not a code of the {turn.speaker}.")


def coded_places(c: Conversation) -> Iterator[tuple[Place, str, Turn]]:
    """Each utterance with a code that counts; of a pair's side only the one that decides."""
    for turn, gold in zip(c.turns, c.gold, strict=True):
        if c.pair and turn.n != c.decides:
            continue
        for utterance, code in zip(turn.utterances, gold.codes, strict=True):
            yield (c.id, turn.n, utterance.u), code, turn


def _pair_words(side: Conversation) -> int:
    """Words of one side; what surrounds both is counted with the first."""
    return sum(len(t.text.split()) for t in side.turns if t.n == side.decides or side.id.endswith("/one"))
