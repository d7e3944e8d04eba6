"""How other systems are connected: the record store, and access tokens."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, flash, jsonify, redirect, render_template, url_for

from webapp import database, jobs
from webapp.accounts.session import acting
from webapp.errors import Refused
from webapp.extensions import limiter
from webapp.interchange import openapi as told
from webapp.interchange.forms import TokenForm
from webapp.interchange.routes.blueprint import interchange
from webapp.interchange.services import statements, tokens


@interchange.get("/interchange")
def connections() -> str:
    """How the record store stands, and which tokens there are."""
    return _page(TokenForm())


@interchange.post("/interchange/try-now")
@limiter.limit("6 per minute", key_func=lambda: str(acting().id))
def try_now() -> Response:
    """Do not wait for the next time."""
    statements.try_now(database.session(), acting())
    jobs.send(current_app._get_current_object(), "interchange.send")  # type: ignore[attr-defined]
    flash("We are trying now. Load this page again in a moment to see how it went.")
    return _back()


@interchange.post("/interchange/tokens")
def make_token() -> str | tuple[str, int]:
    """Make a token, and show it this once."""
    form = TokenForm()
    if form.validate_on_submit():
        name = form.name.data or ""
        try:
            word = tokens.make(database.session(), acting(), name)
        except Refused as error:
            form.name.errors.append(str(error))
        else:
            return render_template("interchange/token.html", name=name, word=word)
    return _page(form), 422


@interchange.post("/interchange/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Response:
    """Let a token open nothing any more."""
    name = tokens.revoke(database.session(), acting(), token_id)
    flash(f"The token “{name}” opens nothing any more.")
    return _back()


@interchange.get("/api/openapi.json")
@limiter.limit("60 per minute")
def openapi() -> Response:
    """The API, told for programs."""
    settings = current_app.extensions["settings"]
    return jsonify(told.document(server=settings.public_url, title=settings.service_name))


def _page(form: TokenForm) -> str:
    session, actor = database.session(), acting()
    return render_template(
        "interchange/connections.html",
        form=form,
        overview=statements.overview(session, actor),
        tokens=tokens.every(session, actor),
    )


def _back() -> Response:
    return cast(Response, redirect(url_for("interchange.connections")))
