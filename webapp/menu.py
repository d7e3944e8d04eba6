"""The header's links: few enough to be calm. What belongs together stands behind one, and shows on its pages."""

from __future__ import annotations

from typing import NamedTuple

from flask import request, url_for

from webapp.accounts.tables import Role


class Link(NamedTuple):
    """A link, and its words."""

    words: str
    endpoint: str


class Section(NamedTuple):
    """Several links behind one, which leads to the first of them."""

    words: str
    links: tuple[Link, ...]


class Entry(NamedTuple):
    """What the header shows of a link or a section on the page that is asked for."""

    words: str
    address: str
    current: str  # what ``aria-current`` says: ``page`` on the page itself, ``true`` on those below it, else nothing
    links: tuple[Entry, ...] = ()


_EVERYBODY = (Link("Home", "learning.home"), Link("Recordings", "practice.recordings_list"))
_COACHING = Section(
    "Coaching",
    (
        Link("Coaching", "coaching.queue"),
        Link("Coding by hand", "coding.mine"),
        Link("Agreement", "agreement.overview"),
    ),
)
_COHORTS, _COMPLETIONS = Link("Cohorts", "organisation.cohorts"), Link("Completions", "interchange.completions")
_LEVELS = Link("Levels", "levels.levels")
_SUPERVISION = Link("Supervision", "supervision.home")
_ORGANISATION = Section(
    "Organisation",
    (
        Link("People", "organisation.people"),
        Link("Teams", "organisation.teams"),
        _COHORTS,
        _LEVELS,
        _COMPLETIONS,
        Link("Interchange", "interchange.connections"),
        Link("Retention", "practice.retention"),
        Link("Audit trail", "organisation.audit_trail"),
    ),
)
_STAFF: dict[str, tuple[Link | Section, ...]] = {
    Role.TRAINER: (
        _COACHING,
        Section("Cohorts", (_COHORTS, _LEVELS, _SUPERVISION, _COMPLETIONS)),
        Link("Course files", "learning.course_files"),
    ),
    Role.ADMINISTRATOR: (_ORGANISATION, Link("Course files", "learning.course_files")),
}


def of(role: str) -> tuple[Link | Section, ...]:
    """The header's links for a role."""
    return (*_EVERYBODY, *_STAFF.get(role, ()))


def shown(role: str) -> list[Entry]:
    """The same as they stand on the page that is asked for."""
    return [_entry(link) for link in of(role)]


def _entry(link: Link | Section) -> Entry:
    if isinstance(link, Section):
        links = tuple(_entry(each) for each in link.links)
        return Entry(link.words, links[0].address, "true" if any(each.current for each in links) else "", links)
    address = url_for(link.endpoint)
    below = address != "/" and request.path.startswith(f"{address}/")
    return Entry(link.words, address, "page" if request.path == address else "true" if below else "")
