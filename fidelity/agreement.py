"""How far two codings, or two sets of session counts, agree beyond chance (pure arithmetic).

Point figures are a few lines of numpy each, so that pages and resampling need no more; tests hold them equal to
independent packages. Intervals that follow from a formula load statsmodels or scipy: for the worker alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


_NOTHING = 1e-12  # of a variance beside others: what rounding leaves of none


def confusion(first: Sequence[str], second: Sequence[str], labels: Sequence[str]) -> NDArray[Any]:
    """How often each pair of ``labels`` was given to the same thing: shape (labels, labels), ``first`` in the rows."""
    import numpy as np

    index = {label: k for k, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)))
    np.add.at(table, ([index[x] for x in first], [index[x] for x in second]), 1)
    return table


def kappa(table: NDArray[Any]) -> float:
    """Cohen's kappa of a confusion table; 1 where both codings gave one label throughout (Cohen 1960)."""
    value = float(kappas(table[None])[0])
    return value if value == value else 1.0


def kappas(tables: NDArray[Any]) -> NDArray[Any]:
    """The same of many tables at once, shape (tables, labels, labels); ``nan`` where there was one label throughout."""
    import numpy as np

    n = tables.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / n**2
        alike = np.trace(tables, axis1=1, axis2=2) / n
        return np.where(chance < 1, (alike - chance) / (1 - chance), np.nan)


def kappa_interval(table: NDArray[Any], coverage: float = 0.9) -> tuple[float, float]:
    """The interval of Cohen's kappa if all that was coded were independent (Fleiss, Cohen and Everitt 1969).

    Utterances of one conversation are not: the interval is about these utterances, and too narrow for others.
    """
    import numpy as np
    from statsmodels.stats.inter_rater import cohens_kappa

    if not np.isfinite(kappas(table[None])[0]):
        return float("nan"), float("nan")
    with np.errstate(invalid="ignore", divide="ignore"):
        found = cohens_kappa(table)
    doubt = NormalDist().inv_cdf((1 + coverage) / 2) * max(float(found.var_kappa), 0.0) ** 0.5
    return max(-1.0, float(found.kappa) - doubt), min(1.0, float(found.kappa) + doubt)


def coincidences(units: Sequence[Sequence[str | None]], labels: Sequence[str]) -> NDArray[Any]:
    """How often each pair of ``labels`` met in one unit, shape (labels, labels), symmetric (Krippendorff 2004, ch. 11).

    ``units`` holds what each coder gave to the same thing, ``None`` where a coder gave nothing; each coding of a unit
    that two or more coded counts once, in pairs with every other one.
    """
    import numpy as np

    index = {label: k for k, label in enumerate(labels)}
    met = np.zeros((len(labels), len(labels)))
    for unit in units:
        given = [index[label] for label in unit if label is not None]
        for i, a in enumerate(given):
            for j, b in enumerate(given):
                if i != j:
                    met[a, b] += 1 / (len(given) - 1)
    return met


def alpha(met: NDArray[Any]) -> float:
    """Krippendorff's alpha for names, from ``coincidences``; 1 where only one name was given throughout."""
    value = float(alphas(met[None])[0])
    return value if value == value else 1.0


def alphas(met: NDArray[Any]) -> NDArray[Any]:
    """The same of many at once, shape (tables, labels, labels); ``nan`` where only one name was given."""
    import numpy as np

    given = met.sum(axis=1)
    n = given.sum(axis=1)
    differing = n - np.trace(met, axis1=1, axis2=2)
    apart = n**2 - (given**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((given > 0).sum(axis=1) > 1, 1 - (n - 1) * differing / apart, np.nan)


def icc(ratings: NDArray[Any]) -> float:
    """ICC(2,1): absolute agreement of single ratings, raters a sample of raters (Shrout and Fleiss 1979).

    ``ratings`` has shape (things rated, raters). ``nan`` where the things do not differ at all.
    """
    n, k = ratings.shape
    between, raters, rest = _mean_squares(ratings)
    whole = between + (k - 1) * rest + k * (raters - rest) / n
    return (between - rest) / whole if whole > 0 else float("nan")


def icc_interval(ratings: NDArray[Any], coverage: float = 0.9) -> tuple[float, float]:
    """The interval of ICC(2,1) by McGraw and Wong (1996, table 7, case 2A), which holds up with few things rated.

    ``nan`` where the things rated have the same mean: its formula divides by what they differ.
    """
    from scipy.stats import f

    n, k = ratings.shape
    value = icc(ratings)
    if not value < 1:  # nothing differs but the things rated, or nothing at all
        return value, value
    between, raters, rest = _mean_squares(ratings)
    if between <= _NOTHING * (raters + rest):
        return float("nan"), float("nan")
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    spread = (a * raters) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1))
    if spread <= 0:  # all that differs is the level of the raters
        return float("nan"), float("nan")
    freedom = (a * raters + b * rest) ** 2 / spread
    point = (1 + coverage) / 2
    lower, upper = float(f.ppf(point, n - 1, freedom)), float(f.ppf(point, freedom, n - 1))
    others = k * raters + (k * n - k - n) * rest
    low = n * (between - lower * rest) / (lower * others + n * between)
    high = n * (upper * between - rest) / (others + n * upper * between)
    return float(low), float(high)


def resampled(n: int, draws: int, seed: int = 0) -> NDArray[Any]:
    """Indices for bootstrap samples of ``n`` things, shape (draws, n); always the same."""
    import numpy as np

    return np.random.default_rng(seed).integers(n, size=(draws, n))


def middle(values: Sequence[float] | NDArray[Any], coverage: float = 0.9) -> tuple[float, float]:
    """The ends of the middle part of some values, those that are not a number left out."""
    import numpy as np

    found = np.asarray(values, dtype=float)
    found = found[np.isfinite(found)]
    if not len(found):
        return float("nan"), float("nan")
    low, high = np.quantile(found, ((1 - coverage) / 2, (1 + coverage) / 2))
    return float(low), float(high)


def _mean_squares(ratings: NDArray[Any]) -> tuple[float, float, float]:
    """Between the things rated, between the raters, and the rest."""
    n, k = ratings.shape
    mean = ratings.mean()
    rows, columns = ratings.mean(axis=1), ratings.mean(axis=0)
    between = k * ((rows - mean) ** 2).sum() / (n - 1)
    raters = n * ((columns - mean) ** 2).sum() / (k - 1)
    rest = ((ratings - rows[:, None] - columns[None] + mean) ** 2).sum() / ((n - 1) * (k - 1))
    return float(between), float(raters), float(rest)
