"""What the worker does for cohorts."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from webapp import jobs
from webapp.cohorts.services import skills


@jobs.work("cohorts.course", queue="slow")
def course(session: Session, app: Flask, cohort_id: int, trainer_id: int) -> None:
    """Work out how a cohort moves, for one trainer."""
    del app
    skills.work_out(session, cohort_id, trainer_id)
