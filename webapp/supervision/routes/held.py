"""What is kept of supervision that was held, and what one attended oneself."""

from __future__ import annotations

from flask import Response, flash, render_template, request

from webapp import clock, csv_file, database, xlsx_file
from webapp.accounts.session import acting
from webapp.accounts.tables import DISCIPLINES
from webapp.errors import Refused
from webapp.organisation.services import cohorts as organisation
from webapp.organisation.tables import Cohort
from webapp.supervision.forms import number, told
from webapp.supervision.routes.blueprint import supervision, to
from webapp.supervision.services import held as services
from webapp.supervision.tables import Held

Answer = Response | str | tuple[str, int]


@supervision.route("/cohorts/<int:cohort_id>/held/new", methods=["GET", "POST"])
def record(cohort_id: int) -> Answer:
    """Record that supervision was held."""
    session, trainer = database.session(), acting()
    shown = organisation.get(session, trainer, cohort_id)
    if request.method == "GET":
        return _form(shown, None)
    try:
        made = services.add(session, trainer, shown, told(request.form))
    except Refused as error:
        database.look_again(session)
        return _form(organisation.get(session, trainer, cohort_id), None, str(error)), error.status
    flash("Recorded. Whoever attended sees it, with what was agreed.")
    return to("held", held_id=made.id)


@supervision.route("/held/<int:held_id>", methods=["GET", "POST"])
def held(held_id: int) -> Answer:
    """A record, which can be changed."""
    session, trainer = database.session(), acting()
    shown, cohort = services.get(session, trainer, held_id)
    if request.method == "GET":
        return _form(cohort, shown)
    try:
        services.change(session, trainer, shown, cohort, told(request.form), seen=number(request.form.get("seen")))
    except Refused as error:
        database.look_again(session)
        shown, cohort = services.get(session, trainer, held_id)
        return _form(cohort, shown, str(error)), error.status
    flash("Kept.")
    return to("held", held_id=held_id)


@supervision.post("/held/<int:held_id>/cancel")
def cancel(held_id: int) -> Response:
    """Say that it was not held after all."""
    session, trainer = database.session(), acting()
    shown, cohort = services.get(session, trainer, held_id)
    services.cancel(session, trainer, shown)
    flash("Cancelled. It counts for nobody, and those who were ticked see it no more.")
    return to("cohort", cohort_id=cohort.id)


@supervision.post("/cohorts/<int:cohort_id>")
@database.writes
def export(cohort_id: int) -> Response:
    """Dates, minutes and attendance by discipline, as CSV or for Excel."""
    session, trainer = database.session(), acting()
    shown = organisation.get(session, trainer, cohort_id)
    kind = "xlsx" if request.form.get("kind") == "xlsx" else "csv"
    services.note_export(session, trainer, shown, kind)
    rows, name = list(services.lines(session, shown)), f"supervision-{shown.id}-{clock.today():%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        return xlsx_file.download(services.heads(), rows, name)
    return csv_file.download(csv_file.as_csv(services.heads(), rows), name)


@supervision.get("/mine")
def mine() -> str:
    """What one attended, and what was agreed."""
    return render_template("supervision/mine.html", found=services.mine(database.session(), acting()))


def _form(cohort: Cohort, shown: Held | None, wrong: str = "") -> str:
    """The form as it was sent where something was wrong with it, else as it is kept."""
    session = database.session()
    sent = request.form if wrong else None
    return render_template(
        "supervision/held.html",
        cohort=cohort,
        held=shown,
        kept=services.told(session, shown) if shown else None,
        sent=sent,
        choices=services.choices(session, acting(), cohort, shown),
        disciplines=list(enumerate(DISCIPLINES)),
        actions=range(services.ACTIONS),
        today=clock.today(),
        pack_id=number(request.args.get("pack")),
        wrong=wrong,
    )
