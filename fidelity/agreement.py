"""How far two codings, or two sets of session counts, agree beyond chance (pure arithmetic)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def confusion(first: Sequence[str], second: Sequence[str], labels: Sequence[str]) -> NDArray[Any]:
    """How often each pair of ``labels`` was given to the same thing: shape (labels, labels), ``first`` in the rows."""
    import numpy as np

    index = {label: k for k, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)))
    np.add.at(table, ([index[x] for x in first], [index[x] for x in second]), 1)
    return table


def kappa(table: NDArray[Any]) -> float:
    """Cohen's kappa of a confusion table; 1 where both codings gave one label throughout (Cohen 1960)."""
    n = table.sum()
    chance = float(table.sum(axis=0) @ table.sum(axis=1)) / n**2
    return float((table.trace() / n - chance) / (1 - chance)) if chance < 1 else 1.0


def icc(ratings: NDArray[Any]) -> float:
    """ICC(2,1): absolute agreement of single ratings, raters a sample of raters (Shrout and Fleiss 1979).

    ``ratings`` has shape (things rated, raters). ``nan`` where the things do not differ at all.
    """
    n, k = ratings.shape
    mean = ratings.mean()
    rows, columns = ratings.mean(axis=1), ratings.mean(axis=0)
    between = k * ((rows - mean) ** 2).sum() / (n - 1)
    raters = n * ((columns - mean) ** 2).sum() / (k - 1)
    rest = ((ratings - rows[:, None] - columns[None] + mean) ** 2).sum() / ((n - 1) * (k - 1))
    whole = between + (k - 1) * rest + k * (raters - rest) / n
    return float((between - rest) / whole) if whole > 0 else float("nan")


def resampled(n: int, draws: int, seed: int = 0) -> NDArray[Any]:
    """Indices for bootstrap samples of ``n`` things, shape (draws, n); always the same."""
    import numpy as np

    return np.random.default_rng(seed).integers(n, size=(draws, n))


def middle(values: Sequence[float], coverage: float = 0.9) -> tuple[float, float]:
    """The ends of the middle part of some values, those that are not a number left out."""
    import numpy as np

    found = np.asarray(values, dtype=float)
    found = found[np.isfinite(found)]
    if not len(found):
        return float("nan"), float("nan")
    low, high = np.quantile(found, ((1 - coverage) / 2, (1 + coverage) / 2))
    return float(low), float(high)
