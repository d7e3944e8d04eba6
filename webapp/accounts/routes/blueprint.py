"""What the account pages share: their blueprint, the way in, and how many tries there are."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp import database
from webapp.accounts import services
from webapp.accounts.session import acting, begin, begin_half, half_number
from webapp.accounts.tables import Person

accounts = Blueprint("accounts", __name__)

FROM_ONE_PLACE = "200 per 10 minutes"  # a council may share one address, and a cohort signs in at nine
FOR_ONE_PERSON = "10 per 10 minutes"


def email_typed() -> str:
    """The address in the form, to count tries by: guesses from many places at one person are slowed too."""
    return request.form.get("email", "").strip().lower()[:254] or "nobody"


def who() -> str:
    """The person who is in, or half in, to count tries by."""
    return str(acting().id) if current_user.is_authenticated else half_number() or "nobody"


def enter(person: Person, *, how: str, next_page: str = "") -> Response:
    """Let somebody in who has shown who she is, or ask for her second factor first."""
    if person.second_factor is not None:
        begin_half(person, next_page=next_page)
        return redirect(url_for("accounts.code"))
    begin(person, how=how)
    services.signed_in(database.session(), person, how=how)
    return redirect(inside(next_page))


def inside(address: str | None) -> str:
    """Where to go on to: a page of ours, or the home page."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or urlsplit(address).netloc:
        return url_for("learning.home")
    return address


def left() -> Response:
    """The sign-in page, which clears away what the person who left had in this browser."""
    return redirect(url_for("accounts.sign_in", left="yes"))


def back_to_account(words: str) -> Response:
    """The account page, saying what was done."""
    flash(words)
    return redirect(url_for("accounts.account"))
