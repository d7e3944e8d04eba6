"""The list of people, and each person's page."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for

from webapp import database, paging
from webapp.accounts.session import acting
from webapp.accounts.tables import Person, Role
from webapp.errors import Refused
from webapp.organisation.forms.people import FindPeople, PersonForm
from webapp.organisation.routes.blueprint import careful, organisation, show, to
from webapp.organisation.services import people as services
from webapp.organisation.services import teams
from webapp.organisation.services.unfit import Unfit


@organisation.get("/people")
def people() -> str:
    """Everybody, or those who are looked for."""
    session, actor = database.session(), acting()
    form = FindPeople(request.args)
    form.offer(teams.everyones(session, actor))
    found = services.find(session, actor, form.wanted(), paging.wanted(request.args.get("page")))
    return render_template("organisation/people.html", form=form, found=found, state=services.state_name)


@organisation.route("/people/new", methods=["GET", "POST"])
def add_person() -> str:
    """Add one person, who is then invited."""
    session, actor = database.session(), acting()
    form = PersonForm(role=Role.PRACTITIONER.value)
    form.offer(teams.everyones(session, actor))
    if form.validate_on_submit():
        try:
            person, link = services.add(session, actor, form.told())
        except Unfit as error:
            show(form, error)
        else:
            return _invited(person, link)
    return render_template("organisation/add_person.html", form=form)


@organisation.route("/people/<int:person_id>", methods=["GET", "POST"])
def person(person_id: int) -> Response | str:
    """Somebody's details, to look at and to change."""
    session, actor = database.session(), acting()
    someone = services.get(session, actor, person_id)
    form = PersonForm(
        name=someone.name,
        email=someone.email,
        team=str(someone.team_id or ""),
        discipline=someone.discipline,
        role=str(someone.role),
        seen=services.seen(someone),
    )
    form.offer(teams.everyones(session, actor), someone.discipline)
    if form.validate_on_submit():
        try:
            link = services.change(session, actor, someone, form.told(), since=form.seen.data)
        except Unfit as error:
            show(form, error)
        except Refused as error:
            careful(error)
            return to("person", person_id=person_id)
        else:
            return _invited(someone, link) if link else _saved(actor, someone)
    return render_template(
        "organisation/person.html",
        form=form,
        someone=someone,
        state=services.state(someone),
        state_name=services.state_name(someone),
        cohorts=services.cohorts_of(session, someone),
    )


@organisation.post("/people/<int:person_id>/deactivate")
def deactivate(person_id: int) -> Response:
    """Let somebody in no more."""
    session, actor = database.session(), acting()
    someone = services.get(session, actor, person_id)
    try:
        services.deactivate(session, actor, someone)
    except Refused as error:
        careful(error)
    else:
        flash(f"{someone.name}’s account is deactivated. What they did here is kept.")
    return to("person", person_id=person_id)


@organisation.post("/people/<int:person_id>/activate")
def activate(person_id: int) -> Response:
    """Let somebody in again."""
    session, actor = database.session(), acting()
    someone = services.get(session, actor, person_id)
    services.activate(session, actor, someone)
    flash(f"{someone.name}’s account is active again.")
    return to("person", person_id=person_id)


@organisation.post("/people/<int:person_id>/invitation")
def invite(person_id: int) -> Response | str:
    """Send a new invitation, and show its link this once."""
    session, actor = database.session(), acting()
    someone = services.get(session, actor, person_id)
    try:
        return _invited(someone, services.invite_again(session, actor, someone))
    except Refused as error:
        careful(error)
        return to("person", person_id=person_id)


@organisation.post("/people/<int:person_id>/second-factor")
def reset_second_factor(person_id: int) -> Response:
    """Forget somebody's second factor."""
    session, actor = database.session(), acting()
    someone = services.get(session, actor, person_id)
    try:
        services.reset_second_factor(session, actor, someone)
    except Refused as error:
        careful(error)
    else:
        flash(f"{someone.name}’s second factor is reset. A new one can be set up at the next sign-in.")
    return to("person", person_id=person_id)


def _invited(person: Person, link: str) -> str:
    # The answer to the form itself: in a cookie or an address the link would stay behind on this computer.
    return render_template("organisation/invited.html", someone=person, link=link)


def _saved(actor: Person, person: Person) -> Response:
    flash("Saved.")
    if person is actor and person.role != Role.ADMINISTRATOR:
        return redirect(url_for("learning.home"))  # type: ignore[return-value]
    return to("person", person_id=person.id)
