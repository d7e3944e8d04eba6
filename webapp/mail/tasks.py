"""Work the worker does for mail."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from webapp import clock, jobs
from webapp.mail.sending import send_due


@jobs.work("mail.send", sweep=True)
def send_waiting(session: Session, app: Flask) -> None:
    """Send the letters that could not leave with the page that posted them."""
    session.close()  # each letter is claimed in a session of its own
    send_due(app.extensions["sessions"], app.extensions["settings"], clock.now())
