"""Importing people from a file: choose it, look at what it would do, say yes."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for

from webapp import csv_file, database, paging
from webapp.accounts.session import acting
from webapp.accounts.tables import DISCIPLINES, ROLE_NAMES, Role
from webapp.errors import NotFound, Refused
from webapp.organisation.forms.imports import ConfirmForm, FileForm
from webapp.organisation.routes.blueprint import careful, organisation, to
from webapp.organisation.services import import_file
from webapp.organisation.services import imports as services
from webapp.organisation.services.import_plan import Kind
from webapp.wording import count


@organisation.route("/people/import", methods=["GET", "POST"])
def import_people() -> Response | str:
    """Choose a file."""
    session, actor = database.session(), acting()
    form = FileForm()
    if form.validate_on_submit():
        file = form.file.data
        try:
            kept = services.keep(
                session, actor, data=file.stream.read(import_file.MOST_BYTES + 1), file_name=file.filename or ""
            )
        except Refused as error:
            form.file.errors = [str(error)]
        else:
            return to("import_preview", import_id=kept.id)
    return render_template(
        "organisation/import.html",
        form=form,
        most=import_file.MOST_ROWS,
        disciplines=DISCIPLINES,
        roles=list(ROLE_NAMES.values()),
    )


@organisation.get("/people/import/example.csv")
def import_example() -> Response:
    """A file that shows how it is done."""
    return csv_file.download(csv_file.as_csv(*services.example()), "people-example.csv")


@organisation.get("/people/import/<int:import_id>")
def import_preview(import_id: int) -> str:
    """What every row of the file would do."""
    session, actor = database.session(), acting()
    kept = services.get(session, actor, import_id)
    sheet, plan = services.plan(session, actor, kept)
    shown = request.args.get("show", "")
    effects = [effect for effect in plan.effects if effect.kind == shown or shown not in set(Kind)]
    return render_template(
        "organisation/import_preview.html",
        form=ConfirmForm(seen=plan.mark()),
        kept=kept,
        sheet=sheet,
        missing=[import_file.COLUMN_NAMES[name] for name in import_file.COLUMNS if name not in sheet.columns],
        new_teams=plan.new_teams,
        numbers={kind.value: plan.count()[kind] for kind in Kind},
        shown=shown if shown in set(Kind) else "",
        found=paging.cut(effects, paging.wanted(request.args.get("page"))),
        total=len(plan.effects),
    )


@organisation.post("/people/import/<int:import_id>/confirm")
def import_confirm(import_id: int) -> Response:
    """Do it."""
    session, actor = database.session(), acting()
    form = ConfirmForm()
    try:
        done = services.confirm(session, actor, import_id, seen=form.seen.data, rest=form.rest.data)
    except NotFound:
        raise
    except Refused as error:
        careful(error)
        return to("import_preview", import_id=import_id)
    said = [
        f"{count(done.invited, 'person', 'people')} invited",
        f"{count(done.changed, 'person', 'people')} changed",
        f"{count(done.left_out, 'row')} left out",
    ]
    flash(f"The file is imported: {', '.join(said)}.")
    if actor.role != Role.ADMINISTRATOR:
        return redirect(url_for("learning.home"))  # type: ignore[return-value]
    return to("people")


@organisation.post("/people/import/<int:import_id>/call-off")
def import_call_off(import_id: int) -> Response:
    """Forget the file."""
    session, actor = database.session(), acting()
    services.call_off(session, services.get(session, actor, import_id))
    flash("Nothing was imported, and the file is forgotten.")
    return to("import_people")
