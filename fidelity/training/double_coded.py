"""A service's own double-coded sessions, beside what the shipped coder makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.classify import Coder
from fidelity.classify.local import CODES
from fidelity.conversation import Turn, Utterance
from fidelity.errors import CodingError, DataError
from fidelity.hand.coding import HandUtterance, as_coded, utterances
from fidelity.hand.package import Package, PackagedCoding, read
from fidelity.score import as_coded as as_they_stand
from fidelity.training.sessions import MEASURES
from fidelity.utterances import split_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST = 10  # sessions. Learned from five, shares of reflections and of open questions came out farther from what
# humans counted; from ten on no measure did for certain (``benchmarks/local_calibration.py``, docs/validity.md).
_CODED = 0.9  # share of utterances that must have a code for a session's measures to be what a human counted


@dataclass(frozen=True, slots=True)
class Rows:
    """Utterances of one speaker: the coder's probabilities (rows, codes), the humans' code, and what each counts."""

    p: NDArray[Any]
    truth: NDArray[Any]
    weights: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Parsed:
    """Turns as somebody parsed them, the coder's verdicts on them, and the codes given (``None`` where none was)."""

    turns: tuple[Turn, ...]
    verdicts: dict[int, Any]
    codes: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Session:
    """A double-coded session; sessions of one ``group`` are stretches of one conversation."""

    group: str
    agreed: bool
    parsed: tuple[Parsed, ...]
    heard: Parsed  # as the machine parses it
    gold: dict[str, float]
    rows: dict[str, Rows]


def read_packages(places: Sequence[Path]) -> list[tuple[str, Package]]:
    """The packages of files and of folders of JSON files, each with the name of the conversation it belongs to.

    Raises:
        DataError: a file is missing, or is no package; it says which and why.
    """
    files: list[Path] = []
    for place in places:
        files += sorted(place.glob("*.json")) if place.is_dir() else [place]
    if not files:
        raise DataError("There is no file of double-coded sessions there. Export them as JSON from the coding pages.")
    found: list[tuple[str, Package]] = []
    same: dict[tuple[str, ...], str] = {}
    for file in files:
        try:
            package = read(file.read_bytes())
        except OSError as error:
            raise DataError(f"“{file}” cannot be read: {error.strerror}.") from error
        except CodingError as error:
            raise DataError(f"“{file}”: {error}") from error
        key = tuple(turn.text for turn in package.turns)
        name = same.setdefault(key, package.title.strip().casefold() or file.stem)
        found.append((name, package))
    return found


def used(package: Package) -> tuple[PackagedCoding, ...]:
    """The agreed coding where there is one, else every coder's own if there are two or more; none otherwise."""
    agreed = tuple(c for c in package.codings if c.kind == "agreed")
    own = tuple(c for c in package.codings if c.kind == "own")
    return agreed[-1:] or (own if len({c.coder for c in own}) > 1 else ())


def sessions(packages: Sequence[tuple[str, Package]], coder: Coder) -> list[Session]:
    """The double-coded ones, coded by ``coder`` without any calibration.

    Raises:
        DataError: they are too few, or hold too little to learn from.
    """
    double = [(name, package, codings) for name, package in packages if (codings := used(package))]
    groups = {name for name, _, _ in double}
    if len(groups) < LEAST:
        raise DataError(
            f"There are {len(groups)} double-coded sessions among {len(packages)} files, and it takes at least "
            f"{LEAST}. "
            "A session is double-coded if two people coded it, or if it has a coding that two people agreed on. "
            "Stretches with the same title count as one session."
        )
    found = [_session(name, package, codings, coder) for name, package, codings in double]
    for speaker, codes in CODES.items():
        given = {codes[k] for s in found for k in s.rows[speaker].truth}
        if len(given) < 2:
            what = f"only the code “{given.pop()}”" if given else "no code at all"
            raise DataError(f"In these sessions the {speaker} has {what}. That is too little to learn from.")
    return found


def _session(name: str, package: Package, codings: Sequence[PackagedCoding], coder: Coder) -> Session:
    turns = [turn for turn in package.turns if turn.words]
    parsed: list[Parsed] = []
    gold: dict[str, list[float]] = defaultdict(list)
    for coding in codings:
        said: dict[int, list[HandUtterance]] = {turn.n: [] for turn in turns}
        for one in utterances(turns, coding.parses):
            said[one.n].append(one)
        split = tuple(
            Turn(
                n=turn.n, speaker=turn.speaker, text=turn.text, start=turn.start, end=turn.end,
                utterances=tuple(Utterance(u=u, text=x.text, start=x.start, end=x.end)
                                 for u, x in enumerate(said[turn.n])),
            )
            for turn in turns
        )  # fmt: skip
        codes = tuple(tuple(x.code for x in said[turn.n]) for turn in turns)
        same = next((one.verdicts for one in parsed if one.turns == split), None)
        parsed.append(Parsed(split, coder.verdicts(split) if same is None else same, codes))
        given = [code for turn, row in zip(turns, codes, strict=True) if turn.speaker != "other" for code in row]
        if given and sum(code is not None for code in given) >= _CODED * len(given):
            for measure, value in as_they_stand(as_coded(turns, coding.parses)).items():
                if value is not None:
                    gold[measure].append(value)
    bare = split_all([Turn(n=t.n, speaker=t.speaker, text=t.text, start=t.start, end=t.end) for t in turns])
    return Session(
        name,
        codings[0].kind == "agreed",
        tuple(parsed),
        Parsed(bare, coder.verdicts(bare), ()),
        {m: sum(values) / len(values) for m in MEASURES if (values := gold.get(m))},
        {speaker: _rows(speaker, parsed) for speaker in CODES},
    )


def _rows(speaker: str, parsed: Sequence[Parsed]) -> Rows:
    import numpy as np

    codes = CODES[speaker]
    p: list[list[float]] = []
    truth: list[int] = []
    for one in parsed:
        for i, (verdict, _) in one.verdicts.items():
            if one.turns[i].speaker != speaker:
                continue
            for said, code in zip(verdict.utterances, one.codes[i], strict=True):
                if code is not None:
                    p.append([said.probabilities[c] for c in codes])
                    truth.append(codes.index(code))
    table = np.array(p, dtype=float).reshape(len(truth), len(codes))
    return Rows(table, np.array(truth, dtype=int), np.full(len(truth), 1 / len(parsed)))
