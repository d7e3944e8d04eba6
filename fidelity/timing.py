"""Who talks how long: measures of time, each for many draws of the uncertain turn boundaries at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fidelity.config import ScoreOptions
from fidelity.conversation import CodedTurn
from fidelity.volleys import is_backchannel, volleys

if TYPE_CHECKING:
    from numpy import float64
    from numpy.random import Generator
    from numpy.typing import NDArray


# Whisper often leaves out a full stop where the speaker changes, so a missing one shows nothing; these words do.
_LEADS_ON = frozenset(
    "and but because cos so or if when while that which who the a an my your his her our their to of for with from "
    "at in on by i you he she we they it's i'm you're he's she's we're they're is are was were would could can will "
    "just really very".split()
)


@dataclass(frozen=True, slots=True)
class Timed:
    """A measure of time: the value, its draws (empty if there is none), and what it stands on."""

    value: float
    draws: NDArray[float64]
    n: int


def time_measures(turns: Sequence[CodedTurn], options: ScoreOptions, random: Generator) -> Mapping[str, Timed]:
    """Measures by name; empty if the turns carry no times."""
    import numpy as np

    timed = [turn for turn in turns if turn.start is not None and turn.end is not None]
    if len(timed) < len(turns) or not turns:
        return {}
    # Row 0 is what was measured; the other rows move every boundary by the error of word times.
    edges = np.array([[turn.start, turn.end] for turn in timed], dtype=float)
    noise = random.normal(0.0, options.time_error, size=(options.draws + 1, *edges.shape))
    noise[0] = 0.0
    starts, ends = np.moveaxis(edges + noise, -1, 0)
    lengths = np.maximum(ends - starts, 0.0)
    practitioner = np.array([turn.speaker == "practitioner" for turn in timed])
    client = np.array([turn.speaker == "client" for turn in timed])

    measures: dict[str, NDArray[float64]] = {}
    counts: dict[str, int] = {}

    def add(name: str, rows: NDArray[float64], n: int) -> None:
        measures[name], counts[name] = rows, n

    # A turn we are unsure about counts for the other person in the draws that say so.
    certainty = np.array([turn.certainty for turn in timed])
    flipped = random.random(lengths.shape) > certainty
    flipped[0] = False
    theirs = np.where(flipped, ~practitioner, practitioner) & (practitioner | client)
    total = lengths[:, practitioner | client].sum(axis=1)
    add("practitioner_talk_share", (lengths * theirs).sum(axis=1) / np.maximum(total, 1e-9), len(timed))

    groups = volleys(timed)
    index = {turn.n: i for i, turn in enumerate(timed)}
    if groups:
        spoken = np.stack([lengths[:, [index[t.n] for t in group]].sum(axis=1) for group in groups])
        add("practitioner_turn", spoken.mean(axis=0), len(groups))
        add("longest_monologue", spoken.max(axis=0), len(groups))
    real = [i for i, turn in enumerate(timed) if turn.speaker == "client" and not is_backchannel(turn.text)]
    if real:
        add("client_turn", lengths[:, real].mean(axis=1), len(real))

    answers = [i for i in range(1, len(timed)) if practitioner[i] and client[i - 1]]
    if answers:
        gaps = starts[:, answers] - ends[:, [i - 1 for i in answers]]
        add("pause", np.median(np.maximum(gaps, 0.0), axis=1), len(answers))
        unfinished = np.array([_unfinished(timed[i - 1].text) for i in answers])
        add("interruptions", ((gaps < options.cut_in) & unfinished).sum(axis=1).astype(float), len(answers))
    return {name: Timed(float(rows[0]), rows[1:], counts[name]) for name, rows in measures.items()}


def _unfinished(text: str) -> bool:
    """Whether the words break off: on a dash, or on a word that no sentence ends with."""
    said = text.rstrip("\"'”’ ")
    return said.endswith(("-", "–", "—", "…", "...")) or said.rstrip(",").split(" ")[-1].lower() in _LEADS_ON
