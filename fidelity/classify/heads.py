"""Linear models over one feature table, their calibration, and how they are kept on disk."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.classify.features import Sample, Vectoriser
from fidelity.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

FORMAT = "changetalk.linear/2"  # of the files below; a model of another format is refused
VOCABULARY = "vocabulary.json"
HEADS = "heads.npz"
_PARTS = ("weights", "intercept")


@dataclass(frozen=True, slots=True)
class Head:
    """A calibrated logistic regression: one row of weights a class, or a single row for the second of two."""

    classes: tuple[str, ...]
    weights: NDArray[Any]
    intercept: NDArray[Any]

    def probabilities(self, features: csr_matrix) -> NDArray[Any]:
        """Shape (rows, classes)."""
        import numpy as np
        from scipy.special import expit, softmax

        scores = features @ self.weights.T.astype(np.float64) + self.intercept.astype(np.float64)
        if len(self.classes) == 2:
            second = expit(scores)
            return np.hstack([1 - second, second])
        table: NDArray[Any] = softmax(scores, axis=1)
        return table


@dataclass(frozen=True, slots=True)
class Model:
    """Named heads that share a vectoriser.

    Coders differ in style. Training shows each head who coded a row, in columns after the features;
    ``styles`` holds, for each head, what to put there when nobody has coded it yet.
    """

    vectoriser: Vectoriser
    heads: dict[str, Head]
    styles: dict[str, list[float]]

    def features(self, samples: Sequence[Sample]) -> csr_matrix:
        """The feature table of some samples; give it to ``probabilities`` for each head wanted."""
        return self.vectoriser.transform(samples)

    def probabilities(self, head: str, features: csr_matrix) -> list[dict[str, float]]:
        """What a head makes of each row."""
        model = self.heads[head]
        table = model.probabilities(with_style(features, [self.styles[head]] * features.shape[0]))
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
        tables = {"fields": self.vectoriser.tables(), "styles": self.styles, "classes": classes}
        (folder / VOCABULARY).write_text(json.dumps(tables, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        arrays = {f"{name}.{part}": getattr(head, part) for name, head in self.heads.items() for part in _PARTS}
        np.savez_compressed(folder / HEADS, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Read what ``save`` wrote; nothing in the files is executed."""
        import numpy as np

        try:
            tables = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
            with np.load(folder / HEADS, allow_pickle=False) as arrays:
                heads = {
                    name: Head(tuple(classes), *(arrays[f"{name}.{part}"] for part in _PARTS))
                    for name, classes in tables["classes"].items()
                }
            return cls(Vectoriser(tables["fields"]), heads, tables["styles"])
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"The model in “{folder}” cannot be read ({error}). Install or train it again.") from error


def with_style(features: csr_matrix, styles: Sequence[Sequence[float]]) -> csr_matrix:
    """The feature table with the coder's style in its last columns."""
    from scipy.sparse import csr_matrix, hstack

    return hstack([features, csr_matrix(styles)]).tocsr()
