"""Coming in and leaving."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp import database
from webapp.accounts import second_factor, services, single_sign_on
from webapp.accounts.forms import CodeForm, RecoveryCodeForm, SignInForm
from webapp.accounts.routes.blueprint import (
    FOR_ONE_PERSON,
    FROM_ONE_PLACE,
    accounts,
    email_typed,
    enter,
    inside,
    left,
    who,
)
from webapp.accounts.session import SINGLE_SIGN_ON, begin, end, half, half_next
from webapp.errors import NotFound, Refused
from webapp.extensions import limiter

_CODES_A_DAY = "50 per day"  # guessing one of a million takes years


@accounts.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(FROM_ONE_PLACE, methods=["POST"])
@limiter.limit(FOR_ONE_PERSON, methods=["POST"], key_func=email_typed)
def sign_in() -> Response | str:
    """E-mail and password."""
    if current_user.is_authenticated:
        return redirect(url_for("learning.home"))
    form = SignInForm()
    if form.validate_on_submit():
        session = database.session()
        person = services.check_password(session, email=form.email.data or "", password=form.password.data or "")
        if person is not None:
            return enter(person, how="password", next_page=request.args.get("next", ""))
        form.form_errors.append("That address and password do not go together. Try again, or choose a new password.")
    return render_template("accounts/sign_in.html", form=form, single_sign_on=single_sign_on.offered())


@accounts.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(FROM_ONE_PLACE, methods=["POST"])
@limiter.limit(_CODES_A_DAY, methods=["POST"], key_func=who)
@limiter.limit(FOR_ONE_PERSON, methods=["POST"], key_func=who)
def code() -> Response | str:
    """The second factor, after the password."""
    on_paper = "recovery" in request.args
    form = RecoveryCodeForm() if on_paper else CodeForm()
    if form.validate_on_submit():
        session, person = database.session(), half()
        if person is not None and second_factor.accepts(session, person, form.code.data or ""):
            next_page = half_next()
            begin(person, how="second factor")
            services.signed_in(session, person, how="second factor")
            return redirect(inside(next_page))
        form.code.errors = ["That code is not right, or was used before. Wait for the next one and type that."]
        if on_paper:
            form.code.errors = ["That is none of your recovery codes, or it was used before."]
    return render_template("accounts/code.html", form=form, on_paper=on_paper)


@accounts.get("/sign-in/work-account")
@limiter.limit(FROM_ONE_PLACE)
def single_sign_on_leave() -> Response:
    """Off to the provider."""
    _there_is_a_provider()
    try:
        return single_sign_on.leave()
    except Refused as error:
        return _not_in(error)


@accounts.get(single_sign_on.BACK)
@limiter.limit(FROM_ONE_PLACE)
@database.writes
def single_sign_on_back() -> Response:
    """Back from the provider, who says who it is. The second factor is the provider's matter."""
    _there_is_a_provider()
    try:
        email = single_sign_on.come_back()  # asks the provider, so before the database is busy with us
        session = database.session()
        person = services.from_provider(session, email=email)
    except Refused as error:
        return _not_in(error)
    begin(person, how=SINGLE_SIGN_ON)
    services.signed_in(session, person, how=SINGLE_SIGN_ON)
    return redirect(url_for("learning.home"))


@accounts.post("/sign-out")
def sign_out() -> Response:
    """Leave, and forget this browser."""
    end()
    flash("You are signed out.")
    return left()


def _there_is_a_provider() -> None:
    if not single_sign_on.offered():
        raise NotFound


def _not_in(error: Refused) -> Response:
    flash(str(error), "careful")
    return redirect(url_for("accounts.sign_in"))
