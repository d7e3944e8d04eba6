"""Work the worker does for the courses."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from webapp import clock, jobs
from webapp.learning import queries
from webapp.learning.services import attempts, hearing, reminders, spoken

NOBODY = "We could hear nobody speak. Check that the right microphone is on, or type your answer."
_LEFT = timedelta(seconds=20)  # what has waited longer was left behind
BROKEN = "The recording could not be played. Try once more, or type your answer."


@jobs.work("learning.hear")
def hear(session: Session, app: Flask, attempt_id: int) -> None:
    """Have the engine hear a typed answer, and mark it."""
    del app
    attempt = queries.waiting_attempt(session, attempt_id)
    if attempt is None:
        return
    exercise, text = attempts.exercise_of(session, attempt), attempt.answer["text"]
    jobs.let_go(session)
    heard = hearing.hear(exercise, text)
    attempt = queries.waiting_attempt(session, attempt_id)
    if attempt is not None:
        attempts.settle(session, attempt, heard)


@jobs.work("learning.listen", queue="slow")
def listen(session: Session, app: Flask, attempt_id: int) -> None:
    """Write down a spoken answer, then hear it as if it had been typed."""
    attempt = queries.waiting_attempt(session, attempt_id)
    if attempt is None:
        return
    if "text" not in attempt.answer:
        sound = spoken.take(session, attempt)
        jobs.let_go(session)
        try:
            words, problem = hearing.words_in(sound or b""), NOBODY
        except hearing.CannotListen:
            words, problem = "", BROKEN
        attempt = queries.waiting_attempt(session, attempt_id)
        if attempt is None:
            return
        if not words:
            attempts.failed(session, attempt, problem)
            return
        attempts.understood(session, attempt, words)
    hear(session, app, attempt_id)


@jobs.work("learning.remind", sweep=True)
def remind(session: Session, app: Flask) -> None:
    """Write to people for whom something is due."""
    del app
    reminders.send(session)


@jobs.work("learning.hear_rest", sweep=True)
def hear_rest(session: Session, app: Flask) -> None:
    """Send again what a worker that was killed has left."""
    for attempt in queries.left_waiting(session, clock.now() - _LEFT):
        jobs.send_now(app, "learning.listen" if attempt.answer.get("spoken") else "learning.hear", attempt.id)
