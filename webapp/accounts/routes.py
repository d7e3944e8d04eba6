"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from webapp import database
from webapp.accounts import services
from webapp.accounts.forms import SignInForm
from webapp.accounts.session import begin, end
from webapp.extensions import limiter

accounts = Blueprint("accounts", __name__)
_TRIES = "10 per 10 minutes"


@accounts.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("60 per 10 minutes", methods=["POST"])
@limiter.limit(_TRIES, methods=["POST"], key_func=lambda: request.form.get("email", "").strip().lower()[:254])
def sign_in() -> Response | str:
    """E-mail and password."""
    if current_user.is_authenticated:
        return redirect(url_for("learning.home"))  # type: ignore[return-value]
    form = SignInForm()
    if form.validate_on_submit():
        session = database.session()
        person = services.check_password(session, email=form.email.data or "", password=form.password.data or "")
        if person is not None:
            begin(person)
            services.signed_in(session, person, how="password")
            return redirect(inside(request.args.get("next")))  # type: ignore[return-value]
        form.form_errors.append("That address and password do not go together. Try again, or choose a new password.")
    return render_template("accounts/sign_in.html", form=form)


@accounts.post("/sign-out")
def sign_out() -> Response:
    """Leave, and forget this browser."""
    end()
    flash("You are signed out.")
    return redirect(url_for("accounts.sign_in"))  # type: ignore[return-value]


def inside(address: str | None) -> str:
    """Where to go on to: a page of ours, or the home page."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or urlsplit(address).netloc:
        return url_for("learning.home")
    return address
