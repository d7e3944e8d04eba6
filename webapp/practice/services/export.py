"""Everything somebody has, as one file: asked for, made by the worker, kept for a day, downloaded by her alone.

The link to it is signed, works once and runs out within the hour; the page gives another while the file is there.
"""

from __future__ import annotations

import io
import secrets
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from webapp import audit, clock, database, storage
from webapp.accounts.tables import Person
from webapp.errors import Gone, NotFound, Refused
from webapp.practice.queries import owning as queries
from webapp.practice.services import export_file, listening, notices
from webapp.practice.tables import Export

WAITING, READY, FAILED = "waiting", "ready", "failed"
KEPT = timedelta(hours=24)
LINK_LASTS = timedelta(hours=1)
_LEASE = timedelta(minutes=10)  # without a sign of life; one is given after each recording
_MOST_ATTEMPTS = 3
_LOST = timedelta(seconds=30)  # what nobody has begun by then is sent once more
_BROKE_OFF = "Making it broke off several times. Ask for it once more; if that does not help, tell your administrator."
_GONE = (
    "This link to your export has run out: it works once, within an hour. Your export page gives you another while "
    "the file is there, which is for a day, or makes the file anew."
)


def latest(session: Session, person: Person) -> Export | None:
    """The last one she asked for, unless its time is over."""
    found = queries.latest_export(session, person)
    return None if found is None or (found.goes_at and found.goes_at <= clock.now()) else found


def ask(session: Session, person: Person) -> Export:
    """Have the worker make one, in place of any there is; one that is being made stays as it is."""
    found = latest(session, person)
    if found is not None and found.state == WAITING:
        return found
    session.execute(delete(Export).where(Export.person_id == person.id))
    made = Export(person_id=person.id, folder=secrets.token_hex(12), state=WAITING, asked_at=clock.now())
    session.add(made)
    session.flush()
    audit.record(session, "export.ask", actor=person, subject_id=made.id)
    return made


def link(session: Session, export: Export) -> str | None:
    """What the address of the download ends with, or nothing where the last link was used."""
    if export.state != READY or export.mark is None:
        return None
    until = int((clock.now() + LINK_LASTS).timestamp())
    return _signer(session).dumps([export.id, export.mark, until])


def renew(session: Session, person: Person) -> None:
    """Allow one more download of the file that is there.

    Raises:
        Refused: there is none.
    """
    found = latest(session, person)
    if found is None or found.state != READY:
        raise Refused("There is no file to download. Ask for an export first.")
    found.mark = secrets.token_hex(8)


def use(session: Session, person: Person, token: str) -> tuple[Export, io.BufferedReader]:
    """The file that a link leads to. The link is used up, and what is refused is written down: commit either way.

    Raises:
        Gone: it was used, is too old, was replaced, or never was.
        NotFound: it is somebody else's.
        CannotHear: the file is there and cannot be opened.
    """
    number, mark, until = _read(session, token)
    export = session.get(Export, number) if number else None
    if export is not None and export.person_id != person.id:
        audit.record(session, "export.refuse", actor=person, subject_id=export.id, why="somebody else's")
        raise NotFound
    now = clock.now()
    if export is None or export.mark is None or export.mark != mark or until <= now or (export.goes_at or now) <= now:
        why = "not ours" if not number else "late" if mark and until <= now else "used, replaced or gone"
        audit.record(session, "export.refuse", actor=person, subject_id=number, why=why)
        raise Gone(_GONE)
    try:
        file = storage.of(session).open(_name(export))
        file.peek(1)  # checked before anything is promised
    except storage.NotStored:
        raise Gone(_GONE) from None
    except storage.CannotOpen:
        raise listening.CannotHear from None
    export.mark = None
    audit.record(session, "export.download", actor=person, subject_id=export.id)
    return export, file


def make(session: Session, number: int) -> None:
    """Make an export that waits. What is read while it is made holds up nobody; it is kept as a whole or not at all."""
    export = _taken(session, number)
    if export is None:
        return
    person, name = session.get_one(Person, export.person_id), _name(export)
    session.commit()
    vault = storage.of(session)
    try:
        database.look_again(session)
        vault.put(name, export_file.zipped(export_file.members(session, person, lambda: _beat(session, number))))
        size, problem = vault.size(name), None
    except _Stopped:
        return
    except storage.StorageFull as error:
        size, problem = None, str(error)
    session.rollback()
    export_or_none = session.get(Export, number, populate_existing=True)
    if export_or_none is None:  # a recording was deleted meanwhile, and is in it
        vault.remove(name)
        return
    _done(session, export_or_none, size, problem)


def to_make(session: Session) -> list[int]:
    """Exports that nobody is making."""
    now = clock.now()
    return [export.id for export in queries.exports_to_make(session, now, now - _LOST)]


def drop_old(session: Session) -> None:
    """Have nothing left of exports whose time is over, or whose row is gone."""
    vault = storage.of(session)
    there = {name.split("/")[1] for name in vault.store.names("exports/")}  # first: a row comes before its file
    for export in queries.exports_to_drop(session, clock.now()):
        session.delete(export)
    session.flush()
    for folder in there - queries.export_folders(session):
        vault.remove_all(f"exports/{folder}/")


class _Stopped(Exception):
    """The export is no longer wanted."""


def _taken(session: Session, number: int) -> Export | None:
    export, now = session.get(Export, number), clock.now()
    if export is None or export.state != WAITING or (export.lease_until and export.lease_until >= now):
        return None
    if export.attempts >= _MOST_ATTEMPTS:
        _done(session, export, None, _BROKE_OFF)
        return None
    export.lease_until, export.attempts = now + _LEASE, export.attempts + 1
    return export


def _beat(session: Session, number: int) -> None:
    """Say that it goes on."""
    session.rollback()
    told = update(Export).where(Export.id == number).values(lease_until=clock.now() + _LEASE)
    changed = session.execute(told, execution_options={"synchronize_session": False})
    session.commit()
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise _Stopped
    database.look_again(session)


def _done(session: Session, export: Export, size: int | None, problem: str | None) -> None:
    now = clock.now()
    export.state, export.problem, export.size = FAILED if problem else READY, problem, size
    export.lease_until, export.goes_at = None, now + KEPT
    if not problem:
        export.ready_at, export.mark = now, secrets.token_hex(8)
        notices.exported(session, session.get_one(Person, export.person_id))
    session.flush()


def _name(export: Export) -> str:
    return f"exports/{export.folder}/zip"


def _signer(session: Session) -> URLSafeSerializer:
    return URLSafeSerializer(database.settings_of(session).key(), salt="link to an export")


def _read(session: Session, token: str) -> tuple[int | None, str, datetime]:
    try:
        number, mark, until = _signer(session).loads(token)
    except (BadData, ValueError):
        return None, "", clock.now()
    return number, mark, datetime.fromtimestamp(until, UTC)
