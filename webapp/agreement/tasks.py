"""What the worker does for agreement."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from webapp import database, jobs
from webapp.agreement.services import overview


@jobs.work("agreement.work_out", queue="slow")
def work_out(session: Session, app: Flask, report_id: int) -> None:
    """Work out the figures that a page waits for; nobody's writing waits for it."""
    with database.reading(app) as only:
        done = overview.work_out(only, report_id)
    if done is not None:
        overview.keep(session, report_id, *done)


@jobs.work("agreement.forget", sweep=True)
def forget(session: Session, app: Flask) -> None:
    """Throw away figures that nobody has asked for in a day."""
    del app
    overview.forget(session)
