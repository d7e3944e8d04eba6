"""The signed-in person, as Flask-Login wants her."""

from __future__ import annotations

from typing import cast

from flask import session as cookie
from flask_login import UserMixin, current_user, login_user, logout_user

from webapp import database
from webapp.accounts import services
from webapp.accounts.tables import Person
from webapp.extensions import login


class SignedIn(UserMixin):
    """Stands for a person for as long as a request lasts."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """What the cookie holds: which person, and which generation of sign-ins."""
        return f"{self.person.id}:{self.person.session_version}"

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


def begin(person: Person) -> None:
    """Open a session, in place of any that was open in this browser."""
    end()
    cookie.permanent = True
    login_user(SignedIn(person))


def end() -> None:
    """Forget everything this browser told us."""
    logout_user()
    cookie.clear()
