"""What a service asks for: the list of levels, the page that makes and changes one, and the rules of it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, flash, redirect, render_template, request, url_for

from webapp import database
from webapp.accounts.session import acting
from webapp.accounts.tables import Role
from webapp.coaching.services import scales
from webapp.errors import Refused
from webapp.learning.services import courses
from webapp.levels.forms import LevelForm, wrong
from webapp.levels.routes.blueprint import levels
from webapp.levels.services import levels as services
from webapp.levels.services import rules as kinds
from webapp.levels.services.levels import Asked
from webapp.levels.services.rules import Rule

Answer = Response | str | tuple[str, int]


@levels.get("", endpoint="levels")
def every() -> str:
    """All levels, and what they ask for."""
    session, actor = database.session(), acting()
    found = services.every(session, actor)
    return render_template("levels/levels.html", found=found, may_change=actor.role == Role.ADMINISTRATOR)


@levels.get("/rules")
def rules() -> str:
    """What levels are for, who decides, what the engine may not do, and how to object."""
    return render_template("levels/rules.html")


@levels.route("/new", methods=["GET", "POST"])
def add() -> Answer:
    """Make a level."""
    return _form(None)


@levels.route("/<int:level_id>/edit", methods=["GET", "POST"])
def edit(level_id: int) -> Answer:
    """Change a level."""
    return _form(services.get(database.session(), acting(), level_id))


@levels.post("/<int:level_id>/aside")
def aside(level_id: int) -> Response:
    """Put a level aside, take it up again, or remove it where nobody was ever signed for it."""
    session, actor = database.session(), acting()
    level, do = services.get(session, actor, level_id).level, request.form.get("do")
    if do == "aside":
        services.put_aside(session, actor, level)
        flash(f"{level.name} is put aside. Nobody is signed off for it now; what was signed stays.")
    elif do == "again":
        services.take_up(session, actor, level)
        flash(f"{level.name} counts again.")
    elif do == "remove":
        try:
            services.remove(session, actor, level)
            flash(f"{level.name} is removed.")
        except Refused as error:
            flash(str(error), "careful")
    return redirect(url_for("levels.levels"))  # type: ignore[return-value]


def _form(found: Asked | None) -> Answer:
    session, actor = database.session(), acting()
    shown: Sequence[Rule] = found.rules if found else ()
    if request.method == "GET":
        form = LevelForm(formdata=None, obj=found.level if found else None)
        return _page(form, found, shown, {})
    form = LevelForm()
    form.validate()  # the token alone: what else is wrong, the service says
    sent = form.rules()
    if form.do.data != "save":
        return _page(form, found, sent, {}, at=len(sent) - 1 if (form.do.data or "").startswith("add-") else None)
    name, purpose = form.name.data or "", form.purpose.data or ""
    try:
        if found is None:
            made = services.add(session, actor, name, purpose, sent)
        else:
            made = services.change(session, actor, found, name, purpose, sent, since=form.seen.data)
    except Refused as error:
        database.look_again(session)
        found = services.get(session, actor, found.level.id) if found else None
        return _page(form, found, sent, wrong(error)), error.status
    flash(f"{made.name} is kept. It is version {made.version} of what it asks for.")
    return redirect(url_for("levels.levels"))  # type: ignore[return-value]


def _page(
    form: LevelForm, found: Asked | None, sent: Sequence[Rule], faults: Mapping[str, str], *, at: int | None = None
) -> str:
    known = courses.every(database.session())
    return render_template(
        "levels/form.html",
        form=form,
        found=found,
        seen=(form.seen.data or "") if form.is_submitted() else services.seen(found) if found else "",
        rules=sent,
        faults=faults,
        at=at,
        kinds=kinds,
        measure_choices=[(name, one.of_a_group) for name, one in kinds.measures().items()],
        scale_choices=[(name, one.title) for name, one in scales.catalogue().items()],
        course_choices=[(course.slug, course.title) for course in known],
        courses=known,
    )
