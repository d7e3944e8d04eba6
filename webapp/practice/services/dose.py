"""How often somebody practises and is coached: three to four coached recordings in six months keep a skill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.practice.queries import trends as queries
from webapp.practice.tables import Coached, Recording
from webapp.wording import count, day

LOOK_BACK = timedelta(days=182)
APART = timedelta(weeks=6)  # four in half a year, with room for a holiday
ENOUGH = 3  # coached ones; reviews of studies found three to four
_LABELLED_MONTHS = 2  # every second month has its name under the line


@dataclass(frozen=True, slots=True)
class Mark:
    """A recording on the line; ``at`` is its place in per cent."""

    at: float
    words: str
    coached: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The first day of a month on the line."""

    at: float
    name: str


@dataclass(frozen=True, slots=True)
class Dose:
    """The last six months; ``next`` is when the next recording would do good, and is in the past where it is due."""

    marks: tuple[Mark, ...]
    months: tuple[Month, ...]
    coached: int
    next: date | None
    words: str
    advice: str

    @property
    def due(self) -> bool:
        """Whether the next good moment has come."""
        return self.next is None or self.next <= clock.today()


def of(session: Session, person: Person) -> Dose:
    """Somebody's own last six months, in one query."""
    today = clock.today()
    since = today - LOOK_BACK
    found = queries.practised(session, person, since)
    marks = tuple(
        Mark(
            _place(one.held_on, since),
            f"{one.title}, {day(one.held_on)}" + (", coached" if one.coached_at else ""),
            one.coached_at is not None,
        )
        for one in found
    )
    coached = sum(mark.coached for mark in marks)
    following = found[-1].held_on + APART if found else None
    return Dose(
        marks, _months(since, today), coached, following, _words(len(marks), coached), _advice(following, coached)
    )


@dataclass(frozen=True, slots=True)
class Count:
    """How many recordings somebody held in the last six months and how many of them were coached, and the last one."""

    recordings: int
    coached: int
    last_on: date


def of_people(session: Session, people: Select[int]) -> dict[int, Count]:
    """The same last six months for a group, in one query; who has no recording then is left out."""
    found = queries.dose_by_person(session, people, clock.today() - LOOK_BACK)
    return {owner: Count(recordings, coached, last_on) for owner, recordings, coached, last_on in found}


def coached(session: Session, recording: Recording, trainer: Person) -> None:
    """Mark a recording as coached; it counts once, for whoever came first."""
    if session.get(Coached, recording.id) is None:
        session.add(Coached(recording_id=recording.id, trainer_id=trainer.id, at=clock.now()))


def _words(recordings: int, coached: int) -> str:
    if not recordings:
        return "In the last six months there is no recording of yours."
    told = f"In the last six months: {count(recordings, 'recording')}, "
    return told + ("none of them coached yet." if not coached else f"{coached} of them coached.")


def _advice(following: date | None, coached: int) -> str:
    if following is None:
        return "Any week is a good one for it. Ten minutes of a role-play are enough."
    if following <= clock.today():
        return "Your last one was more than six weeks ago: this would be a good week for the next."
    told = f"A good moment for the next one is around {day(following)}."
    return told if coached >= ENOUGH else f"{told} Coaching on one you have would count as much."


def _months(since: date, today: date) -> tuple[Month, ...]:
    first = date(since.year + since.month // 12, since.month % 12 + 1, 1)
    found = []
    while first <= today:
        found.append(first)
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return tuple(
        Month(_place(on, since), f"{on:%b}" if number % _LABELLED_MONTHS == 0 else "")
        for number, on in enumerate(found)
    )


def _place(on: date, since: date) -> float:
    """Where a day stands on the line, with a little room at both ends."""
    return round(3 + 94 * (on - since) / LOOK_BACK, 1)
