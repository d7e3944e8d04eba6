"""Setting up a second factor, and doing without one."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webapp import database
from webapp.accounts import second_factor
from webapp.accounts.forms import CodeForm, SecondFactorForm, at
from webapp.accounts.routes.blueprint import FOR_ONE_PERSON, accounts, back_to_account, who
from webapp.accounts.session import acting, renew
from webapp.errors import Refused
from webapp.extensions import limiter

_WRONG = "That code is not right, or was used before. Wait for the next one and type that."


@accounts.route("/account/second-factor", methods=["GET", "POST"])
@limiter.limit(FOR_ONE_PERSON, methods=["POST"], key_func=who)
def second_factor_on() -> Response | str:
    """Connect an app, prove it with a first code, and see the recovery codes this once."""
    session, person = database.session(), acting()
    settings = current_app.extensions["settings"]
    if person.second_factor is not None:
        return back_to_account("Your second factor is on already.")
    form = SecondFactorForm()
    sent = second_factor.unsealed(session, person, form.secret.data or "")
    if form.validate_on_submit():
        try:
            if sent is None:
                raise Refused("The picture was out of date. Scan this new one, then type the code.")
            codes = second_factor.turn_on(session, person, secret=sent, code=form.code.data or "")
        except Refused as error:
            at(form.code, error)
        else:
            renew(person)
            return render_template("accounts/recovery_codes.html", codes=codes, first=True)
    secret = sent or second_factor.new_secret()
    form.secret.data = second_factor.sealed(session, person, secret)
    return render_template(
        "accounts/second_factor_on.html",
        form=form,
        picture=second_factor.picture(secret, person, service=settings.service_name),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        needed=second_factor.needed(person, settings),
    )


@accounts.route("/account/second-factor/off", methods=["GET", "POST"])
@limiter.limit(FOR_ONE_PERSON, methods=["POST"], key_func=who)
def second_factor_off() -> Response | str:
    """Stop using a second factor, where the role allows it."""
    session, person, form = database.session(), acting(), CodeForm()
    second_factor.check_may_turn_off(session, person)
    if form.validate_on_submit():
        if second_factor.accepts(session, person, form.code.data or ""):
            second_factor.turn_off(session, person)
            return back_to_account("Your second factor is off.")
        form.code.errors = [_WRONG]
    return render_template("accounts/second_factor_off.html", form=form)


@accounts.route("/account/recovery-codes", methods=["GET", "POST"])
@limiter.limit(FOR_ONE_PERSON, methods=["POST"], key_func=who)
def recovery_codes() -> Response | str:
    """New recovery codes in place of the old ones."""
    session, person, form = database.session(), acting(), CodeForm()
    if person.second_factor is None:
        flash("You have no second factor yet.")
        return redirect(url_for("accounts.second_factor_on"))
    if form.validate_on_submit():
        if second_factor.accepts(session, person, form.code.data or ""):
            codes = second_factor.renew_recovery_codes(session, person)
            return render_template("accounts/recovery_codes.html", codes=codes, first=False)
        form.code.errors = [_WRONG]
    return render_template("accounts/renew_recovery_codes.html", form=form)
