"""Which skills a group finds hard: shares of people with their intervals, and nothing under five of them.

Three things stand beside each other and are not added up: whose latest shared recording is below the published mark, as
the engine measures it; which exercises of the course are missed at the first try; and moments that were shared for
teaching. The first knows only what is open to the trainer who looks. None of it names or ranks anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.cohorts.services.course import PEOPLE, Estimate, share
from webapp.learning.services import missed
from webapp.learning.services.missed import Missed
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort
from webapp.practice.services import group_trend, measured, teaching, teaching_skills
from webapp.practice.services.measured import Known
from webapp.practice.services.teaching import Open

_MOST = 8  # exercises: more is a list nobody acts on


@dataclass(frozen=True, slots=True)
class Below:
    """Of how many people the latest shared recording that shows a measure lies below “fair”.

    ``share`` is empty where there are fewer than five people; then their number is not told either.
    """

    known: Known
    people: int
    below: int
    share: Estimate | None

    @property
    def words(self) -> str:
        """The same in a sentence."""
        if self.share is None:
            return f"Fewer than {PEOPLE} people have a recording open to you that shows it, so nothing is told."
        return (
            f"{self.below} of {self.people} people are below the mark for “fair” in their latest shared recording: "
            f"{percent(self.share.value)} (in a larger group like this one perhaps {interval(self.share)})."
        )


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise that people missed something of at their first try, with the share of them."""

    told: Missed
    share: Estimate


@dataclass(frozen=True, slots=True)
class SkillMoments:
    """The moments that show a skill."""

    title: str
    moments: Sequence[Open]


@dataclass(frozen=True, slots=True)
class Hard:
    """All of it; ``people`` is how many active people there are in the cohort."""

    people: int
    measures: Sequence[Below]
    exercises: Sequence[Exercise]
    moments: Sequence[SkillMoments]

    @property
    def small(self) -> bool:
        """Whether there are too few people to tell anything."""
        return self.people < PEOPLE


def of(session: Session, trainer: Person, cohort: Cohort) -> Hard:
    """What a cohort that she may see finds hard, in the same number of queries whatever its size."""
    people = {number for number, _, _ in cohorts.everybody(session, cohort)}
    if len(people) < PEOPLE:
        return Hard(len(people), (), (), ())
    selected = cohorts.ids(cohort)
    latest: dict[str, dict[int, float]] = {}
    for one in group_trend.numbers(session, trainer, selected):  # the earliest first
        if one.value is not None and one.owner_id in people:
            latest.setdefault(one.name, {})[one.owner_id] = one.value
    found = [_below(known, list(latest.get(name, {}).values())) for name, known in measured.every().items()]
    tried = missed.of(session, selected, least=PEOPLE)
    exercises = [Exercise(one, share(one.missed, one.tried)) for one in tried if one.missed]
    exercises.sort(key=lambda one: -one.share.value)
    return Hard(
        len(people),
        [one for one in found if one],
        exercises[:_MOST],
        _moments(teaching.open_to(session, trainer, selected)),
    )


def percent(value: float) -> str:
    """A share in percent."""
    return f"{100 * value:.0f}%"


def interval(found: Estimate) -> str:
    """Its interval: 12 to 45%."""
    return f"{100 * found.low:.0f} to {percent(found.high)}"


def _below(known: Known, values: Sequence[float]) -> Below | None:
    if known.marks is None:
        return None
    if len(values) < PEOPLE:
        return Below(known, 0, 0, None)
    below = sum(value < known.marks.fair for value in values)
    return Below(known, len(values), below, share(below, len(values)))


def _moments(found: Sequence[Open]) -> list[SkillMoments]:
    by_skill = [
        SkillMoments(skill.title, [one for one in found if one.skill == name])
        for name, skill in teaching_skills.catalogue().items()
    ]
    return [one for one in by_skill if one.moments]
