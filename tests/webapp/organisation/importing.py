"""What the tests of importing people look at: the rows of a preview, and what was written."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.webapp.organisation.made import Office, rows
from webapp.accounts.tables import Person
from webapp.audit import AuditEvent
from webapp.organisation.tables import Cohort, Team, cohort_members

HEAD = "name,e-mail,team,discipline,role,cohort\n"
WRITTEN = (Person, Team, Cohort, cohort_members, AuditEvent)


def counts(db: Session) -> list[int | None]:
    """How many rows there are of all that an import could write."""
    return [db.scalar(select(func.count()).select_from(table)) for table in WRITTEN]


def effects(office: Office, text: str) -> list[str]:
    """What the preview says of each row."""
    return [row.partition("What happens ")[2] for row in rows(office.upload(text))]
