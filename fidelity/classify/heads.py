"""Heads over words and over the encoder's vectors, how they are pooled, and how they are kept on disk."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.classify.features import Sample, Vectoriser
from fidelity.classify.flow import Flow
from fidelity.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

FORMAT = "changetalk.heads/4"  # of the files below; a model of another format is refused
VOCABULARY = "vocabulary.json"
HEADS = "heads.npz"
_PARTS = ("weights", "intercept")
_LEAST = 1e-6  # neither opinion alone can rule a class out


@dataclass(frozen=True, slots=True)
class Head:
    """A calibrated logistic regression: one row of weights a class, or a single row for the second of two."""

    classes: tuple[str, ...]
    weights: NDArray[Any]
    intercept: NDArray[Any]

    def probabilities(self, features: Any) -> NDArray[Any]:
        """From features of shape (rows, width), sparse or dense, to shape (rows, classes)."""
        import numpy as np
        from scipy.special import expit, softmax

        scores = features @ self.weights.T.astype(np.float64) + self.intercept.astype(np.float64)
        if len(self.classes) == 2:
            second = expit(scores)
            return np.hstack([1 - second, second])
        table: NDArray[Any] = softmax(scores, axis=1)
        return table


@dataclass(frozen=True, slots=True)
class Pooling:
    """How the two opinions of a head become one: the encoder's ``share``, and how sure to be of the result."""

    share: float
    sharpness: float

    def pool(self, words: NDArray[Any], vectors: NDArray[Any]) -> NDArray[Any]:
        """The weighted geometric mean of two tables of probabilities, sharpened: shape (rows, classes)."""
        import numpy as np
        from scipy.special import softmax

        logs = (1 - self.share) * np.log(np.maximum(words, _LEAST)) + self.share * np.log(np.maximum(vectors, _LEAST))
        table: NDArray[Any] = softmax(self.sharpness * logs, axis=1)
        return table


@dataclass(frozen=True, slots=True)
class Features:
    """What the heads see of some samples: a sparse row of words each, and a vector each if there is an encoder."""

    words: csr_matrix
    vectors: NDArray[Any] | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """Named heads that share a vectoriser, and perhaps an encoder with heads of the same names.

    Coders differ in style. Training shows each head who coded a row, in columns after the features;
    ``styles`` holds, for each head, what to put there when nobody has coded it yet.
    """

    vectoriser: Vectoriser
    heads: dict[str, Head]
    styles: dict[str, list[float]]
    deep: dict[str, Head] = field(default_factory=dict)
    pooling: dict[str, Pooling] = field(default_factory=dict)
    flow: Flow | None = None

    def features(self, samples: Sequence[Sample], vectors: Sequence[NDArray[Any]] | None = None) -> Features:
        """The features of some samples; give them to ``probabilities`` for each head wanted."""
        import numpy as np

        return Features(self.vectoriser.transform(samples), None if vectors is None else np.stack(vectors))

    def probabilities(self, head: str, features: Features) -> list[dict[str, float]]:
        """What a head makes of each row."""
        model = self.heads[head]
        rows = features.words.shape[0]
        table = model.probabilities(with_style(features.words, [self.styles[head]] * rows))
        if features.vectors is not None and head in self.deep:
            deep = self.deep[head]
            columns = [deep.classes.index(name) for name in model.classes]
            table = self.pooling[head].pool(table, deep.probabilities(features.vectors)[:, columns])
        return [dict(zip(model.classes, map(float, row), strict=True)) for row in table]

    def weights(self, head: str, label: str) -> NDArray[Any]:
        """How much each feature speaks for a label, against the mean of the other labels."""
        model = self.heads[head]
        columns = model.weights
        if len(model.classes) == 2:
            columns = columns * [[-1], [1]]  # one row tells two classes apart
        k = model.classes.index(label)
        others = (columns.sum(axis=0) - columns[k]) / (len(model.classes) - 1)
        speaks_for: NDArray[Any] = columns[k] - others
        return speaks_for

    def save(self, folder: Path) -> None:
        """Write the model; the same model always gives the same bytes."""
        import numpy as np

        classes = {name: head.classes for name, head in self.heads.items()}
        tables = {
            "fields": self.vectoriser.tables(),
            "styles": self.styles,
            "classes": classes,
            "deep": {name: head.classes for name, head in self.deep.items()},
            "pooling": {name: asdict(p) for name, p in self.pooling.items()},
            "flow": self.flow and asdict(self.flow),
        }
        (folder / VOCABULARY).write_text(json.dumps(tables, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        arrays = {
            f"{kind}.{name}.{part}": getattr(head, part)
            for kind, heads in (("words", self.heads), ("deep", self.deep))
            for name, head in heads.items()
            for part in _PARTS
        }
        np.savez_compressed(folder / HEADS, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Read what ``save`` wrote; nothing in the files is executed."""
        import numpy as np

        try:
            tables = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
            with np.load(folder / HEADS, allow_pickle=False) as arrays:
                words, deep = (
                    {
                        name: Head(tuple(classes), *(arrays[f"{kind}.{name}.{part}"] for part in _PARTS))
                        for name, classes in tables[key].items()
                    }
                    for kind, key in (("words", "classes"), ("deep", "deep"))
                )
            pooling = {name: Pooling(**values) for name, values in tables["pooling"].items()}
            flow = tables["flow"] and Flow.read(tables["flow"])
            return cls(Vectoriser(tables["fields"]), words, tables["styles"], deep, pooling, flow)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"The model in “{folder}” cannot be read ({error}). Install or train it again.") from error


def with_style(features: csr_matrix, styles: Sequence[Sequence[float]]) -> csr_matrix:
    """The feature table with the coder's style in its last columns."""
    from scipy.sparse import csr_matrix, hstack

    return hstack([features, csr_matrix(styles)]).tocsr()
