"""Addresses for programs. Each asks for an access token, and knows nothing of cookies."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Flask, Response, current_app, g, request
from flask_limiter.util import get_remote_address

from webapp import database, jobs
from webapp.extensions import limiter
from webapp.interchange import contract
from webapp.interchange.services import completions as services
from webapp.interchange.services import tokens

api = Blueprint("api", __name__, url_prefix="/api/v1")


def _program() -> str:
    """Tells one program from another before its token is looked at."""
    return hashlib.sha256((request.headers.get("Authorization") or get_remote_address()).encode()).hexdigest()


limiter.limit("120 per minute", key_func=_program)(api)
limiter.limit("30 per minute", deduct_when=lambda response: response.status_code == 401)(api)


@api.before_request
def _ask_for_token() -> None:
    shown = request.authorization
    word = shown.token if shown is not None and shown.type == "bearer" else None
    g.token = tokens.holder(database.session(), word or "")


@api.get("/completions")
def completions() -> Response:
    """What the people of the token's authority have finished, the oldest first."""
    question, session = contract.Question.read(request.args), database.session()
    if tokens.use_is_news(g.token):
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        jobs.send(app, "interchange.note_use", g.token.id)  # asking changes nothing, so the worker notes it
    found, place = services.for_program(
        session, g.token.authority_id, question.course, question.since, question.cursor, question.limit
    )
    told = contract.Completions(
        completions=[
            contract.Completion(
                person_id=one.pseudonym,
                email=one.email,
                course=one.completion.course,
                module=one.completion.module or None,
                finished_at=one.completion.at,
                score=one.completion.score,
                certificate=one.completion.certificate or None,
            )
            for one in found
        ],
        next_cursor=contract.cursor(place) if place else None,
    )
    return Response(told.model_dump_json(), mimetype="application/json")
