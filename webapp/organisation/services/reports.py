"""Whom a report may be about: what other domains ask before they tell anybody about people."""

from __future__ import annotations

from webapp.organisation.queries.people import by_ids as people
from webapp.organisation.queries.reports import (
    About,
    about,
    cohorts_open_to,
    everybody,
    people_open_to,
    teams_open_to,
)

__all__ = ["About", "about", "cohorts_open_to", "everybody", "people", "people_open_to", "teams_open_to"]
