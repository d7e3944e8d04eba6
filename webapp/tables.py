"""All tables in one place, for migrations and for making them in a test."""

from __future__ import annotations

from webapp import audit, workers
from webapp.accounts import tables as accounts
from webapp.agreement import tables as agreement
from webapp.coaching import tables as coaching
from webapp.coding import tables as coding
from webapp.cohorts import tables as cohorts
from webapp.database import Base
from webapp.interchange import tables as interchange
from webapp.learning import tables as learning
from webapp.levels import tables as levels
from webapp.mail import tables as mail
from webapp.organisation import tables as organisation
from webapp.practice import tables as practice
from webapp.supervision import tables as supervision

metadata = Base.metadata

__all__ = [
    "accounts",
    "agreement",
    "audit",
    "coaching",
    "coding",
    "cohorts",
    "interchange",
    "learning",
    "levels",
    "mail",
    "metadata",
    "organisation",
    "practice",
    "supervision",
    "workers",
]
