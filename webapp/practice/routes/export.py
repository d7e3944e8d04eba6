"""Everything one has, as a file."""

from __future__ import annotations

import io
from collections.abc import Iterator

from flask import Response, current_app, flash, render_template

from webapp import clock, database, jobs
from webapp.accounts.session import acting
from webapp.errors import DomainError
from webapp.extensions import limiter
from webapp.practice.routes.blueprint import practice, to
from webapp.practice.services import export as services

_BLOCK = 1 << 16  # bytes sent at a time
_A_DAY = limiter.limit("20 per day", key_func=lambda: str(acting().id))


@practice.get("/export")
def export() -> str:
    """What is in it, and how far the last one is."""
    session, person = database.session(), acting()
    found = services.latest(session, person)
    return render_template(
        "practice/export.html", found=found, link=services.link(session, found) if found else None, services=services
    )


@practice.post("/export")
@_A_DAY
def ask_export() -> Response:
    """Have one made."""
    made = services.ask(database.session(), acting())
    jobs.send(current_app, "practice.export", made.id)
    return to("export")


@practice.post("/export/again")
def export_again() -> Response:
    """Allow one more download."""
    services.renew(database.session(), acting())
    flash("You can download it once more.")
    return to("export")


@practice.get("/export/file/<token>")
@database.writes
def export_file(token: str) -> Response:
    """The file, once."""
    session = database.session()
    try:
        found, file = services.use(session, acting(), token)
    except DomainError:
        session.commit()  # that it was tried stays in the trail, whatever the answer
        raise
    answer = Response(_sent(file), mimetype="application/zip")
    answer.content_length = found.size or 0
    answer.headers["Content-Disposition"] = f'attachment; filename="changetalk-{clock.today():%Y-%m-%d}.zip"'
    return answer


def _sent(file: io.BufferedReader) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block
