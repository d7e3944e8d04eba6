"""The signed-in person, as Flask-Login wants her, and how far somebody has come who is on her way in."""

from __future__ import annotations

from typing import Any, cast

from flask import current_app, g
from flask import session as cookie
from flask_login import UserMixin, current_user, login_user, logout_user

from webapp import clock, database
from webapp.accounts import second_factor, services
from webapp.accounts.tables import Person
from webapp.extensions import login

STRANGER, HALF, BARE = "stranger", "half", "bare"  # see ``standing``
SINGLE_SIGN_ON = "single sign-on"
HALF_LASTS_S = 600  # a code is asked for within ten minutes of the password


class SignedIn(UserMixin):
    """Stands for a person for as long as a request lasts."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """What the cookie holds: which person, and which generation of sign-ins."""
        return _told(self.person)

    @property
    def role(self) -> str:
        """Her role."""
        return self.person.role

    @property
    def name(self) -> str:
        """Her name, for the header."""
        return self.person.name


@login.user_loader
def _load(told: str) -> SignedIn | None:
    person = services.from_cookie(database.session(), told)
    return SignedIn(person) if person else None


def acting() -> Person:
    """The person who asks. Only for pages that the permission map keeps for people who are signed in."""
    return cast(SignedIn, current_user).person


def standing() -> str:
    """Who asks, as the permission map knows it.

    Her role once she is in; ``half`` when she gave a password and a code is still to come; ``bare`` when she is in but
    has to set up the second factor that her role needs; ``stranger`` otherwise.
    """
    if not current_user.is_authenticated:
        return STRANGER if half() is None else HALF
    person = acting()
    # Who comes by single sign-on has shown her second factor there, if the provider asks for one.
    ours = cookie.get("how") != SINGLE_SIGN_ON
    if ours and person.second_factor is None and second_factor.needed(person, current_app.extensions["settings"]):
        return BARE
    return person.role


def begin(person: Person, *, how: str) -> None:
    """Open a session, in place of any that was open in this browser, and remember how she came in."""
    end()
    cookie.permanent = True
    cookie["how"] = how
    login_user(SignedIn(person))


def renew(person: Person) -> None:
    """Keep this browser signed in when all sign-ins of a person were ended."""
    begin(person, how=str(cookie.get("how", "")))


def begin_half(person: Person, *, next_page: str) -> None:
    """Remember, for ten minutes, that this browser gave the right password."""
    end()
    cookie["half"] = {"who": _told(person), "until": int(clock.now().timestamp()) + HALF_LASTS_S, "next": next_page}


def half() -> Person | None:
    """Who gave a password here and owes a code, if that was not too long ago."""
    told = _half()
    if told is None or told["until"] < clock.now().timestamp():
        return None
    return services.from_cookie(database.session(), told["who"])


def half_number() -> str:
    """Who that is, as a number, without asking the database."""
    told = _half()
    return told["who"].partition(":")[0] if told else ""


def half_next() -> str:
    """Where she wanted to go."""
    told = _half()
    return str(told["next"]) if told else ""


def end() -> None:
    """Forget everything this browser told us."""
    logout_user()
    cookie.clear()
    g.pop("csrf_token", None)  # a form on this very answer gets a token of the session to come


def _told(person: Person) -> str:
    return f"{person.id}:{person.session_version}"


def _half() -> dict[str, Any] | None:
    return cookie.get("half")
