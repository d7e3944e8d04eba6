"""Who has finished what, on a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Flask, Response, current_app, render_template, request

from webapp import clock, csv_file, database, paging
from webapp.accounts.session import acting
from webapp.accounts.tables import Person
from webapp.interchange.forms import FindCompletions
from webapp.interchange.routes.blueprint import interchange
from webapp.interchange.services import completions as services
from webapp.interchange.services.completions import Line, Wanted

HEADS = (
    "Person",
    "E-mail",
    "Team",
    "Discipline",
    "Course",
    "Module",
    "Finished on",
    "Score of the check (%)",
    "Certificate code",
)


@interchange.get("/completions")
def completions() -> str:
    """Who has finished what, newest first."""
    session, actor, form = database.session(), acting(), _form()
    number = paging.wanted(request.args.get("page"))
    found = services.page(session, actor, form.wanted(), number) if form.validate() else None
    return render_template("interchange/completions.html", form=form, found=found)


@interchange.post("/completions/export")
def export_completions() -> Response | tuple[str, int]:
    """All of it as CSV. It is sent, not fetched, because that somebody took it is written down."""
    actor, form = acting(), _form()
    if not form.validate():
        return render_template("interchange/completions.html", form=form, found=None), 422
    wanted = form.wanted()
    services.note_export(database.session(), actor, wanted)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return csv_file.streamed(HEADS, _pieces(app, actor, wanted), f"completions-{clock.today():%Y-%m-%d}.csv")


def _pieces(app: Flask, actor: Person, wanted: Wanted) -> Iterator[Sequence[Sequence[object]]]:
    """The rows of the file. The request's own session is over by the time they are asked for."""
    place = None
    while True:
        with database.reading(app) as session:
            lines, place = services.piece(session, actor, wanted, place)
        yield [_row(line) for line in lines]
        if place is None:
            return


def _row(line: Line) -> Sequence[object]:
    return (
        line.who.name,
        line.who.email,
        line.who.team,
        line.who.discipline,
        line.course,
        line.module,
        f"{line.at.astimezone(clock.HERE):%Y-%m-%d}",
        line.score,
        line.certificate,
    )


def _form() -> FindCompletions:
    form = FindCompletions(request.values)
    form.offer(services.offered(database.session(), acting()))
    return form
