"""For administrators: how long recordings are kept, what another number would mean, and what went by itself."""

from __future__ import annotations

from flask import Response, flash, render_template, request

from webapp import database, paging
from webapp.accounts.session import acting
from webapp.practice.forms.owning import KeepFor, TryDays
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import retention as services


@practice.route("/retention", methods=["GET", "POST"])
def retention() -> Response | str:
    """The number of days, and when recordings would go under it."""
    session, actor = database.session(), acting()
    now = services.days(session, actor.authority_id)
    keep = KeepFor()
    if keep.validate_on_submit():
        services.choose(session, actor, keep.days.data or 0)
        flash(f"Recordings are kept for {keep.days.data:,} days.")
        return to("retention")
    trial = TryDays(request.args)
    asked = trial.days.data if "days" in request.args and trial.validate() else None
    days = asked or now
    return render_template(
        "practice/retention.html",
        now=now,
        days=days,
        trial=trial,
        keep=KeepFor(formdata=None, days=days),
        ahead=services.ahead(session, actor, days),
        warning=services.WARNING,
        found=services.runs(session, actor, paging.wanted(request.args.get("page"))),
    )
