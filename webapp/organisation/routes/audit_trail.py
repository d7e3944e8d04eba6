"""The audit trail, on a page and as a file."""

from __future__ import annotations

from flask import Response, render_template, request

from webapp import clock, csv_file, database, paging
from webapp.accounts.session import acting
from webapp.accounts.tables import Person
from webapp.organisation.forms.audit_trail import FindEvents
from webapp.organisation.routes.blueprint import organisation
from webapp.organisation.services import audit_trail as services


@organisation.get("/audit")
def audit_trail() -> str:
    """Who did what, newest first."""
    actor = acting()
    form = _form(actor)
    page = paging.wanted(request.args.get("page"))
    found = services.page(database.session(), actor, form.wanted(), page)
    return render_template("organisation/audit_trail.html", form=form, found=found, most=services.MOST_EXPORTED)


@organisation.post("/audit/export")
def export_audit_trail() -> Response:
    """The same as CSV. It is sent, not fetched, because that somebody took it is written down."""
    actor = acting()
    text = services.export(database.session(), actor, _form(actor).wanted())
    return csv_file.download(text, f"audit-trail-{clock.today():%Y-%m-%d}.csv")


def _form(actor: Person) -> FindEvents:
    form = FindEvents(request.values)
    form.offer(services.kinds(database.session(), actor))
    form.validate()
    return form
