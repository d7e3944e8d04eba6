"""What the worker finds out about a cohort's measures, as it is kept until the recordings are others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from webapp.cohorts.services import course
from webapp.cohorts.services.course import Course, Estimate, Point
from webapp.cohorts.tables import CohortCourse
from webapp.practice.services.group_trend import Opened, Shared
from webapp.practice.services.measured import Known

_VERSION = "2"  # of what is worked out, so that an update does it anew


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of the people reached a mark in their first recording, and in their latest."""

    people: int
    first: int
    latest: int
    first_share: Estimate
    latest_share: Estimate

    @property
    def at_first(self) -> str:
        """The first recordings in words: 3 of 12 (10 to 48%)."""
        return self._words(self.first, self.first_share)

    @property
    def now(self) -> str:
        """The latest recordings, in the same words."""
        return self._words(self.latest, self.latest_share)

    def _words(self, reached: int, share: Estimate) -> str:
        return f"{reached} of {self.people} ({100 * share.low:.0f} to {100 * share.high:.0f}%)"


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one measure: the group's course or why there is none, and who reached the marks."""

    course: Course | None
    why: str
    fair: Reached | None
    good: Reached | None


_KEPT = TypeAdapter(dict[str, Found])


def stamp(opened: Sequence[Opened]) -> str:
    """Tells whether something was worked out from these very recordings, as they were measured then."""
    told = "\n".join(
        f"{o.owner_id} {o.recording_id} {o.held_on.toordinal()} {o.measured} {o.sum:.9g} {o.squares:.9g}"
        for o in opened
    )
    return hashlib.sha256(f"{_VERSION}\n{told}".encode()).hexdigest()


def work_out(known: Mapping[str, Known], numbers: Sequence[Shared]) -> dict[str, Found]:
    """All of it, from numbers that are ordered by date; takes a second or two."""
    found = {}
    for name, measure in known.items():
        values = [(one, one.value) for one in numbers if one.name == name and one.value is not None]
        points = [Point(one.owner_id, one.held_on.toordinal(), value) for one, value in values]
        why = course.too_little(points)
        line = course.of(points, highest=1 if measure.unit == "share" else None)
        marks = (measure.marks.fair, measure.marks.good) if measure.marks else (None, None)
        fair, good = (_reached(points, mark) for mark in marks)
        found[name] = Found(line, why or ("" if line else "The recordings fit no line."), fair, good)
    return found


def keep(session: Session, cohort_id: int, trainer_id: int, mark: str, found: Mapping[str, Found]) -> None:
    """Put it in the place of what was there."""
    kept = session.get(CohortCourse, (cohort_id, trainer_id)) or CohortCourse(
        cohort_id=cohort_id, trainer_id=trainer_id
    )
    kept.stamp, kept.told = mark, _KEPT.dump_json(dict(found)).decode()
    session.add(kept)


def read(session: Session, cohort_id: int, trainer_id: int, mark: str) -> dict[str, Found] | None:
    """What was kept, unless it was worked out from other numbers."""
    kept = session.get(CohortCourse, (cohort_id, trainer_id))
    if kept is None or kept.stamp != mark:
        return None
    return _KEPT.validate_json(kept.told)


def _reached(points: Sequence[Point], mark: float | None) -> Reached | None:
    if mark is None or not points:
        return None
    first = {point.person: point.value for point in reversed(points)}
    latest = {point.person: point.value for point in points}
    began, now = (sum(value >= mark for value in values.values()) for values in (first, latest))
    people = len(latest)
    return Reached(people, began, now, course.share(began, people), course.share(now, people))
