"""What can go wrong in the domains, and the pages that say so. The one place where errors become answers."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import NamedTuple

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed


class DomainError(Exception):
    """Base of what a service refuses on purpose. The message is for the person at the screen."""

    status = 400


class NotFound(DomainError):
    """There is no such thing, or not for this person: the two look alike on purpose."""

    status = 404

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class NotAllowed(DomainError):
    """The thing is hers to see, but not to do this with."""

    status = 403


class Refused(DomainError):
    """What was asked for makes no sense as it stands."""

    status = 400


class Gone(DomainError):
    """A link that has been used, or is too old."""

    status = 410


class _Page(NamedTuple):
    title: str
    text: str


_PAGES = {
    400: _Page("That did not work", "What was sent could not be read. Go back, look at it once more and try again."),
    403: _Page(
        "This is not open to you", "Your account does not reach this page. If you need it, ask your administrator."
    ),
    404: _Page("There is nothing here", "The address may be mistyped, or what was here has been moved or removed."),
    405: _Page("That did not work", "This page cannot be used in that way. Go back and try again."),
    410: _Page("This link has run out", "Links work once and for a limited time. Ask for a new one."),
    413: _Page("That is too large", "What you sent is larger than this page takes."),
    429: _Page("One moment, please", "There were many tries in a short time. Wait a few minutes, then try again."),
    500: _Page(
        "Something broke on our side", "It is not your doing. What you had saved is safe. Try again in a moment."
    ),
    507: _Page("No room left", "There is no room left on the server. What you sent before is safe."),
    503: _Page("Busy just now", "Many people are here at once. Nothing is lost: try again in a moment."),
}
_WAITED_TOO_LONG = ("55P03", "40P01")  # what PostgreSQL calls a lock that was not had in time, and a deadlock
_FORM_RAN_OUT = (
    "The page had been open for so long that it ran out, or you signed in elsewhere. "
    "Go back, load it again and send it once more."
)


_LOST_KEY = (
    "What is kept here cannot be opened: the key of this installation is not the one it was closed with, or it was "
    "changed. Nothing is deleted. Your administrator finds what to do under “A lost key” in the page about running the "
    "platform."
)


def start(app: Flask) -> None:
    """Give each kind of error its page."""
    from webapp import secrets_box, storage  # which raise errors of ours themselves

    @app.errorhandler(DomainError)
    def _domain(error: DomainError) -> Response:
        return answer(error.status, str(error))

    @app.errorhandler(secrets_box.CannotOpen)
    @app.errorhandler(storage.CannotOpen)
    def _lost_key(error: Exception) -> Response:
        app.logger.error("cannot be opened", exc_info=error)
        return answer(500, _LOST_KEY)

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> Response:
        return answer(400, _FORM_RAN_OUT)

    @app.errorhandler(RateLimitExceeded)
    def _limited(_error: RateLimitExceeded) -> Response:
        return answer(429)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return make_response(error.get_response())
        response = answer(error.code or 500)
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return response

    @app.errorhandler(OperationalError)
    def _busy(error: OperationalError) -> Response:
        if "locked" not in str(error.orig) and getattr(error.orig, "sqlstate", None) not in _WAITED_TOO_LONG:
            raise error
        app.logger.warning("database busy", exc_info=error)
        return answer(503)

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> Response:
        app.logger.error("unforeseen", exc_info=error)
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        return answer(500)


def answer(status: int, message: str = "") -> Response:
    """The page of an error, or its words alone where a script of ours asked.

    A program gets a problem as RFC 9457 describes it.
    """
    page = _PAGES.get(status, _PAGES[400 if status < 500 else 500])
    text = message or page.text
    if request.path.startswith("/api/"):
        told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": text}
        response = make_response(json.dumps(told, ensure_ascii=False), status)
        response.mimetype = "application/problem+json"
        if status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if request.headers.get("X-Requested-With") == "fetch":
        return make_response(jsonify(wrong=text), status)
    return make_response(render_template("error.html", title=page.title, text=text, status=status), status)
