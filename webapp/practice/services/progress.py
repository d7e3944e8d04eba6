"""How far the work on a recording is, in words and numbers for the person who waits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp import clock
from webapp.practice.services import working
from webapp.practice.services.analysing import COPYING
from webapp.practice.tables import Recording, State, Work
from webapp.wording import count, duration

# Share of the work that is done when a step begins, and in words what the step does. Listening takes nearly all of it.
_STEPS = {
    "": (0.0, "Getting ready"),
    COPYING: (0.0, "Making a compact copy"),
    "load": (0.03, "Getting ready to listen"),
    "listen": (0.05, "Writing down what was said"),
    "voices": (0.92, "Telling the voices apart"),
    "utterances": (0.93, "Finding each thought"),
    "codes": (0.95, "Coding"),
    "feedback": (0.98, "Writing the feedback"),
}
_ORDER = list(_STEPS)
_SOON = 0.04  # less done than this says nothing about how long the rest takes


@dataclass(frozen=True, slots=True)
class Progress:
    """``share`` of the work that is done, 0 to 1; ``left`` in seconds, if that can be said; ``ahead`` in the queue."""

    state: str
    share: float
    words: str
    left: int | None
    ahead: int
    problem: str

    @property
    def how_long(self) -> str:
        """How long it still takes, or its place in the queue, in plain words."""
        if self.state == State.WAITING:
            return f"{count(self.ahead, 'recording')} before yours." if self.ahead else "Yours is next."
        if self.state != State.WORKING:
            return ""
        return f"{duration(self.left)} left." if self.left is not None else "How long it takes shows in a moment."


def of(session: Session, recording: Recording) -> Progress:
    """How far it is."""
    work = session.get(Work, recording.id)
    if recording.state == State.WAITING:
        ahead = working.ahead(session, recording)
        return Progress(recording.state, 0.0, "Waiting for its turn", None, ahead, "")
    if recording.state != State.WORKING or work is None:
        share = 1.0 if recording.state == State.READY else 0.0
        return Progress(recording.state, share, "", None, 0, (work.problem or "") if work else "")
    share = _share(work)
    spent = (clock.now() - work.begun_at).total_seconds() if work.begun_at else 0.0
    left = round(spent / share * (1 - share)) if share > _SOON else None
    return Progress(recording.state, round(share, 3), _STEPS.get(work.step, _STEPS[""])[1], left, 0, "")


def _share(work: Work) -> float:
    if work.step not in _STEPS:
        return 0.0
    begins = _STEPS[work.step][0]
    following = [_STEPS[name][0] for name in _ORDER[_ORDER.index(work.step) + 1 :]]
    ends = following[0] if following else 1.0
    return begins + (ends - begins) * (min(1.0, work.done / work.total) if work.total else 0.0)
