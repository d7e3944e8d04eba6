"""Work the worker does for people and places."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from webapp import jobs
from webapp.organisation.services import imports


@jobs.work("organisation.forget_imports", sweep=True)
def forget_imports(session: Session, app: Flask) -> None:
    """Remove files of people that nobody said yes to in time."""
    del app
    imports.forget_old(session)
