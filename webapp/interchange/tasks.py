"""Work the worker does for other systems."""

from __future__ import annotations

import time

from flask import Flask
from sqlalchemy.orm import Session

from webapp import database, jobs
from webapp.interchange.services import record_store, statements, tokens

_ROUND_S = 5.0  # then other slow work gets its turn; the next sweep goes on


@jobs.work("interchange.send_due", sweep=True)
def send_due(session: Session, app: Flask) -> None:
    """See whether there is anything for the record store."""
    if database.settings_of(session).xapi_store:
        jobs.send_now(app, "interchange.send")


@jobs.work("interchange.send", queue="slow")
def send(session: Session, app: Flask) -> None:
    """Send what is due to the record store, batch by batch, until all is sent or the store fails.

    Between two commits nothing is locked while the store thinks. Whenever we die, what was not noted as sent is sent
    again with the same ids, which the store knows.
    """
    del app
    settings = database.settings_of(session)
    if not settings.xapi_store:
        return
    until = time.monotonic() + _ROUND_S
    with record_store.opened(settings) as store:
        while batch := statements.take(session):
            session.commit()
            outcome = store.send([statement.statement for statement in batch])
            statements.settle(session, batch, outcome)
            session.commit()
            if outcome.stopped or time.monotonic() > until:
                break


@jobs.work("interchange.note_use")
def note_use(session: Session, app: Flask, token_id: int) -> None:
    """Note that an access token was used."""
    del app
    tokens.note_use(session, token_id)
