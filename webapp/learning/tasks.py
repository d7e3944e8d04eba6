"""Work the worker does for the courses."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from webapp import jobs
from webapp.learning import queries
from webapp.learning.services import attempts, hearing


@jobs.work("learning.hear")
def hear(session: Session, app: Flask, attempt_id: int) -> None:
    """Have the engine hear a typed answer, and mark it."""
    del app
    attempt = queries.waiting_attempt(session, attempt_id)
    if attempt is not None:
        exercise = attempts.exercise_of(session, attempt)
        attempts.settle(session, attempt, hearing.hear(exercise, attempt.answer["text"]))


@jobs.work("learning.hear_rest", sweep=True)
def hear_rest(session: Session, app: Flask) -> None:
    """Hear what a worker that was killed has left."""
    for attempt_id in queries.left_waiting(session):
        hear(session, app, attempt_id)
