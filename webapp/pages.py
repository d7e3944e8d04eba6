"""Pages that belong to no domain, what every template may use, and the list of the domains."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import IntegerConverter, Map

from webapp import clock, database, menu, workers
from webapp.accounts.session import BARE, standing
from webapp.accounts.tables import ROLE_NAMES
from webapp.cells import Cell
from webapp.learning.content import reading
from webapp.version import VERSION
from webapp.wording import count, day, moment

pages = Blueprint("pages", __name__)


_LARGEST_ID = 2**31 - 1


class Id(IntegerConverter):
    """The number of a thing in an address: none that is too large for the database to look for."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=_LARGEST_ID)


def blueprints() -> list[Blueprint]:
    """Every domain's pages."""
    from webapp.accounts.routes import accounts
    from webapp.agreement.routes import agreement
    from webapp.charts import charts
    from webapp.coaching.routes import coaching
    from webapp.coding.routes import coding
    from webapp.coding.routes.calibrate import calibrate
    from webapp.coding.routes.exchange import exchange
    from webapp.cohorts.routes import cohorts
    from webapp.interchange.routes import api, interchange
    from webapp.learning.routes import learning
    from webapp.levels.routes import levels
    from webapp.organisation.routes import organisation
    from webapp.practice.routes import practice
    from webapp.supervision.routes import supervision

    return [
        pages, charts, accounts, learning, practice, coaching, coding, calibrate, exchange, agreement, cohorts, levels,
        supervision, organisation, interchange, api,
    ]  # fmt: skip


def start(app: Flask) -> None:
    """Names and filters for the templates."""
    app.url_map.converters["int"] = Id
    app.jinja_env.add_extension(Cell)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_filter(day)
    app.add_template_filter(moment)
    app.add_template_filter(count)
    app.add_template_filter(reading.short, "reading")
    app.add_template_filter(reading.body, "lesson")

    @app.context_processor
    def _common() -> dict[str, Any]:
        person = current_user._get_current_object() if current_user.is_authenticated else None
        return {
            "service_name": app.extensions["settings"].service_name,
            "person": person,
            "role_names": ROLE_NAMES,
            "menu": menu.shown(person.role) if person and standing() != BARE else (),  # nothing else is open to her yet
        }


@pages.get("/health")
def health() -> Response:
    """For whoever watches the server: whether the database answers, which version this is, and whether a worker works.

    Without a worker the answer is still 200: pages are served, and a balancer should go on sending people here.
    """
    try:
        seen = workers.last_seen(database.session())
    except SQLAlchemyError:
        return make_response(jsonify(status="the database does not answer", version=VERSION), 503)
    lately = seen is not None and clock.now() - seen < workers.LATELY
    return make_response(
        jsonify(
            status="ok",
            version=VERSION,
            worker="working" if lately else "not seen lately",
            worker_seen_at=seen.isoformat(timespec="seconds") if seen else None,
        )
    )


@pages.get("/accessibility")
def accessibility() -> str:
    """The accessibility statement, for a service to complete."""
    return render_template("accessibility.html")


@pages.get("/privacy")
def privacy() -> str:
    """The privacy notice, for a service to complete."""
    return render_template("privacy.html")


def wants_fragment() -> bool:
    """Whether a script of ours asked for a part of the page."""
    return request.headers.get("X-Requested-With") == "fetch"
