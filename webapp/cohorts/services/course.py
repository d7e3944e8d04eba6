"""The course of a group in one measure: a straight line through everybody's recordings, with how sure it is.

A linear mixed model with an intercept for each person (Laird & Ware, 1982), fitted by REML with statsmodels: whoever
shared more recordings does not count for more people, and who joined late does not bend the line. The intervals use
Student's t with two degrees of freedom fewer than there are people, as few people know little, however many
recordings they have. For the worker alone: the libraries behind it take more memory than a web process should.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

LEVEL = 0.9
PEOPLE = 5  # fewer would be a story of single people
FOLLOWED = 3  # of them with two recordings or more: without, it cannot be seen who moved
SPAN = 28  # days between the first and the last recording
_STEPS = 13  # places at which the course is given
_METHODS = ("powell", "lbfgs")  # the first hardly ever gives up


class Point(NamedTuple):
    """A value of one person in one recording; ``day`` counts from any day that is the same for all."""

    person: int
    day: int
    value: float


class Estimate(NamedTuple):
    """A value with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Course:
    """The line at some days, and how much it moved from the first to the last of them."""

    days: tuple[int, ...]
    line: tuple[Estimate, ...]
    change: Estimate


def too_little(points: Sequence[Point]) -> str:
    """Why no line is drawn, in plain words; nothing where one can be."""
    counts: dict[int, int] = {}
    for point in points:
        counts[point.person] = counts.get(point.person, 0) + 1
    again = sum(count > 1 for count in counts.values())
    days = [point.day for point in points]
    if not points:
        return "No shared recording shows this measure yet."
    if not again:
        return "Nobody has shared a second recording that shows it, so it cannot be seen which way anybody moves."
    if len(counts) < PEOPLE:
        return f"A line for the group needs {PEOPLE} people whose recordings show it, and there are {len(counts)}."
    if again < FOLLOWED:
        return f"A line for the group needs {FOLLOWED} people with two recordings or more, and there are {again}."
    if max(days) - min(days) < SPAN:
        return "All of it lies within four weeks: too short a time to see a course."
    return ""


def of(points: Sequence[Point], *, lowest: float = 0, highest: float | None = None) -> Course | None:
    """The course of a group, cut to what the measure can be; nothing where ``too_little`` or no line fits.

    Args:
        points: one or more of each person, in any order.
        lowest: the least the measure can be.
        highest: the most it can be, if it has an end.
    """
    from scipy import stats

    if too_little(points):
        return None
    people = np.array([point.person for point in points])
    days = np.array([point.day for point in points], dtype=float)
    middle, width = days.mean(), float(np.ptp(days))
    place = (days - middle) / width
    fitted = _fit(np.array([point.value for point in points]), place, people)
    if fitted is None:
        return None
    effects, covariance = fitted
    reach = float(stats.t.ppf((1 + LEVEL) / 2, len(set(people.tolist())) - 2))
    at = np.linspace(days.min(), days.max(), _STEPS)
    design = np.column_stack([np.ones(_STEPS), (at - middle) / width])
    values, half = design @ effects, reach * np.sqrt(np.einsum("ij,jk,ik->i", design, covariance, design))
    edges = np.clip([values, values - half, values + half], lowest, highest)
    moved, doubt = float(effects[1]), reach * float(covariance[1, 1]) ** 0.5
    return Course(
        tuple(round(day) for day in at.tolist()),
        tuple(Estimate(*three) for three in edges.T.tolist()),
        Estimate(moved, moved - doubt, moved + doubt),
    )


def share(reached: int, people: int) -> Estimate:
    """How large a share reached something, with Wilson's interval; ``people`` is not 0. It loads no library."""
    z, part = NormalDist().inv_cdf((1 + LEVEL) / 2), reached / people
    middle = part + z**2 / (2 * people)
    half = z * ((part * (1 - part) + z**2 / (4 * people)) / people) ** 0.5
    whole = 1 + z**2 / people
    return Estimate(part, max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole))


def _fit(values: np.ndarray, place: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    if np.ptp(values) == 0:
        return None
    design = np.column_stack([np.ones(len(place)), place])
    for method in _METHODS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # people who are all alike are no fault: their variance is then nothing
            try:
                found = MixedLM(values, design, groups=people).fit(reml=True, method=method)
                covariance = np.asarray(found.cov_params())[:2, :2]
            except np.linalg.LinAlgError:
                continue
        if np.isfinite(covariance).all() and (np.diag(covariance) > 0).all():
            return np.asarray(found.fe_params), covariance
    return None
