"""Twelve made-up people over six months, so that a cohort's pages have something to show. All of it is made up.

Their recordings are the bundled samples with some of the practitioner's turns left out, drawn by a fixed seed: what is
left stands as it was heard, and is scored anew. Which sample it is, follows a skill that grows with time, in
everybody differently.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from fidelity.conversation import Analysis
from fidelity.feedback import give_feedback
from fidelity.score import score
from webapp import clock, demo_recordings
from webapp.accounts.tables import Person
from webapp.coaching.services import coaching
from webapp.coaching.services.coaching import Told
from webapp.coaching.tables import Coaching
from webapp.cohorts.tables import CohortEvent
from webapp.learning.content.course import Course
from webapp.learning.services import courses
from webapp.learning.tables import ModuleDone, StepDone
from webapp.organisation.tables import Cohort
from webapp.practice.services import corrected
from webapp.practice.services.corrected import Change
from webapp.practice.tables import Coached, Recording, Share

NAME = "Demo cohort (made up)"
TEAM = "Demo team (made up)"
TRAINER = "Theo Trainer"
WEEKS = 26
_HOUR = timedelta(hours=1)
_SAMPLES = ("poor", "mixed", "skilful")
_VARIANTS = 2  # of each sample: feedback for each recording by itself would keep whoever starts the demo waiting
_LEFT_OUT = 0.25  # of the practitioner's turns


@dataclass(frozen=True, slots=True)
class _Made:
    """One of the twelve: ``skill`` from 0 to 1 at first and how much it grows, and what she did."""

    name: str
    discipline: str
    skill: float
    growth: float
    weeks_ago: tuple[int, ...]
    shares: bool
    coached: tuple[int, ...]  # which of them
    modules: int


PEOPLE = (
    _Made("Efua Learner", "Children's social work", 0.10, 0.60, (24, 18, 12, 7, 2), True, (1, 2, 3), 11),
    _Made("Finn Learner", "Children's social work", 0.20, 0.55, (23, 15, 9, 3), True, (0, 2), 9),
    _Made("Grace Learner", "Health visiting", 0.35, 0.40, (25, 17, 10, 4), True, (1, 2), 11),
    _Made("Hamid Learner", "Substance misuse", 0.45, 0.45, (22, 16, 11, 6, 1), True, (0, 1, 3), 10),
    _Made("Iris Learner", "Domestic abuse", 0.15, 0.30, (21, 13, 5), True, (1,), 6),
    _Made("Jonah Learner", "Mental health", 0.40, -0.05, (24, 14, 4), True, (1,), 7),
    _Made("Kemi Learner", "Children's social work", 0.05, 0.50, (20, 12, 3), True, (0,), 8),
    _Made("Liam Learner", "Probation", 0.30, 0.20, (23, 16), True, (0,), 4),
    _Made("Mina Learner", "Health visiting", 0.25, 0.60, (19, 11, 2), True, (), 10),
    _Made("Noor Learner", "Children's social work", 0.30, 0.30, (21, 8), False, (), 5),
    _Made("Owen Learner", "Mental health", 0.50, 0.10, (22, 20), False, (), 2),
    _Made("Priya Learner", "Domestic abuse", 0.10, 0.20, (25, 19), False, (), 1),
)
_WAITS = {"Hamid Learner": timedelta(days=3), "Mina Learner": timedelta(days=9)}  # shared their latest so long ago
_WRITTEN = Told(
    noticed="You let the other person finish, and what you said next picked up a word of theirs.",
    ask="Where in this conversation were you most at ease, and what helped?",
    offer="Some people listen to two minutes of their own recording and count questions. Would that be of use?",
    next_step="One reflection more before the next question.",
)
_RATED = ("purposefulness", "clarity_about_concerns", "child_focus")
_DATES = (  # weeks ago
    (24, "workshop", "Days one and two: the spirit, and listening"),
    (18, "workshop", "Day three: evoking"),
    (8, "booster", "Complex reflections"),
    (3, "other", "Two new team managers joined the practice group"),
)


def seed(session: Session, members: list[Person], trainer: Person, course: Path) -> list[Recording]:
    """Recordings, coaching and modules of the twelve, who are ``members`` in the order of ``PEOPLE``.

    Returns:
        The recordings that are open to the trainer.
    """
    draw = random.Random(6)
    shared = []
    for one, person in zip(PEOPLE, members, strict=True):
        made = _person(session, one, person, trainer, draw)
        shared += made if one.shares else []
    version = courses.load(session, course)[0] if course.is_dir() else None
    if version is not None:
        found = courses.of_version(session, version.id)
        for one, person in zip(PEOPLE, members, strict=True):
            _learned(session, one, person, found)
    session.flush()
    return shared


def cohort(session: Session, authority_id: int, members: list[Person], trainers: list[Person]) -> Cohort:
    """Their cohort with its dates."""
    made = Cohort(
        authority_id=authority_id,
        name=NAME,
        starts_on=clock.today() - timedelta(weeks=WEEKS),
        ends_on=clock.today() + timedelta(weeks=WEEKS),
        members=members,
        trainers=trainers,
    )
    session.add(made)
    session.flush()
    today = clock.today()
    session.add_all(
        CohortEvent(cohort_id=made.id, held_on=today - timedelta(weeks=ago), kind=kind, words=words)
        for ago, kind, words in _DATES
    )
    return made


@cache
def varied(sample: str, variant: int) -> Analysis:
    """A sample without some of the practitioner's turns, scored and with feedback as the engine gives it."""
    base = demo_recordings.analysed(sample)
    draw = random.Random(f"{sample} {variant}")
    turns = [turn.n for turn in base.turns if turn.speaker == "practitioner"]
    out = draw.sample(turns, round(_LEFT_OUT * len(turns)))
    said = corrected.apply(base.turns, [Change(kind="leave_out", n=n) for n in out]).turns
    words = tuple(replace(turn, words=whole.words) for turn, whole in zip(said, base.turns, strict=True))
    scores = score(words)
    return replace(base, turns=words, scores=scores, feedback=give_feedback(words, scores))


def _person(session: Session, one: _Made, person: Person, trainer: Person, draw: random.Random) -> list[Recording]:
    found = []
    for number, weeks in enumerate(one.weeks_ago):
        skill = one.skill + one.growth * (WEEKS - weeks) / WEEKS + draw.uniform(-0.12, 0.12)
        sample = _SAMPLES[min(2, max(0, int(3 * skill)))]
        made = demo_recordings.recording(
            session,
            person,
            sample,
            f"Practice {number + 1}",
            clock.now() - timedelta(weeks=weeks),
            varied(sample, draw.randrange(_VARIANTS)),
        )
        found.append(made)
        made.seen_at = made.created_at + _HOUR
        if not one.shares:
            continue
        latest = number == len(one.weeks_ago) - 1
        at = clock.now() - _WAITS[one.name] if latest and one.name in _WAITS else made.created_at + _HOUR
        session.add(Share(recording_id=made.id, trainer_id=trainer.id, shared_at=at))
        if number in one.coached:
            _coach(session, made, trainer, skill)
    return found


def _coach(session: Session, made: Recording, trainer: Person, skill: float) -> None:
    at = made.created_at + timedelta(days=4)
    rated = max(1, min(5, 2 + round(3 * skill)))
    session.add(Coached(recording_id=made.id, trainer_id=trainer.id, at=at))
    coaching.keep(session, trainer, made, _WRITTEN, dict.fromkeys(_RATED, rated))
    written = session.get_one(Coaching, (made.id, trainer.id))
    written.sent_at = written.read_at = at


def _learned(session: Session, one: _Made, person: Person, course: Course) -> None:
    """The modules she finished, evenly up to her last recording; written at once, as a step at a time takes long."""
    last = min(one.weeks_ago)
    for number, module in enumerate(course.modules[: one.modules]):
        at = clock.now() - timedelta(weeks=WEEKS - 1 - (WEEKS - 1 - last) * (number + 1) / one.modules)
        of = {"person_id": person.id, "course": course.slug, "module": module.slug, "done_at": at}
        session.add_all(StepDone(step=step.name, **of) for step in module.steps)
        session.add(ModuleDone(score=None, **of))
