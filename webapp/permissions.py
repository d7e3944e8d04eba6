"""Who may open which page: one map, and what is not on it is open to nobody.

A page that is open to somebody says nothing yet about the objects on it: services fetch those with the person
who asks, and find nothing that is not hers to see.
"""

from __future__ import annotations

from flask import Flask, Response, redirect, request, url_for
from flask_login import current_user

from webapp.accounts.tables import STAFF, Role
from webapp.errors import answer

PUBLIC = frozenset({"public"})
SIGNED_IN = frozenset(Role)
HALF = frozenset({"half"})  # password given, second factor still to come
TRAINERS = frozenset({Role.TRAINER, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

PERMISSIONS: dict[str, frozenset[str]] = {
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "pages.health": PUBLIC,
    "pages.accessibility": PUBLIC,
    "pages.privacy": PUBLIC,
    "accounts.sign_in": PUBLIC,
    "accounts.sign_out": SIGNED_IN,
    "learning.home": SIGNED_IN,
    "learning.review": SIGNED_IN,
    "learning.review_one": SIGNED_IN,
    "learning.answer_review": SIGNED_IN,
    "learning.skills": SIGNED_IN,
    "learning.codes": SIGNED_IN,
    "learning.course": SIGNED_IN,
    "learning.module": SIGNED_IN,
    "learning.step": SIGNED_IN,
    "learning.done": SIGNED_IN,
    "learning.answer": SIGNED_IN,
    "learning.state_of_try": SIGNED_IN,
    "learning.check": SIGNED_IN,
    "learning.begin_check": SIGNED_IN,
    "learning.question": SIGNED_IN,
    "learning.answer_question": SIGNED_IN,
    "learning.certificate": PUBLIC,
    "learning.certificate_file": SIGNED_IN,
}


def start(app: Flask) -> None:
    """Ask the map before every request."""

    @app.before_request
    def _ask() -> Response | None:
        if request.endpoint is None:
            return None  # no such address, or not in this way: the router's own answer
        allowed = PERMISSIONS.get(request.endpoint, frozenset())
        if allowed == PUBLIC:
            return None
        if not current_user.is_authenticated:
            if request.path.startswith("/api/"):
                return answer(401, "Sign in, or give an access token.")
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.sign_in", next=back))  # type: ignore[return-value]
        if current_user.role not in allowed:
            return answer(403)
        return None


__all__ = ["ADMINISTRATORS", "HALF", "PERMISSIONS", "PUBLIC", "SIGNED_IN", "STAFF", "TRAINERS", "start"]
