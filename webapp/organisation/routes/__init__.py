"""Pages of people and places, for administrators; of cohorts, for trainers too."""

from __future__ import annotations

from webapp.organisation.routes import audit_trail, cohorts, imports, people, teams
from webapp.organisation.routes.blueprint import organisation

__all__ = ["audit_trail", "cohorts", "imports", "organisation", "people", "teams"]
