"""How a cohort gets on: training, recordings and coaching of each person, by name and in no other order.

Numbers and days alone: what is in a recording is seen by nobody it was not shared with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.coaching.services import queue
from webapp.learning.services import reach
from webapp.learning.services.reach import ModuleReach
from webapp.organisation.services import cohorts
from webapp.organisation.tables import Cohort
from webapp.practice.services import dose
from webapp.wording import count

QUIET = timedelta(weeks=6)  # as long as two recordings of a good half year lie apart
HEADS = (
    "Name", "Team", "Modules finished", "Modules there are", "Recordings in six months", "Coached in six months",
    "Waits for coaching since", "Last seen practising",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One person. ``last_on`` is the day of the last step in a course or the last recording in six months."""

    name: str
    team: str
    modules: int
    recordings: int
    coached: int
    waits_since: date | None
    last_on: date | None
    quiet: bool

    @property
    def enough(self) -> bool:
        """Whether as many recordings were coached as keep a skill."""
        return self.coached >= dose.ENOUGH


@dataclass(frozen=True, slots=True)
class Board:
    """Everybody who is active, by name, and how far each module has reached."""

    rows: Sequence[Row]
    modules: Sequence[ModuleReach]

    def how_many(self, what: str) -> int:
        """Of how many people something is true or not nothing, by the name of the field."""
        return sum(bool(getattr(row, what)) for row in self.rows)

    @property
    def finished(self) -> int:
        """How many people finished every module."""
        return sum(row.modules >= len(self.modules) > 0 for row in self.rows)


def of(session: Session, cohort: Cohort) -> Board:
    """The board of a cohort that the asking person may see, in the same number of queries whatever its size."""
    people = cohorts.ids(cohort)
    learned, practised = reach.of(session, people), dose.of_people(session, people)
    waits = queue.waiting_since(session, people)
    long_ago = clock.today() - QUIET
    rows = []
    for number, name, team in cohorts.everybody(session, cohort):
        done, step, since = practised.get(number), learned.last_at.get(number), waits.get(number)
        days = [done.last_on] if done else []
        last_on = max([*days, step.astimezone(clock.HERE).date()] if step else days, default=None)
        rows.append(
            Row(
                name=name,
                team=team or "",
                modules=learned.finished.get(number, 0),
                recordings=done.recordings if done else 0,
                coached=done.coached if done else 0,
                waits_since=since.astimezone(clock.HERE).date() if since else None,
                last_on=last_on,
                quiet=last_on is None or last_on < long_ago,
            )
        )
    return Board(rows, learned.modules)


def sentences(board: Board) -> tuple[str, str, str]:
    """What stands above the list: training, practice, and who may want a word."""
    begun, recorded, waiting, quiet = (
        board.how_many(what) for what in ("modules", "recordings", "waits_since", "quiet")
    )
    learned = f"{count(len(board.rows), 'person', 'people')}. "
    if begun:
        learned += (
            f"{begun} finished a module or more, and {board.finished or 'none'} of them all {len(board.modules)}."
        )
    else:
        learned += "Nobody has finished a module yet."
    practised = "In the last six months nobody brought in a recording."
    if recorded:
        coached, enough = (board.how_many(what) or "none" for what in ("coached", "enough"))
        practised = (
            f"In the last six months {recorded} brought in a recording; {coached} had one coached, and {enough} had "
            f"{dose.ENOUGH} or more, which is what keeps a skill."
        )
    asks = f"{count(waiting, 'person waits', 'people wait') if waiting else 'Nobody waits'} for coaching. "
    if quiet:
        asks += f"{count(quiet, 'person', 'people')} did nothing here for six weeks: "
        asks += "a holiday, a hard month, or a reason to ask."
    else:
        asks += "Everybody did something here in the last six weeks."
    return learned, practised, asks


def lines(board: Board) -> Iterator[tuple[object, ...]]:
    """The people for a spreadsheet, under ``HEADS``."""
    for row in board.rows:
        days = [on.isoformat() if on else None for on in (row.waits_since, row.last_on)]
        yield (row.name, row.team, row.modules, len(board.modules), row.recordings, row.coached, *days)


def note_export(session: Session, actor: Person, cohort: Cohort, kind: str) -> None:
    """Write down that somebody took the list with her."""
    audit.record(session, "cohort.export", actor=actor, subject_id=cohort.id, kind=kind)
