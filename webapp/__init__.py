"""The platform: Flask pages and jobs that call the engine. ``create_app`` registers, and decides nothing."""

from __future__ import annotations

from flask import Flask

from webapp import characters, charts, cli, database, errors, extensions, headers, jobs, logs, pages, permissions
from webapp.accounts import single_sign_on
from webapp.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application under some settings; without any, those of the environment.

    Raises:
        SettingsError: a setting makes no sense; the message says which, and what to do.
    """
    settings = settings or Settings.read()
    app = Flask(__name__)
    app.config.update(settings.for_flask())
    app.extensions["settings"] = settings
    logs.start(app)
    database.start(app)
    characters.start(app)
    extensions.start(app)
    single_sign_on.start(app)
    headers.start(app)
    errors.start(app)
    permissions.start(app)
    jobs.start(app)
    charts.start(app)
    pages.start(app)
    for blueprint in pages.blueprints():
        app.register_blueprint(blueprint)
    from webapp.agreement import tasks as _agreement  # noqa: F401 - they register their work
    from webapp.cohorts import tasks as _cohorts  # noqa: F401
    from webapp.interchange import tasks as _interchange  # noqa: F401
    from webapp.learning import tasks as _learning  # noqa: F401
    from webapp.mail import tasks as _mail  # noqa: F401
    from webapp.organisation import tasks as _organisation  # noqa: F401
    from webapp.practice import tasks as _practice  # noqa: F401

    cli.start(app)
    return app
