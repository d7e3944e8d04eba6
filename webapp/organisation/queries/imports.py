"""Reads the files of people that wait for a yes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.organisation.tables import PeopleImport


def waiting(
    session: Session, owner: Person, import_id: int, now: datetime, *, lock: bool = False
) -> PeopleImport | None:
    """A file that this person sent and that is not too old; with ``lock``, nobody else gets at it meanwhile."""
    found = select(PeopleImport).where(
        PeopleImport.id == import_id,
        PeopleImport.owner_id == owner.id,
        PeopleImport.authority_id == owner.authority_id,
        PeopleImport.expires_at > now,
    )
    return session.scalar(found.with_for_update() if lock else found)
