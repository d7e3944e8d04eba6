"""The board of a cohort, how its skills move, each also as a file, and its dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Blueprint, Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for

from webapp import clock, csv_file, database, jobs, paging, xlsx_file
from webapp.accounts.session import acting
from webapp.cohorts.forms import EventForm
from webapp.cohorts.services import board as services
from webapp.cohorts.services import events as event_services
from webapp.cohorts.services import hard as hard_services
from webapp.cohorts.services import skills as skill_services
from webapp.cohorts.services import summary_pdf
from webapp.cohorts.services.skills import Skills
from webapp.errors import Refused
from webapp.organisation.forms.fields import ids
from webapp.organisation.services import cohorts as organisation
from webapp.organisation.tables import Cohort
from webapp.practice.services import dose, measured

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
        sentences=services.sentences(found),
        rows=paging.cut(list(found.rows), paging.wanted(request.args.get("page"))),
        enough=dose.ENOUGH,
    )


@cohorts.post("/<int:cohort_id>/board")
@database.writes
def export(cohort_id: int) -> Response:
    """The people of the board as CSV, or for Excel. It is sent, not fetched: that somebody took it is written down."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    services.note_export(session, actor, shown, _kind())
    return _file(shown, "cohort", services.HEADS, services.lines(services.of(session, shown)))


@cohorts.get("/<int:cohort_id>/skills")
@database.writes
def skills(cohort_id: int) -> str:
    """How the skills of a cohort move; that a trainer looked is written down, as it shows single recordings."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    found = skill_services.overview(session, actor, shown)
    _looked(shown, found)
    page = render_template("cohorts/skills.html", cohort=shown, found=found, drawn=skill_services.drawn)
    session.commit()
    return page


@cohorts.get("/<int:cohort_id>/skills/<measure>")
@database.writes
def skill(cohort_id: int, measure: str) -> str:
    """One measure: its chart, what it means, and a table of every recording behind it."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    if measure not in measured.every():
        abort(404)
    found = skill_services.of(session, actor, shown, names=[measure])
    _looked(shown, found)
    whole = next(one for one in found.skills if one.known.name == measure)
    page = render_template(
        "cohorts/skill.html",
        cohort=shown,
        found=found,
        skill=skill_services.few(whole),
        rows=skill_services.page(whole, paging.wanted(request.args.get("page"))),
        drawn=skill_services.drawn,
        group_line=skill_services.group_line,
        value_of=skill_services.value_of,
        ranged=measured.range_in_words,
    )
    session.commit()
    return page


@cohorts.get("/<int:cohort_id>/skills/ready")
def skills_ready(cohort_id: int) -> Response:
    """Whether the group's own lines are there, for the page that waits for them."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    return jsonify(ready=skill_services.ready(session, actor, shown))


@cohorts.post("/<int:cohort_id>/skills")
@database.writes
def skills_export(cohort_id: int) -> Response:
    """The numbers behind the charts as CSV, or for Excel."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    skill_services.note_export(session, actor, shown, _kind())
    found = skill_services.of(session, actor, shown)
    return _file(shown, "cohort-skills", skill_services.HEADS, skill_services.rows(found))


@cohorts.post("/<int:cohort_id>/summary")
@database.writes
def summary(cohort_id: int) -> Response:
    """Training, practice and skills for a meeting, without a name."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    found = skill_services.of(session, actor, shown, names=())
    if found.recordings and found.waiting:
        jobs.send(current_app, "cohorts.course", shown.id, actor.id)
        flash("The group's own lines are being worked out. The summary can be had in a few seconds.")
        return redirect(url_for("cohorts.skills", cohort_id=shown.id))  # type: ignore[return-value]
    services.note_export(session, actor, shown, "pdf")
    made = Response(summary_pdf.drawn(shown, services.of(session, shown), found), mimetype="application/pdf")
    name = f"cohort-{shown.id}-{clock.today():%Y-%m-%d}.pdf"
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


@cohorts.get("/<int:cohort_id>/hard")
def hard(cohort_id: int) -> str:
    """Which skills the group finds hard, counted and never named."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    return render_template("cohorts/hard.html", cohort=shown, found=hard_services.of(session, actor, shown))


@cohorts.route("/<int:cohort_id>/dates", methods=["GET", "POST"])
def dates(cohort_id: int) -> Response | str:
    """Workshops and other dates of a cohort, and adding one."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    form = EventForm()
    form.offer(event_services.KINDS)
    if form.validate_on_submit():
        try:
            event_services.add(session, actor, shown, form.told())
        except Refused as error:
            form.form_errors.append(str(error))
        else:
            flash("The date is added. It stands on the charts from that day on.")
            return redirect(url_for("cohorts.dates", cohort_id=shown.id))  # type: ignore[return-value]
    there = event_services.of(session, shown)
    return render_template(
        "cohorts/dates.html", cohort=shown, form=form, dates=there, kinds=event_services.KINDS, today=clock.today()
    )


@cohorts.post("/<int:cohort_id>/dates/remove")
def remove_date(cohort_id: int) -> Response:
    """Take a date away."""
    session, actor = database.session(), acting()
    shown = organisation.get(session, actor, cohort_id)
    for number in ids([request.form.get("date", "")]) or abort(404):
        event_services.remove(session, actor, shown, number)
    flash("The date is removed.")
    return redirect(url_for("cohorts.dates", cohort_id=shown.id))  # type: ignore[return-value]


def _looked(shown: Cohort, found: Skills) -> None:
    if found.recordings:
        skill_services.note_look(database.session(), acting(), shown)
    if found.recordings and found.waiting:
        jobs.send(current_app, "cohorts.course", shown.id, acting().id)


def _kind() -> str:
    return "xlsx" if request.form.get("kind") == "xlsx" else "csv"


def _file(cohort: Cohort, name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    name = f"{name}-{cohort.id}-{clock.today():%Y-%m-%d}.{_kind()}"
    if _kind() == "xlsx":
        return xlsx_file.download(heads, rows, name)
    return csv_file.download(csv_file.as_csv(heads, rows), name)
