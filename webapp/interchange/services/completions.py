"""Completions with the names of people, courses and modules, for a page, a file and programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webapp import audit, paging
from webapp.accounts.tables import Person
from webapp.errors import NotFound
from webapp.interchange.services import pseudonyms
from webapp.learning.services import completions
from webapp.learning.services.completions import Completion, Place, Titles
from webapp.organisation.services import reports

WHOLE_COURSE = "Whole course"
AT_A_TIME = 500  # rows of a file that are read at once


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which completions: of a team, a cohort, a course, from (inclusive), to (exclusive)."""

    team_id: int | None = None
    cohort_id: int | None = None
    course: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A completion as people read it. ``score`` in per cent; ``certificate`` is the code, of a whole course."""

    who: reports.About
    course: str
    module: str
    at: datetime
    score: int | None
    certificate: str


@dataclass(frozen=True, slots=True)
class Told:
    """A completion as programs are told of it; ``pseudonym`` is the person's."""

    pseudonym: str
    email: str
    completion: Completion


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from: ids or names, each with its words."""

    teams: list[tuple[int, str]]
    cohorts: list[tuple[int, str]]
    courses: list[tuple[str, str]]


def offered(session: Session, actor: Person) -> Offered:
    """What the acting administrator or trainer can narrow the list to."""
    titles = completions.titles(session)
    return Offered(
        reports.teams_open_to(session, actor), reports.cohorts_open_to(session, actor), list(titles.courses.items())
    )


def page(session: Session, actor: Person, wanted: Wanted, number: int) -> paging.Paged[Line]:
    """A page of what is open to the acting person, the newest first."""
    found = completions.page(session, _open_to(actor, wanted), number)
    return paging.Paged(_lines(session, actor, found.items, completions.titles(session)), found.number, found.total)


def note_export(session: Session, actor: Person, wanted: Wanted) -> None:
    """Note that somebody takes a file of completions."""
    rows = completions.how_many(session, _open_to(actor, wanted))
    audit.record(
        session, "completions.export", actor=actor, rows=rows, team=wanted.team_id, cohort=wanted.cohort_id,
        course=wanted.course or None,
    )  # fmt: skip


def piece(session: Session, actor: Person, wanted: Wanted, place: Place | None) -> tuple[list[Line], Place | None]:
    """The lines that follow a place, the oldest first, and the place of the last; none after the last piece."""
    found = completions.following(session, _open_to(actor, wanted), place, AT_A_TIME)
    lines = _lines(session, actor, found, completions.titles(session))
    return lines, found[-1].place if len(found) == AT_A_TIME else None


def for_program(
    session: Session, authority_id: int, course: str | None, since: datetime | None, place: Place | None, most: int
) -> tuple[list[Told], Place | None]:
    """What the people of an authority have finished, the oldest first, and the place to go on from, if there is more.

    Raises:
        NotFound: there never was such a course.
    """
    if course and not completions.known_course(session, course):
        raise NotFound("There is no course of this name.")
    wanted = completions.Wanted(reports.everybody(authority_id), course or "", since)
    found = completions.following(session, wanted, place, most + 1)
    here = found[:most]
    about = reports.about(session, authority_id, {completion.person_id for completion in here})
    names = {number: pseudonyms.of(session, number) for number in about}
    told = [Told(names[c.person_id], about[c.person_id].email, c) for c in here]
    return told, here[-1].place if len(found) > most else None


def _open_to(actor: Person, wanted: Wanted) -> completions.Wanted:
    people = reports.people_open_to(actor, wanted.team_id, wanted.cohort_id)
    return completions.Wanted(people, wanted.course, wanted.start, wanted.end)


def _lines(session: Session, actor: Person, found: Sequence[Completion], titles: Titles) -> list[Line]:
    about = reports.about(session, actor.authority_id, {completion.person_id for completion in found})
    return [
        Line(
            who=about[c.person_id],
            course=titles.course(c.course),
            module=titles.module(c.course, c.module) if c.module else WHOLE_COURSE,
            at=c.at,
            score=None if c.score is None else round(100 * c.score),
            certificate=c.certificate,
        )
        for c in found
    ]
