"""Agreement over what is open to the trainer who looks: what is there, what was worked out, and who works it out.

Nobody is ranked: a choice is always of two sides or of all, and people stand by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.agreement import queries
from webapp.agreement.queries import Coded, Judged
from webapp.agreement.services import chosen as choices
from webapp.agreement.services import worked_out
from webapp.agreement.services.chosen import ANYONE, MACHINE, Chosen, Segmented
from webapp.agreement.services.worked_out import Found, Opened
from webapp.agreement.tables import AgreementReport
from webapp.coding.services import read
from webapp.coding.tables import Coding, Kind, Segment
from webapp.practice.tables import Recording

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class There:
    """What a trainer may compare: one reading of the database serves every part of a page."""

    codings: Sequence[Coded]
    ratings: Sequence[Judged]
    waiting_for: int

    @property
    def coders(self) -> int:
        """How many people have coded something on their own."""
        return len({one.coder_id for one in self.codings if one.kind == Kind.OWN})

    @property
    def doubled(self) -> int:
        """How many segments two people or more have coded."""
        return len(choices.within(self.codings, Chosen(ANYONE, ANYONE)))


@dataclass(frozen=True, slots=True)
class Overview:
    """A choice and what is known of it. ``found`` is empty while the worker is at it, or where there is nothing."""

    there: There
    options: Sequence[tuple[str, str]]
    chosen: Chosen
    names: Mapping[int, str]
    segments: Sequence[Segmented]
    found: Found | None
    stamp: str

    @property
    def anything(self) -> bool:
        """Whether the choice has anything to compare."""
        return bool(self.segments) or bool(choices.both_rated(self.there.ratings, self.chosen))

    @property
    def waiting(self) -> bool:
        """Whether the worker has to be at it."""
        return self.anything and self.found is None


def there(session: Session, trainer: Person) -> There:
    """What she may compare now. Three queries."""
    return There(
        queries.finished(session, trainer), queries.judged(session, trainer), queries.waiting_for(session, trainer)
    )


def of(session: Session, trainer: Person, pair: str, period: str, *, now: There | None = None) -> Overview:
    """What an address asks for, in the same number of queries however much there is."""
    now = now or there(session, trainer)
    options = choices.options(now.codings, now.ratings, trainer)
    chosen = choices.read(pair, period, options, trainer)
    return _overview(session, trainer, now, options, chosen)


def over_time(session: Session, trainer: Person) -> tuple[Overview, Overview]:
    """Coders with one another, and coders with the machine, over the whole time."""
    now = there(session, trainer)
    options = choices.options(now.codings, now.ratings, trainer)
    among, machine = (_overview(session, trainer, now, options, Chosen(ANYONE, other)) for other in (ANYONE, MACHINE))
    return among, machine


def ask(session: Session, trainer: Person, overview: Overview) -> int:
    """Make a place for what the worker is to find out, and give its number."""
    chosen = overview.chosen
    report = queries.report(session, trainer, chosen.pair, chosen.period) or AgreementReport(
        trainer_id=trainer.id, pair=chosen.pair, period=chosen.period
    )
    report.asked_at = clock.now()
    session.add(report)
    session.flush()
    return report.id


def work_out(session: Session, number: int) -> tuple[str, Found] | None:
    """Find out what was asked for, unless that was done; for the worker, which only reads meanwhile."""
    report = session.get(AgreementReport, number)
    trainer = session.get(Person, report.trainer_id) if report else None
    if report is None or trainer is None:
        return None
    first, _, second = report.pair.partition("-")
    chosen, now = Chosen(first, second, report.period), there(session, trainer)
    overview = _overview(session, trainer, now, (), chosen)
    if not overview.waiting:
        return None
    opened = read_codings(session, trainer, overview.segments)
    return overview.stamp, worked_out.work_out(chosen, opened, now.ratings)


def keep(session: Session, number: int, mark: str, found: Found) -> None:
    """Keep what was found out, if it is still wanted."""
    report = session.get(AgreementReport, number)
    if report is not None:
        worked_out.keep(session, report, mark, found)


def read_codings(session: Session, trainer: Person, segments: Sequence[Segmented]) -> list[Opened]:
    """Open some segments with their codings, in two queries; one that was closed meanwhile is left out."""
    rows = queries.segments(session, trainer, [one.id for one in segments])
    numbers = {side.coding.id for one in segments for side in one.sides if side.coding}
    codings = queries.codings(session, numbers)
    return [_opened(session, rows[one.id], one, codings) for one in segments if one.id in rows]


def forget(session: Session) -> None:
    """Throw away what nobody has asked for in a day: it can be worked out again."""
    queries.forget(session, clock.now() - KEPT_FOR)


def note_export(session: Session, trainer: Person, overview: Overview, kind: str) -> None:
    """Write down that somebody took the figures with her."""
    audit.record(session, "agreement.export", actor=trainer, pair=overview.chosen.pair, kind=kind)


def _overview(
    session: Session, trainer: Person, now: There, options: Sequence[tuple[str, str]], chosen: Chosen
) -> Overview:
    segments = choices.within(now.codings, chosen)
    mark = worked_out.stamp(chosen, segments, now.ratings)
    kept = queries.report(session, trainer, chosen.pair, chosen.period)
    found = worked_out.read(session, kept, mark)
    return Overview(now, options, chosen, choices.people(now.codings, now.ratings), segments, found, mark)


def _opened(session: Session, row: tuple[Segment, Recording], one: Segmented, codings: Mapping[int, Coding]) -> Opened:
    segment, recording = row
    parses = {
        side: read.parses(session, codings[side.coding.id]) if side.coding else read.machine(session, segment)
        for side in one.sides
    }
    return Opened(one, recording, read.heard(session, segment), parses)
