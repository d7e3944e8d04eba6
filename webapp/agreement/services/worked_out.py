"""What the worker finds out about codings that are set against each other, as it is kept for a day at most."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.config import AgreementOptions
from fidelity.hand import tally
from fidelity.hand.align import Cuts, Unit, compare
from fidelity.hand.coding import HeardTurn, Parse, as_coded
from fidelity.hand.figures import Figure, Rated, figure, figures, rated
from fidelity.hand.tally import Tally
from fidelity.score import as_coded as counted_as_coded
from webapp import clock, secrets_box
from webapp.agreement.queries import Judged
from webapp.agreement.services.chosen import Chosen, Segmented, Side, both_rated
from webapp.agreement.tables import AgreementReport
from webapp.practice.tables import Recording

SCORES = (
    "reflections",
    "questions",
    "reflections_to_questions",
    "percent_complex",
    "percent_open",
    "mi_adherent",
    "mi_non_adherent",
    "change_talk_share",
)
_VERSION = "1"  # of what is worked out, so that an update does it anew
_ORDER = {code: number for number, code in enumerate((*PRACTITIONER, *CLIENT))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Agreement on what was finished coding in a month, such as ``2027-03``."""

    month: str
    recordings: int
    practitioner: Figure
    client: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All figures of a choice. ``cells`` says in which segments two codes met, and how often, under ``SR CR``."""

    statistic: Literal["kappa", "alpha"]
    segments: int
    recordings: int
    figures: tuple[Figure, ...] = ()
    cuts: Cuts
    tables: Mapping[str, list[list[float]]]
    cells: Mapping[str, list[tuple[int, int]]]
    scores: tuple[Rated, ...] = ()
    ratings: tuple[Rated, ...] = ()
    months: tuple[Month, ...] = ()

    def figure(self, name: str, level: str) -> Figure:
        """One of its figures."""
        return next(one for one in self.figures if (one.name, one.level) == (name, level))


@dataclass(frozen=True, slots=True)
class Opened:
    """What was said in a segment and how each side coded it."""

    segment: Segmented
    recording: Recording
    turns: Sequence[HeardTurn]
    parses: Mapping[Side, Mapping[int, Parse]]


_KEPT = TypeAdapter(Found)


def stamp(chosen: Chosen, segments: Sequence[Segmented], ratings: Sequence[Judged]) -> str:
    """Tells whether something was worked out from these very codings and ratings."""
    told = [
        [one.id, *([side.source, side.coding.id, side.coding.revision] for side in one.sides if side.coding)]
        for one in segments
    ]
    given = sorted(both_rated(ratings, chosen).items())
    return hashlib.sha256(f"{_VERSION} {chosen.pair} {json.dumps([told, given])}".encode()).hexdigest()


def work_out(chosen: Chosen, opened: Sequence[Opened], ratings: Sequence[Judged]) -> Found:
    """All of it, pure; a second or two where there are hundreds of segments."""
    statistic: Literal["kappa", "alpha"] = "alpha" if chosen.among_all else "kappa"
    counted = [(one.segment, counts(one, chosen)) for one in opened]
    by_recording = _grouped((str(segment.recording_id), table) for segment, table in counted)
    whole = tally.summed(by_recording.values())
    scores = _scores(chosen, opened)
    return Found(
        statistic=statistic,
        segments=len(counted),
        recordings=len(by_recording),
        figures=figures(list(by_recording.values()), statistic),
        cuts=whole.cuts,
        tables={name: whole.tables[name].tolist() for name in tally.UTTERANCES},
        cells=_cells(opened, chosen),
        scores=tuple(rated(name, pairs) for name, pairs in scores.items()),
        ratings=tuple(rated(name, pairs) for name, pairs in both_rated(ratings, chosen).items()),
        months=_months(counted, statistic),
    )


def counts(one: Opened, chosen: Chosen) -> Tally:
    """The tables of a segment, in which it counts once, however many coded it."""
    if chosen.among_all:
        return tally.among(one.turns, [one.parses[side] for side in one.segment.sides])
    compared = [tally.of(compare(one.turns, one.parses[a], one.parses[b])) for a, b in one.segment.pairs]
    return tally.summed(compared).times(1 / len(compared))


def units(one: Opened, chosen: Chosen) -> Iterable[tuple[tuple[Side, Side], Unit, str]]:
    """Each unit of a segment with the two that are compared and the cell it stands in."""
    for pair in one.segment.pairs:
        for unit in compare(one.turns, one.parses[pair[0]], one.parses[pair[1]]).units:
            codes = sorted(unit.codes, key=_ORDER.__getitem__) if chosen.among_all else unit.codes
            yield pair, unit, " ".join(codes)


def keep(session: Session, report: AgreementReport, mark: str, found: Found) -> None:
    """Put it in the place of what was there."""
    report.told = secrets_box.of(session).encrypt(_KEPT.dump_json(found), purpose=_purpose(report))
    report.stamp = mark


def read(session: Session, report: AgreementReport | None, mark: str) -> Found | None:
    """What was kept, unless it was worked out from something else."""
    if report is None or report.stamp != mark:
        return None
    return _KEPT.validate_json(secrets_box.of(session).decrypt(report.told, purpose=_purpose(report)))


def _purpose(report: AgreementReport) -> str:
    return f"agreement {report.pair} for {report.trainer_id}"


def _grouped(found: Iterable[tuple[str, Tally]]) -> dict[str, Tally]:
    made: dict[str, Tally] = {}
    for name, one in found:
        made[name] = made[name] + one if name in made else one
    return made


def _cells(opened: Sequence[Opened], chosen: Chosen) -> dict[str, list[tuple[int, int]]]:
    cells: dict[str, dict[int, int]] = {}
    for one in reversed(opened):  # what was coded last is looked at first
        for _, _, cell in units(one, chosen):
            here = cells.setdefault(cell, {})
            here[one.segment.id] = here.get(one.segment.id, 0) + 1
    return {cell: list(here.items()) for cell, here in cells.items()}


def _scores(chosen: Chosen, opened: Sequence[Opened]) -> dict[str, list[tuple[float, float]]]:
    """By summary score, what the two sides come to in each segment that shows it; several coders by their mean."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in SCORES}
    if chosen.among_all and len({side.source for one in opened for side in one.segment.sides}) != 2:
        return {}  # ICC(2,1) stands on the same raters throughout
    for one in opened:
        values = {side: _measured(one.turns, one.parses[side]) for side in one.segment.sides}
        firsts, seconds = zip(*one.segment.pairs, strict=True)
        for name in SCORES:
            both = [_mean([values[side][name] for side in dict.fromkeys(sides)]) for sides in (firsts, seconds)]
            if both[0] is not None and both[1] is not None:
                found[name].append((both[0], both[1]))
    return found


def _measured(turns: Sequence[HeardTurn], parses: Mapping[int, Parse]) -> Mapping[str, float | None]:
    """By the engine's own counting rules."""
    return counted_as_coded(as_coded(turns, parses))


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if len(there) == len(values) else None


def _months(counted: Sequence[tuple[Segmented, Tally]], statistic: Literal["kappa", "alpha"]) -> tuple[Month, ...]:
    import numpy as np

    by_month: dict[str, list[tuple[str, Tally]]] = {}
    for segment, table in counted:
        month = f"{segment.finished_at.astimezone(clock.HERE):%Y-%m}"
        by_month.setdefault(month, []).append((str(segment.recording_id), table))
    made = []
    for month, some in sorted(by_month.items()):
        recordings = list(_grouped(some).values())
        both = [
            figure(
                name, "utterances", np.array([one.tables[name] for one in recordings]), statistic, AgreementOptions()
            )
            for name in tally.UTTERANCES
        ]
        made.append(Month(month=month, recordings=len(recordings), practitioner=both[0], client=both[1]))
    return tuple(made)
