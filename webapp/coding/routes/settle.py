"""Two codings side by side, and what is agreed."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for

from webapp import database
from webapp.accounts.session import acting
from webapp.coding.routes.blueprint import coding
from webapp.coding.services import codings
from webapp.coding.services import settling as services
from webapp.coding.services.codings import Moved
from webapp.errors import Refused

_DIGITS = 9  # of a number that makes sense
_FIELD = "turn-"
Answer = Response | str | tuple[str, int]


@coding.get("/segments/<int:segment_id>/settle")
@database.writes
def settle(segment_id: int) -> str:
    """Where two differ; whoever comes first begins what is agreed."""
    session, trainer = database.session(), acting()
    found = services.of(session, trainer, segment_id)
    session.commit()
    return render_template("coding/settle.html", found=found, wrong="", sent={})


@coding.post("/segments/<int:segment_id>/settle")
def keep_settled(segment_id: int) -> Answer:
    """Take one or the other for the turns in the form, and finish it if that was the button."""
    session, trainer = database.session(), acting()
    sent = {int(n): value for n, value in _sent().items()}
    try:
        services.settle(session, trainer, segment_id, sent, _number(request.form.get("seen", "")))
        if request.form.get("do") == "finish":
            found = services.of(session, trainer, segment_id)
            codings.finish(session, trainer, found.opened)
            flash("Settled. This coding now stands for both of you.")
            return redirect(url_for("coding.result", coding_id=found.opened.coding.id))  # type: ignore[return-value]
    except (Refused, Moved) as error:
        database.look_again(session)
        found = services.of(session, trainer, segment_id)
        return render_template("coding/settle.html", found=found, wrong=str(error), sent=sent), error.status
    flash("Kept.")
    return redirect(url_for("coding.settle", segment_id=segment_id))  # type: ignore[return-value]


def _sent() -> dict[str, str]:
    names = {name.removeprefix(_FIELD): value for name, value in request.form.items() if name.startswith(_FIELD)}
    return {n: value for n, value in names.items() if _number(n) >= 0}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else -1
