"""All tables in one place, for migrations and for making them in a test."""

from __future__ import annotations

from webapp import audit, workers
from webapp.accounts import tables as accounts
from webapp.coaching import tables as coaching
from webapp.cohorts import tables as cohorts
from webapp.database import Base
from webapp.interchange import tables as interchange
from webapp.learning import tables as learning
from webapp.mail import tables as mail
from webapp.organisation import tables as organisation
from webapp.practice import tables as practice

metadata = Base.metadata

__all__ = [
    "accounts",
    "audit",
    "coaching",
    "cohorts",
    "interchange",
    "learning",
    "mail",
    "metadata",
    "organisation",
    "practice",
    "workers",
]
