"""How long recordings are kept: an authority says so, owners are warned, and then they go by themselves.

A recording came on a day and is kept for a number of days. Two weeks before it goes its owner is told, and nothing goes
that its owner was not told of two weeks before: not after the worker stood still, nor after the number was lowered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp import audit, clock, database, paging
from webapp.accounts.tables import Person
from webapp.errors import Refused
from webapp.practice.queries import owning as queries
from webapp.practice.services import deleting, notices
from webapp.practice.tables import Purge, Recording, Retention, RetentionWarning

SHORTEST, LONGEST = 30, 1095  # days
WARNING = 14  # days before
_AT_A_TIME = 20  # recordings of an authority, before what is done is kept
_STEPS = (WARNING, 30, 90)  # days from now, for the look ahead


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many recordings would go until so many days from now, and how many later."""

    soon: int
    month: int
    quarter: int
    later: int

    @property
    def total(self) -> int:
        """How many there are."""
        return self.soon + self.month + self.quarter + self.later


@dataclass(frozen=True, slots=True)
class Going:
    """A recording that goes by itself on a day."""

    recording: Recording
    on: date


def days(session: Session, authority_id: int) -> int:
    """For how many days an authority keeps recordings."""
    found = session.get(Retention, authority_id)
    return found.days if found else database.settings_of(session).keep_recordings_days


def choose(session: Session, actor: Person, number: int) -> None:
    """Keep the recordings of the acting administrator's authority for so many days from now on.

    Raises:
        Refused: that is too few or too many.
    """
    if not SHORTEST <= number <= LONGEST:
        raise Refused(f"Recordings are kept for {SHORTEST} to {LONGEST:,} days. Choose a number between these.")
    before = days(session, actor.authority_id)
    session.merge(Retention(authority_id=actor.authority_id, days=number))
    early = queries.warned_too_soon(actor.authority_id, _came_before(number - WARNING))
    session.execute(
        delete(RetentionWarning).where(RetentionWarning.recording_id.in_(early)),
        execution_options={"synchronize_session": False},
    )
    session.flush()
    if number != before:
        audit.record(session, "retention.change", actor=actor, days=number, before=before)


def ahead(session: Session, actor: Person, number: int) -> Ahead:
    """When the recordings of the acting administrator's authority would go if they were kept for so many days."""
    moments = [_came_before(number - step) for step in _STEPS]
    soon, month, quarter, total = queries.how_many_by_age(session, actor.authority_id, moments)
    return Ahead(soon, month - soon, quarter - month, total - quarter)


def runs(session: Session, actor: Person, page: int) -> paging.Paged[Purge]:
    """A page of the days on which recordings of her authority went by themselves, with how many."""
    found = queries.purges(session, actor.authority_id, page)
    return paging.Paged([row.Purge for row in found.items], found.number, found.total)


def going(session: Session, person: Person) -> list[Going]:
    """Her recordings that go soon, the first one first: those she was warned of."""
    found = queries.warnings(session, person)
    kept = days(session, person.authority_id) if found else 0
    return [Going(recording, _goes_on(recording, warning.at, kept)) for recording, warning in found]


def goes_on(session: Session, recording: Recording) -> date | None:
    """The day on which a recording goes by itself, once its owner was warned of it."""
    warning = session.get(RetentionWarning, recording.id)
    return _goes_on(recording, warning.at, days(session, recording.authority_id)) if warning else None


def warn(session: Session) -> int:
    """Tell owners of some recordings that these will go, once for each; of how many."""
    warned = 0
    for authority_id, kept, oldest in _places(session):
        before = _came_before(kept - WARNING)
        if oldest >= before:
            continue
        found = queries.to_warn(session, authority_id, before, _AT_A_TIME)
        for owner, own in groupby(found, key=lambda pair: pair[1]):
            warned += _tell(session, owner, [recording for recording, _ in own], kept)
    session.flush()
    return warned


def purge(session: Session) -> int:
    """Delete some recordings whose time is over, and leave evidence; how many. Ask again until there are none."""
    gone = 0
    told_before = _midnight(clock.today() - timedelta(days=WARNING - 1))
    for authority_id, kept, oldest in _places(session):
        before = _came_before(kept)
        if oldest >= before:
            continue
        for recording in queries.to_go(session, authority_id, before, told_before, _AT_A_TIME):
            _evidence(session, recording, kept)
            deleting.erase(session, recording)
            gone += 1
    return gone


def _tell(session: Session, owner: Person, recordings: list[Recording], kept: int) -> int:
    """Warn somebody of some of her recordings: one letter for those that go on the same day."""
    now = clock.now()
    session.add_all(RetentionWarning(recording_id=recording.id, at=now) for recording in recordings)
    for on, those in groupby(recordings, key=lambda recording: _goes_on(recording, now, kept)):
        notices.will_go(session, owner, list(those), on)
    return len(recordings)


def _evidence(session: Session, recording: Recording, kept: int) -> None:
    came = _day(recording.created_at)
    audit.record(
        session,
        "recording.purged",
        actor=None,
        authority_id=recording.authority_id,
        subject_id=recording.id,
        came_on=came.isoformat(),
        kept_for_days=kept,
    )
    day = session.get(Purge, (recording.authority_id, clock.today()))
    if day is None:
        session.add(Purge(authority_id=recording.authority_id, day=clock.today(), recordings=1))
    else:
        day.recordings += 1
    session.flush()


def _places(session: Session) -> list[tuple[int, int, datetime]]:
    """Each authority with recordings, how many days it keeps them, and when its oldest came."""
    usual = database.settings_of(session).keep_recordings_days
    return [(number, chosen or usual, oldest) for number, chosen, oldest in queries.oldest(session)]


def _goes_on(recording: Recording, warned_at: datetime, kept: int) -> date:
    return max(_day(recording.created_at) + timedelta(days=kept), _day(warned_at) + timedelta(days=WARNING))


def _came_before(kept: int) -> datetime:
    """What came before this moment was kept for so many days by today."""
    return _midnight(clock.today() - timedelta(days=kept - 1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.HERE)


def _day(at: datetime) -> date:
    return at.astimezone(clock.HERE).date()
