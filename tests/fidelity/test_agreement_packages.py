"""Kappa, alpha and ICC against independent statistics packages."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from fidelity.agreement import alpha, coincidences, confusion, icc, icc_interval, kappa, kappa_interval
from fidelity.hand.figures import rated

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import krippendorff
    import pandas as pd
    import pingouin

EXACT = 1e-6
LABELS = ["a", "b", "c", "d"]

pairs = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=80)
sheets = st.lists(
    st.lists(st.sampled_from([*LABELS, None]), min_size=3, max_size=3), min_size=2, max_size=40
)  # what three coders gave, with gaps
scores = st.integers(3, 12).flatmap(
    lambda n: st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=n, max_size=n)
)


@settings(deadline=None)  # the first of them imports the library
@given(pairs)
def test_kappa_is_that_of_scikit_learn_and_statsmodels(found: list[tuple[str, str]]) -> None:
    one, other = zip(*found, strict=True)
    assume(len({*one, *other}) > 1)
    table = confusion(one, other, LABELS)
    assert kappa(table) == pytest.approx(cohen_kappa_score(one, other), abs=EXACT)
    with np.errstate(all="ignore"):
        assert kappa(table) == pytest.approx(float(cohens_kappa(table).kappa), abs=EXACT)


@settings(deadline=None)  # the first of them imports the library
@given(pairs)
def test_the_interval_of_kappa_is_that_of_its_paper(found: list[tuple[str, str]]) -> None:
    """Fleiss, Cohen and Everitt (1969), written out as they print it, cell by cell."""
    one, other = zip(*found, strict=True)
    table = confusion(one, other, LABELS)
    low, high = kappa_interval(table, 0.95)
    if len({*one, *other}) == 1:
        assert math.isnan(low)
        return
    p = table / table.sum()
    rows, columns, k = p.sum(1), p.sum(0), kappa(table)
    chance = float(rows @ columns)
    agreeing = sum(p[i, i] * (1 - (rows[i] + columns[i]) * (1 - k)) ** 2 for i in range(4))
    apart = (1 - k) ** 2 * sum(
        p[i, j] * (columns[i] + rows[j]) ** 2 for i in range(4) for j in range(4) if i != j
    )  # fmt: skip
    spread = agreeing + apart - (k - chance * (1 - k)) ** 2
    half = 1.959963984540054 * math.sqrt(max(spread, 0) / table.sum()) / (1 - chance)
    assert (low, high) == pytest.approx((max(-1, k - half), min(1, k + half)), abs=1e-5)


@settings(deadline=None)  # the first of them imports the library
@given(sheets)
def test_alpha_is_that_of_the_package_krippendorff_with_gaps_too(found: list[list[str | None]]) -> None:
    used = {label for unit in found if sum(x is not None for x in unit) > 1 for label in unit if label is not None}
    assume(len(used) > 1)
    numbers = [[math.nan if x is None else LABELS.index(x) for x in unit] for unit in found]
    theirs = krippendorff.alpha(reliability_data=np.array(numbers, dtype=float).T, level_of_measurement="nominal")
    assert alpha(coincidences(found, LABELS)) == pytest.approx(float(theirs), abs=EXACT)


@given(scores)
@settings(deadline=None, max_examples=40)
def test_icc_and_its_interval_are_those_of_pingouin(found: list[tuple[int, int]]) -> None:
    ratings = np.array(found, dtype=float)
    value, (low, high) = (icc(ratings), icc_interval(ratings, 0.95)) if np.ptp(ratings) else (math.nan, (0, 0))
    assume(math.isfinite(value) and value < 1 - 1e-9 and np.ptp(ratings.sum(axis=1)) > 0)
    theirs, interval = _pingouin(ratings)
    assert value == pytest.approx(theirs, abs=EXACT)
    assert (low, high) == pytest.approx(interval, abs=EXACT, nan_ok=True)


def _pingouin(ratings: Any) -> tuple[float, tuple[float, float]]:
    n, k = ratings.shape
    table = pd.DataFrame(
        {"target": np.repeat(np.arange(n), k), "rater": np.tile(np.arange(k), n), "score": ratings.ravel()}
    )
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        pingouin.options["round.column.CI95"] = None
        found = pingouin.intraclass_corr(table, targets="target", raters="rater", ratings="score")
    row = found.iloc[1]  # ICC(2,1), a single rating by a sample of raters
    interval = next(row[name] for name in row.index if name.startswith("CI95"))
    return float(row["ICC"]), (float(interval[0]), float(interval[1]))


def test_icc_of_the_paper_and_its_interval() -> None:
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
    theirs, interval = _pingouin(ratings)
    assert icc(ratings) == pytest.approx(theirs, abs=EXACT)
    assert icc_interval(ratings, 0.95) == pytest.approx(interval, abs=EXACT)
    assert icc_interval(ratings, 0.95) == pytest.approx((0.02, 0.76), abs=0.005)  # as printed by McGraw and Wong


def test_conversations_with_the_same_mean_have_no_interval() -> None:
    """McGraw and Wong's formula divides by what they differ."""
    ratings = [(1, 2), (2, 1), (1, 2), (3, 0), (0, 3)]
    assert all(map(math.isnan, icc_interval(np.array(ratings, dtype=float))))
    told = rated("empathy", ratings)
    assert told.value is not None
    assert (told.low, told.high, told.why) == (None, None, "")


def test_what_cannot_be_told_is_not_made_up() -> None:
    assert math.isnan(icc(np.ones((4, 2))))
    assert all(map(math.isnan, icc_interval(np.ones((4, 2)))))
    same = np.stack([np.arange(5.0)] * 2, axis=1)
    assert icc_interval(same) == (1, 1)
    assert all(map(math.isnan, kappa_interval(np.array([[9.0, 0], [0, 0]]))))
    assert alpha(coincidences([["a", "a"], ["a", None]], LABELS)) == 1
