"""Linear models over one feature table, their calibration, and how they are kept on disk."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.classify.features import Sample, Vectoriser
from fidelity.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

FORMAT = "changetalk.linear/1"  # of the files below; a model of another format is refused
VOCABULARY = "vocabulary.json"
HEADS = "heads.skops"


@dataclass(frozen=True, slots=True)
class Model:
    """Named heads that share a vectoriser.

    Coders differ in style. Training shows each head who coded a row, in columns after the features;
    ``styles`` holds, for each head, what to put there when nobody has coded it yet.
    """

    vectoriser: Vectoriser
    heads: dict[str, Any]
    styles: dict[str, list[float]]

    def features(self, samples: Sequence[Sample]) -> csr_matrix:
        """The feature table of some samples; give it to ``probabilities`` for each head wanted."""
        return self.vectoriser.transform(samples)

    def probabilities(self, head: str, features: csr_matrix) -> list[dict[str, float]]:
        """What a head makes of each row."""
        model = self.heads[head]
        table = model.predict_proba(with_style(features, [self.styles[head]] * features.shape[0]))
        classes = list(map(str, model.classes_))
        return [dict(zip(classes, map(float, row), strict=True)) for row in table]

    def weights(self, head: str, label: str) -> NDArray[Any]:
        """How much each feature speaks for a label, against the mean of the other labels."""
        classes = list(self.heads[head].classes_)
        columns: NDArray[Any] = self.heads[head].coef_
        if len(classes) == 2:
            columns = columns * [[-1], [1]]  # one row tells two classes apart
        k = classes.index(label)
        others = (columns.sum(axis=0) - columns[k]) / (len(classes) - 1)
        speaks_for: NDArray[Any] = columns[k] - others
        return speaks_for

    def save(self, folder: Path) -> None:
        """Write the model; the same model always gives the same bytes."""
        import skops.io

        tables = {"fields": self.vectoriser.tables(), "styles": self.styles}
        (folder / VOCABULARY).write_text(json.dumps(tables, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        (folder / HEADS).write_bytes(_canonical(skops.io.dumps(self.heads)))

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Read what ``save`` wrote; nothing in the files is executed."""
        import skops.io

        try:
            tables = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
            heads = skops.io.load(folder / HEADS)
            return cls(Vectoriser(tables["fields"]), heads, tables["styles"])
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ModelError(f"The model in “{folder}” cannot be read ({error}). Install or train it again.") from error


def with_style(features: csr_matrix, styles: Sequence[Sequence[float]]) -> csr_matrix:
    """The feature table with the coder's style in its last columns."""
    from scipy.sparse import csr_matrix, hstack

    return hstack([features, csr_matrix(styles)]).tocsr()


def _canonical(archive: bytes) -> bytes:
    """The same skops archive without the clock and the memory addresses that skops writes into it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        content = {info.filename: old.read(info) for info in old.infolist()}
    schema = content.pop("schema.json").decode()
    numbers: dict[str, str] = {}
    address = r'(?<="__id__": )\d+|(?<=")\d+(?=\.npy")'
    schema = re.sub(address, lambda m: numbers.setdefault(m.group(), str(len(numbers) + 1)), schema)
    arrays = {f"{numbers[name.removesuffix('.npy')]}.npy": data for name, data in content.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(arrays, key=lambda n: int(n.removesuffix(".npy"))):
            new.writestr(zipfile.ZipInfo(name), arrays[name], zipfile.ZIP_DEFLATED)
        new.writestr(zipfile.ZipInfo("schema.json"), schema, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
