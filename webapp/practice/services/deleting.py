"""Deleting a recording: its row, everything that hangs on it, and what lies in the vault.

Rows go at once, in any state. The vault is emptied by the worker after the commit; that it has to be is a row of the
same piece of work, so a process that dies in between leaves nothing behind. Work that is under way loses its lease with
the row, and what it made is not kept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from sqlalchemy import Column, delete, update
from sqlalchemy.orm import Session

from webapp import audit, storage
from webapp.accounts.tables import Person
from webapp.database import Base
from webapp.practice.queries import owning as queries
from webapp.practice.queries import teaching
from webapp.practice.services import notices
from webapp.practice.tables import EmptyFolder, Export, KeptCounts, Recording

LOGGER = logging.getLogger("changetalk")
_AT_A_TIME = 50  # folders


def by_owner(session: Session, person: Person, recording: Recording, *, keep_counts: bool = False) -> None:
    """Delete a recording because its owner said so. ``keep_counts`` leaves its numbers and the day for her trend."""
    if keep_counts:
        _keep_counts(session, recording)
    audit.record(session, "recording.deleted", actor=person, subject_id=recording.id, counts_kept=keep_counts)
    erase(session, recording)


def erase(session: Session, recording: Recording) -> None:
    """Have nothing left of a recording, nor of an export that its owner made and that has it in it.

    Every table that refers to recordings is looked at, so that none is forgotten: a row that cannot do without the
    recording goes, one that can loses the link. Whoever has a moment of it in a pack is told.
    """
    notices.taken_back(session, [moment.id for moment, _ in teaching.of_recording(session, recording)])
    for column in referring():
        here = column == recording.id
        if column.nullable:
            session.execute(update(column.table).where(here).values({column.name: None}))
        else:
            session.execute(delete(column.table).where(here))
    session.execute(delete(Export).where(Export.person_id == recording.owner_id))
    session.add(EmptyFolder(folder=recording.folder))
    session.delete(recording)
    session.flush()
    session.expire_all()


def referring() -> Iterator[Column[int]]:
    """The columns of all tables that refer to a recording."""
    for table in reversed(Base.metadata.sorted_tables):
        for column in table.columns:
            if any(key.column is Recording.__table__.c.id for key in column.foreign_keys):
                yield column


def empty_folders(session: Session) -> int:
    """Have nothing left in the vault of recordings that are gone; how many folders were emptied."""
    emptied = 0
    for left in queries.empty_folders(session, _AT_A_TIME):
        try:
            storage.of(session).remove_all(f"recordings/{left.folder}/")
        except Exception:  # of whatever kind of store: one folder does not keep the others
            LOGGER.exception("folder not emptied")
            continue
        session.delete(left)
        emptied += 1
    return emptied


def _keep_counts(session: Session, recording: Recording) -> None:
    session.add_all(
        KeptCounts(
            authority_id=recording.authority_id,
            owner_id=recording.owner_id,
            held_on=recording.held_on,
            kind=recording.kind,
            name=measure.name,
            value=measure.value,
            low=measure.low,
            high=measure.high,
            n=measure.n,
        )
        for measure in queries.measures(session, recording.id)
    )
