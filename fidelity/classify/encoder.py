"""The encoder: a small language model that turns what was said into vectors the heads decide on.

It runs as 8-bit ONNX on one thread; nothing of PyTorch is needed. How it is trained: ``fidelity.training.tune``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fidelity.classify.windows import Reader, Window
from fidelity.conversation import Turn
from fidelity.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

FORMAT = "changetalk.encoder/1"
NETWORK = "encoder.onnx"
TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """Vectors of one turn, shape (size,), and of each of its utterances, shape (utterances, size)."""

    turn: NDArray[Any]
    utterances: NDArray[Any]


class Reads(Protocol):
    """Whatever gives a reading of turns."""

    def read(self, turns: Sequence[Turn], wanted: Sequence[int]) -> list[Reading]:
        """A reading of each of the ``wanted`` turns, which must have their utterances."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """Reads turns. Make one with ``load``."""

    session: InferenceSession
    reader: Reader

    @classmethod
    def load(cls, folder: Path) -> Encoder:
        """The encoder in a model's folder."""
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # windows differ in length; the arena would keep the largest of each
        try:
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            session = InferenceSession(str(folder / NETWORK), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise ModelError(f"The encoder in “{folder}” cannot be read ({error}). Install it again.") from error
        return cls(session, Reader(tokenizer))

    def read(self, turns: Sequence[Turn], wanted: Sequence[int]) -> list[Reading]:
        """A reading of each of the ``wanted`` turns, which must have their utterances."""
        found = []
        for i in wanted:
            windows = self.reader.windows(turns, i)
            found.append(joined([pooled(self._states(window), window) for window in windows]))
        return found

    def _states(self, window: Window) -> NDArray[Any]:
        """The last layer's states, shape (pieces, hidden).

        One window at a time: 8-bit scales are set by all that is in a batch, so a turn's codes would depend on
        the turns it happened to be read with.
        """
        import numpy as np

        states: NDArray[Any] = self.session.run(None, {"pieces": np.array([window.pieces], dtype=np.int64)})[0]
        own: NDArray[Any] = states[0]
        return own


def pooled(states: NDArray[Any], window: Window) -> tuple[NDArray[Any], NDArray[Any]]:
    """Vectors of the window and of its utterances: the mean over their words, then the state of the first piece."""
    import numpy as np

    first = states[0]

    def mean(span: tuple[int, int]) -> NDArray[Any]:
        inside = states[span[0] : span[1]].mean(axis=0) if span[1] > span[0] else first
        return np.concatenate([inside, first])

    return mean(window.own), np.stack([mean(span) for span in window.utterances])


def joined(parts: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> Reading:
    """One reading of the windows of a turn: their mean, and all their utterances."""
    import numpy as np

    return Reading(np.mean([turn for turn, _ in parts], axis=0), np.concatenate([said for _, said in parts]))


def turn_vectors(readings: Sequence[Reading] | None) -> list[NDArray[Any]] | None:
    """The vectors of whole turns, if there are readings."""
    return None if readings is None else [r.turn for r in readings]


def utterance_vectors(readings: Sequence[Reading] | None) -> list[NDArray[Any]] | None:
    """The vectors of all utterances in order, if there are readings."""
    return None if readings is None else [vector for r in readings for vector in r.utterances]
