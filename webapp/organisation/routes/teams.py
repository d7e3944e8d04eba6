"""The list of teams, and each team's page."""

from __future__ import annotations

from flask import Response, flash, render_template, request

from webapp import database, paging
from webapp.accounts.session import acting
from webapp.errors import Refused
from webapp.organisation.forms.teams import TeamForm
from webapp.organisation.routes.blueprint import careful, organisation, show, to
from webapp.organisation.services import teams as services
from webapp.organisation.services.unfit import Unfit


@organisation.route("/teams", methods=["GET", "POST"])
def teams() -> Response | str:
    """All teams, and a line to add one."""
    session, actor = database.session(), acting()
    form = TeamForm()
    if form.validate_on_submit():
        try:
            team = services.add(session, actor, form.name.data or "")
        except Unfit as error:
            show(form, error)
        else:
            flash(f"The team {team.name} is added.")
            return to("teams")
    found = services.with_counts(session, actor, paging.wanted(request.args.get("page")))
    return render_template("organisation/teams.html", form=form, found=found)


@organisation.route("/teams/<int:team_id>", methods=["GET", "POST"])
def team(team_id: int) -> Response | str:
    """A team: rename or remove it."""
    session, actor = database.session(), acting()
    shown = services.get(session, actor, team_id)
    form = TeamForm(name=shown.name)
    if form.validate_on_submit():
        try:
            services.rename(session, actor, shown, form.name.data or "")
        except Unfit as error:
            show(form, error)
        else:
            flash("Saved.")
            return to("teams")
    active, deactivated = services.how_many_in(session, shown)
    return render_template("organisation/team.html", form=form, team=shown, active=active, deactivated=deactivated)


@organisation.post("/teams/<int:team_id>/remove")
def remove_team(team_id: int) -> Response:
    """Remove a team that nobody is in."""
    session, actor = database.session(), acting()
    gone = services.get(session, actor, team_id)
    try:
        services.remove(session, actor, gone)
    except Refused as error:
        careful(error)
        return to("team", team_id=team_id)
    flash(f"The team {gone.name} is removed.")
    return to("teams")
