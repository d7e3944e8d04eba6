"""The header's links: few enough to be calm. What belongs together stands behind one, and shows on its pages."""

from __future__ import annotations

from typing import NamedTuple

from flask import request, url_for

from webapp.accounts.tables import Role


class Link(NamedTuple):
    """A link, and its words."""

    words: str
    endpoint: str

    @property
    def current(self) -> str:
        """What ``aria-current`` says of it: ``page`` on the page itself, ``true`` on those below it, else nothing."""
        address = url_for(self.endpoint)
        below = address != "/" and request.path.startswith(f"{address}/")
        return "page" if request.path == address else "true" if below else ""


class Section(NamedTuple):
    """Several links behind one, which leads to the first of them."""

    words: str
    links: tuple[Link, ...]

    @property
    def endpoint(self) -> str:
        """Where it leads."""
        return self.links[0].endpoint

    @property
    def current(self) -> str:
        """``true`` on the pages of the section, else nothing."""
        return "true" if any(link.current for link in self.links) else ""


_EVERYBODY = (Link("Home", "learning.home"), Link("Recordings", "practice.recordings_list"))
_COHORTS, _COMPLETIONS = Link("Cohorts", "organisation.cohorts"), Link("Completions", "interchange.completions")
_ORGANISATION = Section(
    "Organisation",
    (
        Link("People", "organisation.people"),
        Link("Teams", "organisation.teams"),
        _COHORTS,
        _COMPLETIONS,
        Link("Interchange", "interchange.connections"),
        Link("Retention", "practice.retention"),
        Link("Audit trail", "organisation.audit_trail"),
    ),
)
_STAFF: dict[str, tuple[Link | Section, ...]] = {
    Role.TRAINER: (_COHORTS, _COMPLETIONS, Link("Course files", "learning.course_files")),
    Role.ADMINISTRATOR: (_ORGANISATION, Link("Course files", "learning.course_files")),
}


def of(role: str) -> tuple[Link | Section, ...]:
    """The header's links for a role."""
    return (*_EVERYBODY, *_STAFF.get(role, ()))
