"""The list of cohorts, and each cohort's page. Trainers look at their own; administrators change all."""

from __future__ import annotations

from flask import Response, abort, flash, render_template, request

from webapp import database, paging
from webapp.accounts.session import acting
from webapp.accounts.tables import Role
from webapp.errors import Refused
from webapp.organisation.forms.cohorts import (
    CohortForm,
    FindOutside,
    PeopleIntoCohort,
    RemoveCohort,
    TeamIntoCohort,
)
from webapp.organisation.routes.blueprint import careful, organisation, show, to
from webapp.organisation.services import cohorts as services
from webapp.organisation.services import teams
from webapp.organisation.services.unfit import Unfit
from webapp.wording import count


@organisation.get("/cohorts")
def cohorts() -> str:
    """All cohorts that are open to the person who asks."""
    session, actor = database.session(), acting()
    found = services.find(session, actor, paging.wanted(request.args.get("page")))
    return render_template("organisation/cohorts.html", found=found, may_change=actor.role == Role.ADMINISTRATOR)


@organisation.route("/cohorts/new", methods=["GET", "POST"])
def add_cohort() -> Response | str:
    """Add a cohort."""
    session, actor = database.session(), acting()
    form = CohortForm()
    form.offer(services.may_train(session, actor))
    if form.validate_on_submit():
        try:
            made = services.add(session, actor, form.told())
        except Unfit as error:
            show(form, error)
        else:
            flash(f"The cohort {made.name} is added. Now put people into it.")
            return to("cohort", cohort_id=made.id)
    return render_template("organisation/cohort_form.html", form=form, cohort=None)


@organisation.get("/cohorts/<int:cohort_id>")
def cohort(cohort_id: int) -> str:
    """A cohort and its people."""
    session, actor = database.session(), acting()
    shown = services.get(session, actor, cohort_id)
    members = services.members(session, shown, paging.wanted(request.args.get("page")))
    if actor.role != Role.ADMINISTRATOR:
        return render_template("organisation/cohort.html", cohort=shown, members=members, may_change=False)
    search, by_team = FindOutside(request.args), TeamIntoCohort()
    by_team.offer(teams.everyones(session, actor))
    words = search.words.data or ""
    return render_template(
        "organisation/cohort.html",
        cohort=shown,
        members=members,
        may_change=True,
        search=search,
        by_team=by_team,
        outside=services.outside(session, shown, words),
        most=services.SHOWN,
    )


@organisation.route("/cohorts/<int:cohort_id>/edit", methods=["GET", "POST"])
def edit_cohort(cohort_id: int) -> Response | str:
    """Change a cohort's name, dates and trainers."""
    session, actor = database.session(), acting()
    shown = services.get(session, actor, cohort_id)
    form = CohortForm(
        name=shown.name,
        starts_on=shown.starts_on,
        ends_on=shown.ends_on,
        trainers=[str(person.id) for person in shown.trainers],
        seen=services.seen(shown),
    )
    form.offer(services.may_train(session, actor, shown))
    if form.validate_on_submit():
        try:
            services.change(session, actor, shown, form.told(), since=form.seen.data)
        except Unfit as error:
            show(form, error)
        except Refused as error:
            careful(error)
            return to("edit_cohort", cohort_id=cohort_id)
        else:
            flash("Saved.")
            return to("cohort", cohort_id=cohort_id)
    return render_template("organisation/cohort_form.html", form=form, cohort=shown)


@organisation.post("/cohorts/<int:cohort_id>/people")
def add_to_cohort(cohort_id: int) -> Response:
    """Put people, chosen one by one, into a cohort."""
    session, actor = database.session(), acting()
    shown = services.get(session, actor, cohort_id)
    _say(services.add_people(session, actor, shown, PeopleIntoCohort().told()))
    return to("cohort", cohort_id=cohort_id)


@organisation.post("/cohorts/<int:cohort_id>/team")
def add_team_to_cohort(cohort_id: int) -> Response:
    """Put everybody of a team into a cohort."""
    session, actor = database.session(), acting()
    shown = services.get(session, actor, cohort_id)
    form = TeamIntoCohort()
    form.offer(teams.everyones(session, actor))
    if form.validate_on_submit():
        _say(services.add_team(session, actor, shown, int(form.team.data)))
    else:
        careful("Choose a team from the list.")
    return to("cohort", cohort_id=cohort_id)


@organisation.post("/cohorts/<int:cohort_id>/take-out")
def take_out_of_cohort(cohort_id: int) -> Response:
    """Take somebody out of a cohort."""
    session, actor = database.session(), acting()
    shown = services.get(session, actor, cohort_id)
    told = PeopleIntoCohort().told()
    if not told:
        abort(404)
    someone = services.take_out(session, actor, shown, min(told))
    flash(f"{someone.name} is not in this cohort any more.")
    return to("cohort", cohort_id=cohort_id)


@organisation.route("/cohorts/<int:cohort_id>/remove", methods=["GET", "POST"])
def remove_cohort(cohort_id: int) -> Response | str:
    """Ask whether a cohort is to go, and remove it."""
    session, actor = database.session(), acting()
    shown = services.get(session, actor, cohort_id)
    form = RemoveCohort()
    if form.validate_on_submit():
        try:
            services.remove(session, actor, shown, confirmed=form.confirmed.data)
        except Refused as error:
            form.confirmed.errors = [str(error)]
        else:
            flash(f"The cohort {shown.name} is removed.")
            return to("cohorts")
    people = services.members(session, shown, 1).total
    return render_template("organisation/remove_cohort.html", form=form, cohort=shown, people=people)


def _say(number: int) -> None:
    if number:
        flash(f"{count(number, 'person', 'people')} added.")
    else:
        careful("Nobody was added: everybody you chose is in this cohort already.")
