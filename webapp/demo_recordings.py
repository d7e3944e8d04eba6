"""Three made-up recordings of a made-up practitioner over ten weeks: her trend can be seen from the first minute.

They are the bundled samples with their own sound and the analyses kept beside them. Each is called “Demo: ...”.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from fidelity.audio import compact_copy
from fidelity.conversation import Analysis
from webapp import clock
from webapp.accounts.tables import Person
from webapp.coaching.services import coaching
from webapp.coaching.services.coaching import Told
from webapp.coaching.tables import Coaching
from webapp.learning.services import courses, progress
from webapp.learning.tables import ModuleDone, StepDone
from webapp.practice.services import analyses, corrections, goals, listening, own_view, recordings
from webapp.practice.services.about import About
from webapp.practice.services.corrected import Change
from webapp.practice.services.own_view import Answers
from webapp.practice.tables import Coached, Kind, Recording, Share, State, Work
from webapp.settings import ROOT

SAMPLES = ROOT / "data" / "samples"
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Made:
    """A sample, when it is said to have been held, and what she is said to have wanted to know."""

    sample: str
    title: str
    weeks_ago: int
    goal: str
    wants: str


_MADE = (
    _Made("poor", "The appointment on Monday", 10, "Getting to the hearing test", "It felt like an argument. Where?"),
    _Made("mixed", "Getting up for school", 5, "A boy at school on time", "Am I still asking too much?"),
    _Made("skilful", "Evenings", 1, "Drinking less while the children are at home", "My reflections"),
)
_COACHED, _COACHED_AFTER = 1, timedelta(days=6)  # which of them, and how long after it was held
_WAITS, _SHARED_AGO = 0, timedelta(days=2)  # which of them waits for the trainer, with a code that is disputed
_HEARD = "Persuade"
_WRITTEN = Told(
    noticed="You heard how that letter felt to him before you asked anything more, and he told you about his nights.",
    ask="What were you hoping for when you asked about the alarm clock?",
    offer="Some people try saying back what they heard before the next question. Would that fit your way of talking?",
    next_step="Two reflections before each question, for the first five minutes only.",
)
_OWN_VIEW = Answers(well="I let them finish.", listened=2, hardest="Leaving a silence alone.")
_RATED = {"purposefulness": 3, "clarity_about_concerns": 4, "child_focus": 4}  # too short for MITI's globals
_GOAL = "two-reflections"  # chosen with the coach
_LEARNED = (("01-the-spirit", timedelta(weeks=8)), ("02-engaging-and-listening", timedelta(weeks=3)))


def seed(session: Session, owner: Person, trainer: Person, course: Path) -> None:
    """Her recordings, the coaching she had on one, her goal and what she has learned; where she has any, nothing."""
    if recordings.find(session, owner, 1).total:
        return
    made = [_recording(session, owner, one) for one in _MADE]
    for seen in made[:-1]:
        seen.seen_at = seen.created_at + _HOUR
        own_view.keep(session, owner, seen, _OWN_VIEW)
    coached = made[_COACHED]
    at = coached.created_at + _COACHED_AFTER
    session.add(Share(recording_id=coached.id, trainer_id=trainer.id, shared_at=coached.created_at + _HOUR))
    session.add(Coached(recording_id=coached.id, trainer_id=trainer.id, at=at))
    coaching.keep(session, trainer, coached, _WRITTEN, _RATED)
    written = session.get_one(Coaching, (coached.id, trainer.id))
    written.sent_at = written.read_at = at
    _dispute(session, owner, made[_WAITS])
    session.add(Share(recording_id=made[_WAITS].id, trainer_id=trainer.id, shared_at=clock.now() - _SHARED_AGO))
    goals.choose(session, owner, coached, _GOAL)
    chosen = goals.active(session, owner)
    if chosen is not None:
        chosen.goal.chosen_at = at
    if course.is_dir():
        _learn(session, owner, course)
    session.flush()


def _dispute(session: Session, owner: Person, recording: Recording) -> None:
    """She sees the first line that sounded like persuading as information."""
    lines = [
        (turn.n, said.u)
        for turn in analyses.shown(session, recording).turns
        for said in turn.utterances
        if turn.speaker == "practitioner" and said.code == _HEARD
    ]
    if lines:
        n, u = lines[0]
        change = Change(kind="code", n=n, u=u, code="GI", reason="I meant it as a fact about the clinic.")
        corrections.correct(session, owner, recording, change, revision=recording.revision)


def _recording(session: Session, owner: Person, one: _Made) -> Recording:
    at = clock.now() - timedelta(weeks=one.weeks_ago)
    return recording(session, owner, one.sample, one.title, at, goal=one.goal, wants=one.wants)


def recording(
    session: Session,
    owner: Person,
    sample: str,
    title: str,
    at: datetime,
    analysis: Analysis | None = None,
    *,
    goal: str = "",
    wants: str = "",
) -> Recording:
    """A recording said to be held at a moment, with a sample's sound, and its analysis unless there is another."""
    analysis = analysis or analysed(sample)
    made = recordings.begin(
        session,
        owner,
        title=f"Demo: {title}",
        kind=Kind.ROLE_PLAY,
        held_on=at.astimezone(clock.HERE).date(),
        about=About(goal=goal, wants=wants, file_name=analysis.recording.name),
    )
    made.duration, sound = _sound(sample)
    listening.keep(session, made, BytesIO(sound))
    made.state = State.READY
    made.created_at = made.arrived_at = made.ready_at = at
    session.add(Work(recording_id=made.id, begun_at=at, ended_at=at))
    analyses.keep(session, made, analysis)
    return made


@cache
def analysed(sample: str) -> Analysis:
    """The analysis that lies beside a sample."""
    return Analysis.from_json(gzip.decompress((SAMPLES / sample / "analysis.json.gz").read_bytes()))


@cache
def _sound(sample: str) -> tuple[float, bytes]:
    """A sample's length in s and its compact copy: making one takes a second."""
    copy = BytesIO()
    length = compact_copy(SAMPLES / sample / analysed(sample).recording.name, copy)
    return length, copy.getvalue()


def _learn(session: Session, owner: Person, course: Path) -> None:
    version, _ = courses.load(session, course)
    if version is None:
        return
    found = courses.of_version(session, version.id)
    for slug, ago in _LEARNED:
        module = found.module(slug)
        if module is not None:
            for step in module.steps:
                progress.done(session, owner, found, module, step.name)
            _date(session, owner, slug, clock.now() - ago)


def _date(session: Session, owner: Person, module: str, at: datetime) -> None:
    for table in (StepDone, ModuleDone):
        session.execute(update(table).where(table.person_id == owner.id, table.module == module).values(done_at=at))
