"""A pack as it is shown to a group: on paper, as PDF, and on a screen, one step at a time."""

from __future__ import annotations

from flask import Response, render_template, request

from webapp import clock, database, paging
from webapp.accounts.session import acting
from webapp.pages import wants_fragment
from webapp.supervision.routes.blueprint import supervision
from webapp.supervision.services import pack_pdf
from webapp.supervision.services import packs as services


@supervision.get("/packs/<int:pack_id>/print")
def printed(pack_id: int) -> str:
    """To be printed on A4."""
    shown = services.get(database.session(), acting(), pack_id)
    return render_template("supervision/printed.html", whole=shown, pack=shown.pack, taken_back=services.TAKEN_BACK)


@supervision.post("/packs/<int:pack_id>/pdf")
@database.writes
def pdf(pack_id: int) -> Response:
    """As PDF. It is sent, not fetched: that somebody took it is written down."""
    session, trainer = database.session(), acting()
    shown = services.get(session, trainer, pack_id)
    services.note(session, trainer, shown, "taken")
    made = Response(pack_pdf.drawn(shown), mimetype="application/pdf")
    name = f"supervision-{shown.pack.id}-{clock.today():%Y-%m-%d}.pdf"
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


@supervision.get("/packs/<int:pack_id>/present")
@database.writes
def present(pack_id: int) -> str:
    """One step: a moment, then the same with what the group is asked. Each is looked up when it is come to."""
    session, trainer = database.session(), acting()
    shown = services.get(session, trainer, pack_id)
    last = 2 * len(shown.places) + 1  # the title, two of each place, and the end
    step = min(paging.wanted(request.args.get("step")) - 1, last)
    if step == 0 and not wants_fragment():
        services.note(session, trainer, shown, "presented")
    place = shown.places[(step - 1) // 2] if 0 < step < last else None
    page = "supervision/stage.html" if wants_fragment() else "supervision/present.html"
    return render_template(
        page,
        whole=shown,
        pack=shown.pack,
        place=place,
        step=step,
        last=last,
        asks=step % 2 == 0,
        taken_back=services.TAKEN_BACK,
    )
