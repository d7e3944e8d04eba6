"""A coding goes out as a file, and a file comes in: shown first, taken then."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from webapp import database
from webapp.accounts.session import acting
from webapp.coding.services import exchange as services
from webapp.coding.services.pairs import name
from webapp.errors import Refused

exchange = Blueprint("exchange", __name__, url_prefix="/coding/codings")
Answer = Response | str | tuple[str, int]
_DIGITS = 9  # of a number that makes sense


@exchange.get("/<int:coding_id>/files")
def files(coding_id: int) -> Answer:
    """What can be taken out, and where a file can be brought in."""
    return _page(coding_id)


@exchange.get("/<int:coding_id>/files/<form>")
@database.writes
def download(coding_id: int, form: str) -> Answer:
    """A finished coding as a file."""
    try:
        file = services.download(database.session(), acting(), coding_id, form)
    except Refused as error:
        return _page(coding_id, wrong=str(error)), error.status
    answer = Response(file.data, mimetype=file.mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


@exchange.post("/<int:coding_id>/files")
def bring(coding_id: int) -> Answer:
    """Show what a file would bring, or take what was shown."""
    session, person = database.session(), acting()
    do = request.form.get("do", "")
    try:
        if do not in ("fill", "replace"):
            sent = request.files.get("file")
            data = sent.stream.read(services.MOST) if sent else b""
            shown = services.offered(session, person, coding_id, data)
            return _page(coding_id, offered=shown)
        revision = request.form.get("revision", "")
        changed = services.take(
            session,
            person,
            coding_id,
            parses=request.form.get("parses", ""),
            revision=int(revision) if revision.isdecimal() and len(revision) <= _DIGITS else -1,
            replace=do == "replace",
        )
    except Refused as error:
        database.look_again(session)
        return _page(coding_id, wrong=str(error)), error.status
    flash(f"Taken: {changed} turns have codes from the file." if changed != 1 else "Taken: 1 turn has codes from it.")
    return redirect(url_for("exchange.files", coding_id=coding_id))  # type: ignore[return-value]


def _page(coding_id: int, *, offered: services.Offered | None = None, wrong: str = "") -> str:
    held = services.get(database.session(), acting(), coding_id)
    return render_template("coding/exchange.html", held=held, offered=offered, wrong=wrong, name=name)
