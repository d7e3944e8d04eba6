"""The course of a group: what it finds, how often its intervals hold the truth, and when no line is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from webapp.cohorts.services import course
from webapp.cohorts.services.course import Point

DAYS = 182
TRUE_START, TRUE_CHANGE = 1.0, 0.5


def group(people: int, each: int, seed: int, *, apart: float = 0.3, noise: float = 0.4) -> list[Point]:
    """People who differ by ``apart``, move alike, and whose conversations differ by ``noise``."""
    draw = np.random.default_rng(seed)
    found = []
    for person in range(people):
        level = TRUE_START + apart * draw.normal()
        for day in draw.integers(0, DAYS + 1, each).tolist():
            found.append(Point(person, day, level + TRUE_CHANGE * day / DAYS + noise * draw.normal()))
    return found


def test_a_clear_course_is_found() -> None:
    found = course.of(group(40, 8, 1))
    assert found is not None
    assert found.change.low < TRUE_CHANGE < found.change.high
    assert found.change.low > 0
    assert found.line[0].value < found.line[-1].value
    assert 0 <= found.days[0] < 5
    assert DAYS - 5 < found.days[-1] <= DAYS


def test_few_people_are_less_sure_than_many_with_as_many_recordings() -> None:
    few, many = course.of(group(5, 16, 2)), course.of(group(40, 2, 2))
    assert few is not None
    assert many is not None
    assert few.line[6].high - few.line[6].low > many.line[6].high - many.line[6].low


@pytest.mark.parametrize(("people", "each"), [(5, 2), (12, 4)])
def test_the_intervals_hold_the_truth_about_as_often_as_they_say(people: int, each: int) -> None:
    held = []
    for seed in range(120):
        points = group(people, each, seed)
        found = course.of(points, lowest=-9)
        if found is None:
            continue
        truth = TRUE_CHANGE * (found.days[-1] - found.days[0]) / DAYS
        held.append(found.change.low <= truth <= found.change.high)
    assert len(held) > 100
    assert 0.83 < np.mean(held) < 0.97


def test_one_busy_person_does_not_make_the_course_of_all() -> None:
    steady = [
        Point(person, day, 1.0 + 0.01 * person + 0.001 * day % 0.02) for person in range(6) for day in (0, 90, 180)
    ]
    busy = [Point(9, day, 3.0) for day in range(90, 180, 3)]
    found = course.of([*steady, *busy])
    assert found is not None
    assert abs(found.change.value) < 0.2  # a line through the points alone would rise by more than one


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ([], "No shared recording"),
        ([Point(1, 5, 1.0)], "second recording"),
        ([Point(n, 7 * n, 1.0) for n in range(12)], "second recording"),
        ([Point(n, day, 1.0) for n in range(4) for day in (0, 60)], "needs 5 people"),
        ([*(Point(n, 0, 1.0) for n in range(6)), Point(0, 60, 1.2)], "3 people with two recordings"),
        ([Point(n, day, 1.0) for n in range(6) for day in (0, 20)], "within four weeks"),
    ],
)
def test_no_line_is_drawn_from_too_little(points: list[Point], why: str) -> None:
    assert why in course.too_little(points)
    assert course.of(points) is None


def test_people_who_are_all_alike_give_no_line() -> None:
    assert course.of([Point(n, day, 1.0) for n in range(6) for day in (0, 60)]) is None


def test_a_share_stays_a_share() -> None:
    points = [Point(p, day, min(1.0, 0.9 + day / 900)) for p in range(6) for day in (0, 45 + p, 90)]
    found = course.of(points, highest=1)
    assert found is not None
    assert max(estimate.high for estimate in found.line) <= 1


def test_the_share_that_reached_a_mark_has_wilsons_interval() -> None:
    found = course.share(3, 12)  # newcombe's formula by hand, z = 1.6449
    z, n, p = 1.6448536, 12, 0.25
    middle, half = (
        (p + z * z / (2 * n)) / (1 + z * z / n),
        z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n),
    )
    assert found == pytest.approx((0.25, middle - half, middle + half), abs=1e-6)
    assert course.share(0, 4).low == 0
