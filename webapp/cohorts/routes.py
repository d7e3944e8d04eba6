"""The board of a cohort, and the same as a file."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from webapp import clock, csv_file, database, paging, xlsx_file
from webapp.accounts.session import acting
from webapp.cohorts.services import board as services
from webapp.organisation.services import cohorts as organisation
from webapp.practice.services import dose

cohorts = Blueprint("cohorts", __name__, url_prefix="/cohorts")


@cohorts.get("/<int:cohort_id>/board")
def board(cohort_id: int) -> str:
    """How the people of a cohort get on."""
    session = database.session()
    shown = organisation.get(session, acting(), cohort_id)
    found = services.of(session, shown)
    return render_template(
        "cohorts/board.html",
        cohort=shown,
        board=found,
        rows=paging.cut(list(found.rows), paging.wanted(request.args.get("page"))),
        enough=dose.ENOUGH,
    )


@cohorts.post("/<int:cohort_id>/board")
@database.writes
def export(cohort_id: int) -> Response:
    """The people of the board as CSV, or for Excel. It is sent, not fetched: that somebody took it is written down."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    kind = "xlsx" if request.form.get("kind") == "xlsx" else "csv"
    found = services.of(session, shown)
    services.note_export(session, actor, shown, kind)
    name = f"cohort-{shown.id}-{clock.today():%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        return xlsx_file.download(services.HEADS, services.lines(found), name)
    return csv_file.download(csv_file.as_csv(services.HEADS, services.lines(found)), name)
