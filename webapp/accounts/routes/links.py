"""Pages that links in e-mails lead to."""

from __future__ import annotations

from flask import flash, make_response, render_template, request
from werkzeug.wrappers import Response

from webapp import database
from webapp.accounts import links
from webapp.accounts.forms import ForgottenPasswordForm, NewPasswordForm, at
from webapp.accounts.routes.blueprint import FROM_ONE_PLACE, accounts, email_typed, enter
from webapp.accounts.tables import Purpose
from webapp.errors import Gone, Refused
from webapp.extensions import limiter

_LETTERS_TO_ONE_PERSON = "5 per hour"


@accounts.route(f"{links.PATHS[Purpose.INVITATION]}<token>", methods=["GET", "POST"])
@limiter.limit(FROM_ONE_PLACE, methods=["POST"])
def welcome(token: str) -> Response | str:
    """Accept an invitation: choose a password."""
    return _choose(token, Purpose.INVITATION, "accounts/welcome.html")


@accounts.route(f"{links.PATHS[Purpose.RESET]}<token>", methods=["GET", "POST"])
@limiter.limit(FROM_ONE_PLACE, methods=["POST"])
def new_password(token: str) -> Response | str:
    """Choose a new password in place of a forgotten one."""
    return _choose(token, Purpose.RESET, "accounts/new_password.html")


@accounts.route("/forgotten-password", methods=["GET", "POST"])
@limiter.limit(FROM_ONE_PLACE, methods=["POST"])
@limiter.limit(_LETTERS_TO_ONE_PERSON, methods=["POST"], key_func=email_typed)
def forgotten_password() -> str:
    """Ask for a link. The answer is the same whether or not there is such a person."""
    form = ForgottenPasswordForm()
    if form.validate_on_submit():
        links.ask_reset(database.session(), email=form.email.data or "")
        return render_template("accounts/reset_asked.html", email=form.email.data)
    return render_template("accounts/forgotten_password.html", form=form)


def _choose(token: str, purpose: Purpose, template: str) -> Response | str:
    session = database.session()
    person = links.owner(session, token, purpose)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            links.use(session, token, purpose, password=form.password.data or "")
        except Refused as error:
            at(form.password, error)
        else:
            onwards = enter(person, how=purpose.value)
            flash("Your new password is kept.")
            return onwards
    return render_template(template, form=form, owner=person)


@accounts.errorhandler(Gone)
def _gone(error: Gone) -> Response:
    reset = request.endpoint == "accounts.new_password"
    return make_response(render_template("accounts/gone.html", text=str(error), reset=reset), error.status)
