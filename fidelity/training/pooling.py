"""How sure to be of words and encoder together: learned from what both said of conversations neither was trained on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fidelity.classify.encoder import Reads
from fidelity.classify.features import Sample, turn_sample, utterance_samples
from fidelity.classify.heads import Head, Model, Pooling, with_style
from fidelity.training.corpora import Conversation
from fidelity.training.rows import Target, coded_turns, targets

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(slots=True)
class Seconds:
    """Second opinions on one head's rows: probabilities by words and by encoder, shape (rows, classes)."""

    words: NDArray[Any]
    vectors: NDArray[Any]
    truth: NDArray[Any]
    weights: NDArray[Any]


def opinions(
    models: dict[str, Model], encoder: Reads, deep: dict[str, Head], conversations: Sequence[Conversation]
) -> dict[str, Seconds]:
    """What both say of the coded turns of some conversations, head by head; ``models`` by speaker."""
    import numpy as np

    found = {}
    for speaker, model in models.items():
        rows = list(_rows(encoder, conversations, speaker))
        features = model.features([sample for sample, _, _ in rows], [vector for _, vector, _ in rows])
        assert features.vectors is not None
        for head, words in model.heads.items():
            own = [k for k, (_, _, t) in enumerate(rows) if t.head == head and t.label in words.classes]
            columns = [deep[head].classes.index(name) for name in words.classes]
            found[head] = Seconds(
                words.probabilities(with_style(features.words[own], [model.styles[head]] * len(own))),
                deep[head].probabilities(features.vectors[own])[:, columns],
                np.array([words.classes.index(rows[k][2].label) for k in own]),
                np.array([rows[k][2].weight for k in own]),
            )
    return found


def _rows(
    encoder: Reads, conversations: Sequence[Conversation], speaker: str
) -> Iterator[tuple[Sample, NDArray[Any], Target]]:
    """Each thing a human said of a turn or utterance, with what the words and the encoder's heads see of it."""
    wanted: dict[str, tuple[Conversation, list[int]]] = {}
    for c, i in coded_turns(conversations, speaker):
        wanted.setdefault(c.id, (c, []))[1].append(i)
    for c, turns in wanted.values():
        for i, reading in zip(turns, encoder.read(c.turns, turns), strict=True):
            whole, parts = turn_sample(c.turns, i), utterance_samples(c.turns, i)
            for target in targets(c, i):
                if target.utterance is None:
                    yield whole, reading.turn, target
                else:
                    yield parts[target.utterance], reading.utterances[target.utterance], target


SHARE = 0.5  # Both opinions count alike: a learned share was no better, and let rare codes lean on one of the two.


def settle(parts: Iterable[dict[str, Seconds]]) -> dict[str, Pooling]:
    """The pooling of each head: both opinions alike, as sharp as makes the true labels of all ``parts`` likeliest."""
    import numpy as np
    from scipy.optimize import minimize_scalar

    gathered: dict[str, list[Seconds]] = defaultdict(list)
    for part in parts:
        for head, seconds in part.items():
            gathered[head].append(seconds)
    found = {}
    for head, several in gathered.items():
        words, vectors, truth, weights = (
            np.concatenate([getattr(s, name) for s in several]) for name in ("words", "vectors", "truth", "weights")
        )

        def loss(sharpness: float) -> float:
            p = Pooling(SHARE, sharpness).pool(words, vectors)  # noqa: B023
            chosen = np.log(np.maximum(p[np.arange(len(truth)), truth], 1e-9))  # noqa: B023
            return -float(np.average(chosen, weights=weights))  # noqa: B023

        best = minimize_scalar(loss, bounds=(0.1, 5.0), method="bounded")
        found[head] = Pooling(SHARE, round(float(best.x), 4))
    return found
