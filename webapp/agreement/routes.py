"""Agreement between people who code by hand, and with the machine: for trainers, over what is open to them now."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for

from webapp import clock, csv_file, database, jobs, paging, xlsx_file
from webapp.accounts.session import acting
from webapp.agreement.services import cell as cells
from webapp.agreement.services import chosen as choices
from webapp.agreement.services import drawn, words
from webapp.agreement.services import overview as services
from webapp.agreement.services.overview import Overview

agreement = Blueprint("agreement", __name__, url_prefix="/agreement")


@agreement.get("")
@database.writes
def overview() -> str:
    """Every figure of one choice."""
    return _page("agreement/overview.html")


@agreement.get("/tables")
@database.writes
def tables() -> str:
    """Which codes were taken for which, each cell with what stands behind it."""
    return _page("agreement/tables.html")


@agreement.get("/over-time")
@database.writes
def over_time() -> str:
    """Month by month: coders with one another, and with the machine."""
    session, trainer = database.session(), acting()
    both = services.over_time(session, trainer)
    for one in both:
        _send(one)
    page = render_template("agreement/over_time.html", both=both, there=both[0].there, drawn=drawn, words=words)
    session.commit()
    return page


@agreement.get("/utterances")
@database.writes
def utterances() -> str | Response:
    """What stands in one cell of a table."""
    session, trainer = database.session(), acting()
    cell = request.args.get("cell", "")
    names = cells.title_of(cell)
    shown = _asked_for()
    if shown.waiting or not shown.anything:
        return redirect(url_for("agreement.tables", pair=shown.chosen.pair, period=shown.chosen.period))  # type: ignore[return-value]
    found = cells.page(session, trainer, shown, cell, paging.wanted(request.args.get("page")))
    page = render_template(
        "agreement/utterances.html", shown=shown, cell=cell, names=names, found=found, said=_in_words(shown)
    )
    session.commit()
    return page


@agreement.get("/ready")
def ready() -> Response:
    """Whether the figures are there, for the page that waits for them."""
    if request.args.get("page") == "over-time":
        both = services.over_time(database.session(), acting())
        return jsonify(ready=not any(one.waiting for one in both))
    return jsonify(ready=not _asked_for().waiting)


@agreement.post("")
@database.writes
def export() -> Response:
    """All figures of one choice as CSV, or for Excel: sent, not fetched, as that somebody took it is written down."""
    session, trainer = database.session(), acting()
    shown = services.of(session, trainer, request.form.get("pair", ""), request.form.get("period", ""))
    if shown.waiting or not shown.anything:
        return redirect(url_for("agreement.overview", pair=shown.chosen.pair, period=shown.chosen.period))  # type: ignore[return-value]
    kind = "xlsx" if request.form.get("kind") == "xlsx" else "csv"
    services.note_export(session, trainer, shown, kind)
    name, rows = f"agreement-{clock.today():%Y-%m-%d}.{kind}", words.rows(shown, trainer)
    if kind == "xlsx":
        return xlsx_file.download(words.HEADS, rows, name)
    return csv_file.download(csv_file.as_csv(words.HEADS, rows), name)


def _page(template: str) -> str:
    session, shown = database.session(), _asked_for()
    _send(shown)
    page = render_template(template, shown=shown, said=_in_words(shown), words=words, periods=choices.PERIODS)
    session.commit()
    return page


def _asked_for() -> Overview:
    return services.of(database.session(), acting(), request.args.get("pair", ""), request.args.get("period", ""))


def _in_words(shown: Overview) -> dict[str, str]:
    """The choice, and both of its sides."""
    trainer, chosen = acting(), shown.chosen
    first, second = (choices.name(one, shown.names, trainer) for one in (chosen.first, chosen.second))
    return {"pair": choices.words(chosen, shown.names, trainer), "first": first, "second": second}


def _send(shown: Overview) -> None:
    if shown.waiting:
        jobs.send(current_app, "agreement.work_out", services.ask(database.session(), acting(), shown))
