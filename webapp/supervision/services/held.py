"""What is kept of supervision that was held: when, how long, who was there by discipline, and what was agreed.

The trainers of the cohort read it; whoever attended sees that she did, and what was agreed. Who was there is counted by
name for nobody else but where a level asks for supervision: days alone, for whoever may see how far she is with it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from webapp import audit, clock, paging, secrets_box
from webapp.accounts.tables import DISCIPLINES, Person
from webapp.errors import NotFound, Refused
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort
from webapp.supervision import queries
from webapp.supervision.tables import Attendance, Guests, Held

LONGEST = 2000  # characters of what was looked at, and of what was agreed
LONGEST_ACTION = 200
ACTIONS = 6  # lines of who does what by when
MOST_MINUTES, MOST_GUESTS = 600, 200
OLDEST = timedelta(days=366)  # further back is more likely a slip than a memory
_CLOSED = "This cannot be opened: the key of this installation is not the one it was closed with."


@dataclass(frozen=True, slots=True)
class Action:
    """Who does what by when; ``by`` is a date as it was chosen, or empty."""

    who: str = ""
    what: str = ""
    by: str = ""

    @property
    def on(self) -> date | None:
        """The date, if one was chosen."""
        return date.fromisoformat(self.by) if self.by else None


@dataclass(frozen=True, slots=True)
class Note:
    """What was looked at and agreed, in a few lines."""

    looked_at: str = ""
    agreed: str = ""
    actions: tuple[Action, ...] = ()
    next_on: str = ""

    @property
    def next_day(self) -> date | None:
        """When the group meets next."""
        return date.fromisoformat(self.next_on) if self.next_on else None


@dataclass(frozen=True, slots=True)
class Told:
    """What a trainer says of a supervision. ``people`` are ids, ``guests`` numbers by discipline."""

    held_on: date | None
    minutes: int
    team_id: int | None
    pack_id: int | None
    people: frozenset[int]
    guests: Mapping[str, int]
    note: Note


@dataclass(frozen=True, slots=True)
class Row:
    """A supervision in a list: numbers of people by discipline, without names."""

    held: Held
    team: str
    who: str
    people: int
    disciplines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom and what a form offers: ``(id, name, discipline)`` of people, ``(id, name)`` of teams, packs by id."""

    people: Sequence[tuple[int, str, str]]
    teams: Sequence[tuple[int, str]]
    packs: Sequence[tuple[int, str]] = field(default=())


@dataclass(frozen=True, slots=True)
class Attended:
    """A supervision that somebody attended, as she sees it."""

    held: Held
    cohort: str
    trainer: str
    note: Note


def choices(session: Session, trainer: Person, cohort: Cohort, held: Held | None = None) -> Choices:
    """The active people of a cohort and whoever was there before, its teams, and her packs."""
    also = list(queries.attendance_rows(session, held.id)) if held else []
    ids = cohorts.ids(cohort)
    found = queries.people(session, ids, also)
    people = [(one.id, one.name, one.discipline) for one in found if one.active or one.id in also]
    packs = [(pack.id, pack.title) for pack in queries.packs_to_choose(session, trainer, cohort.id)]
    return Choices(people, queries.teams(session, ids), packs)


def find(session: Session, cohort: Cohort, page: int) -> paging.Paged[Row]:
    """A page of what was held with a cohort, the latest first, in four queries."""
    found = paging.fetch(session, queries.held_of(cohort.id), page)
    return paging.Paged(_rows(session, found.items), found.number, found.total)


def heads() -> tuple[str, ...]:
    """The heads of the list as a file."""
    return ("Date", "With", "Minutes", "People", *DISCIPLINES, "Cancelled")


def lines(session: Session, cohort: Cohort) -> Iterator[tuple[object, ...]]:
    """The list for a spreadsheet: dates, minutes and how many of each discipline, no names and nothing of the notes."""
    for row in _rows(session, session.execute(queries.held_of(cohort.id)).all()):
        of_each = [row.disciplines.get(name, 0) for name in DISCIPLINES]
        with_whom = row.team or "The whole cohort"
        cancelled = "yes" if row.held.cancelled_at else None
        yield (row.held.held_on.isoformat(), with_whom, row.held.minutes, row.people, *of_each, cancelled)


def get(session: Session, trainer: Person, number: int) -> tuple[Held, Cohort]:
    """A record of a cohort that is open to her.

    Raises:
        NotFound: there is none.
    """
    found = queries.held(session, number)
    if found is None:
        raise NotFound
    return found, cohorts.get(session, trainer, found.cohort_id)


def told(session: Session, held: Held) -> Told:
    """A record as it was told."""
    there = queries.attendance_rows(session, held.id)
    guests = {one.discipline: one.number for one in queries.guests(session, [held.id])}
    note = note_of(session, held)
    return Told(held.held_on, held.minutes, held.team_id, held.pack_id, frozenset(there), guests, note)


def add(session: Session, trainer: Person, cohort: Cohort, said: Told) -> Held:
    """Keep that supervision was held.

    Raises:
        Refused: something makes no sense, or nobody was there.
    """
    known = _check(session, trainer, cohort, said, None)
    made = Held(
        cohort_id=cohort.id, team_id=said.team_id, pack_id=said.pack_id, held_on=said.held_on, minutes=said.minutes,
        note=b"", made_by_id=trainer.id, made_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _fill(session, made, said, known)
    audit.record(session, "supervision.held", actor=trainer, subject_id=made.id, cohort=cohort.id)
    return made


def change(session: Session, trainer: Person, held: Held, cohort: Cohort, said: Told, *, seen: int) -> None:
    """Keep another version of a record; ``seen`` is the number of the one that her page showed.

    Raises:
        Refused: something makes no sense, it was cancelled, or somebody changed it meanwhile.
    """
    if held.cancelled_at is not None:
        raise Refused("This record was cancelled, so it is not changed any more.")
    if seen != held.revision:
        raise Refused(
            "Somebody changed this record meanwhile, so nothing was kept yet. What you wrote still stands here; open "
            "the record in another tab, compare, and save again."
        )
    known = _check(session, trainer, cohort, said, held)
    held.team_id, held.held_on, held.minutes = said.team_id, said.held_on or held.held_on, said.minutes
    if said.pack_id is not None or held.pack_id in {p.id for p in queries.packs_to_choose(session, trainer, cohort.id)}:
        held.pack_id = said.pack_id  # a colleague's pack is not on her list, and stays
    _fill(session, held, said, known)
    held.revision += 1
    session.flush()
    audit.record(session, "supervision.changed", actor=trainer, subject_id=held.id)


def cancel(session: Session, trainer: Person, held: Held) -> None:
    """Say that it was not held after all. The record stays, and counts for nobody."""
    if held.cancelled_at is None:
        held.cancelled_at, held.revision = clock.now(), held.revision + 1
        session.flush()
        audit.record(session, "supervision.cancelled", actor=trainer, subject_id=held.id)


def mine(session: Session, person: Person) -> list[Attended]:
    """What somebody attended, the latest first, with what was agreed."""
    found = queries.attended_by(session, person)
    return [Attended(held, cohort, who, note_of(session, held)) for held, cohort, who in found]


def note_of(session: Session, held: Held) -> Note:
    """What was agreed; a line that says so where it cannot be opened."""
    try:
        plain = secrets_box.of(session).decrypt(held.note, purpose=_purpose(held))
    except secrets_box.CannotOpen:
        return Note(agreed=_CLOSED)
    found = json.loads(plain)
    return Note(**{**found, "actions": tuple(Action(**one) for one in found["actions"])})


def note_export(session: Session, trainer: Person, cohort: Cohort, kind: str) -> None:
    """Write down that somebody took the list with her."""
    audit.record(session, "supervision.export", actor=trainer, subject_id=cohort.id, kind=kind)


def _check(session: Session, trainer: Person, cohort: Cohort, said: Told, held: Held | None) -> dict[int, str]:
    """See that it makes sense; the disciplines of the people there, by id."""
    today = clock.today()
    if said.held_on is None:
        raise Refused("Say when it was held.")
    if said.held_on > today:
        raise Refused("That day is still to come. Record a supervision once it was held.")
    if said.held_on < today - OLDEST and (held is None or said.held_on != held.held_on):
        raise Refused("That is more than a year ago. Look at the year once more.")
    if not 1 <= said.minutes <= MOST_MINUTES:
        raise Refused(f"Say for how many minutes, from 1 to {MOST_MINUTES}.")
    offered = choices(session, trainer, cohort, held)
    known = {number: discipline for number, _, discipline in offered.people}
    if not said.people <= set(known):
        raise Refused("Somebody you ticked is not in this cohort any more. Look at the list once more.")
    if said.team_id is not None and said.team_id not in {number for number, _ in offered.teams}:
        raise Refused("Choose a team of this cohort, or the whole cohort.")
    if said.pack_id is not None and said.pack_id not in {number for number, _ in offered.packs}:
        raise Refused("Choose one of your packs for this cohort, or none.")
    if any(name not in DISCIPLINES or not 0 <= n <= MOST_GUESTS for name, n in said.guests.items()):
        raise Refused(f"Say how many guests there were of each discipline, {MOST_GUESTS} at most.")
    if not said.people and not any(said.guests.values()):
        raise Refused("Tick who was there, or say how many guests.")
    note = said.note
    if max(len(note.looked_at), len(note.agreed)) > LONGEST:
        raise Refused(f"That is too long. {LONGEST:,} characters are the most for each part.")
    if any(max(len(one.who), len(one.what)) > LONGEST_ACTION for one in note.actions):
        raise Refused(f"Keep each line of who does what short: {LONGEST_ACTION} characters at most.")
    return known


def _fill(session: Session, held: Held, said: Told, disciplines: Mapping[int, str]) -> None:
    plain = json.dumps(asdict(said.note), ensure_ascii=False).encode()
    held.note = secrets_box.of(session).encrypt(plain, purpose=_purpose(held))
    there = queries.attendance_rows(session, held.id)
    for number, row in there.items():
        if number not in said.people:
            session.delete(row)
    for number in sorted(said.people - set(there)):
        session.add(Attendance(supervision_id=held.id, person_id=number, discipline=disciplines[number]))
    for one in queries.guests(session, [held.id]):
        if not said.guests.get(one.discipline):
            session.delete(one)
    for name, number in said.guests.items():
        if number:
            session.merge(Guests(supervision_id=held.id, discipline=name, number=number))
    session.flush()


def _rows(session: Session, found: Sequence[tuple[Held, str | None, str, int, int]]) -> list[Row]:
    numbers = [row[0].id for row in found]
    counts: dict[int, Counter[str]] = {number: Counter() for number in numbers}
    for number, _, discipline in queries.attendance(session, numbers):
        counts[number][discipline] += 1
    for one in queries.guests(session, numbers):
        counts[one.supervision_id][one.discipline] += one.number
    made = []
    for held, team, who, members, guests in found:
        of_each = {name: counts[held.id][name] for name in DISCIPLINES if counts[held.id][name]}
        made.append(Row(held, team or "", who, members + guests, of_each))
    return made


def _purpose(held: Held) -> str:
    return f"note of supervision {held.id}"
