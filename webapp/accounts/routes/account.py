"""One's own account."""

from __future__ import annotations

from flask import current_app, flash, render_template
from werkzeug.wrappers import Response

from webapp import database
from webapp.accounts import account as own
from webapp.accounts import queries, second_factor
from webapp.accounts.forms import ChangePasswordForm, DetailsForm, at
from webapp.accounts.routes.blueprint import FOR_ONE_PERSON, accounts, back_to_account, left, who
from webapp.accounts.session import acting, end, renew
from webapp.errors import Refused
from webapp.extensions import limiter


@accounts.route("/account", methods=["GET", "POST"])
def account() -> Response | str:
    """Who one is here, and how one signs in."""
    session, person = database.session(), acting()
    form = DetailsForm(name=person.name, discipline=person.discipline)
    if form.validate_on_submit():
        try:
            own.change_details(session, person, name=form.name.data or "", discipline=form.discipline.data)
        except Refused as error:
            at(form.name, error)
        else:
            return back_to_account("Your details are kept.")
    return render_template(
        "accounts/account.html",
        form=form,
        owner=person,
        codes_left=queries.recovery_codes(session, person.id) if person.second_factor else 0,
        needed=second_factor.needed(person, current_app.extensions["settings"]),
    )


@accounts.route("/account/password", methods=["GET", "POST"])
@limiter.limit(FOR_ONE_PERSON, methods=["POST"], key_func=who)
def change_password() -> Response | str:
    """Choose another password."""
    person, form = acting(), ChangePasswordForm()
    if form.validate_on_submit():
        try:
            own.change_password(
                database.session(), person, current=form.current.data or "", password=form.password.data or ""
            )
        except own.WrongPassword as error:
            at(form.current, error)
        except Refused as error:
            at(form.password, error)
        else:
            renew(person)
            return back_to_account("Your new password is kept. Anybody signed in elsewhere as you was signed out.")
    return render_template("accounts/change_password.html", form=form, owner=person)


@accounts.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """Leave, on every computer and phone."""
    own.sign_out_everywhere(database.session(), acting())
    end()
    flash("You are signed out everywhere.")
    return left()
