"""A trainer's cohorts, and the packs she makes for one of them."""

from __future__ import annotations

from flask import Response, flash, render_template, request

from webapp import database, paging
from webapp.accounts.session import acting
from webapp.cohorts.services.course import PEOPLE
from webapp.errors import Refused
from webapp.organisation.services import cohorts as organisation
from webapp.supervision.forms import in_order
from webapp.supervision.routes.blueprint import supervision, to
from webapp.supervision.services import held as held_services
from webapp.supervision.services import overview, prompts
from webapp.supervision.services import packs as services
from webapp.supervision.services.packs import Shown, Whole
from webapp.wording import count

Answer = Response | str | tuple[str, int]


@supervision.get("")
def home() -> str:
    """The cohorts that are open to her, with what was held."""
    found = overview.of(database.session(), acting(), paging.wanted(request.args.get("page")))
    return render_template("supervision/home.html", found=found)


@supervision.get("/cohorts/<int:cohort_id>")
def cohort(cohort_id: int) -> str:
    """Her packs for a cohort, and what was held with it."""
    session, trainer = database.session(), acting()
    shown = organisation.get(session, trainer, cohort_id)
    return render_template(
        "supervision/cohort.html",
        cohort=shown,
        packs=services.find(session, trainer, shown, paging.wanted(request.args.get("packs"))),
        found=held_services.find(session, shown, paging.wanted(request.args.get("page"))),
    )


@supervision.route("/cohorts/<int:cohort_id>/packs/new", methods=["GET", "POST"])
def new_pack(cohort_id: int) -> Answer:
    """Choose moments for a new pack."""
    session, trainer = database.session(), acting()
    shown = organisation.get(session, trainer, cohort_id)
    chosen = in_order(request.form, "moment")
    wrong = ""
    if request.method == "POST":
        try:
            made = services.make(session, trainer, shown, request.form.get("title", ""), chosen)
        except Refused as error:
            wrong = str(error)
            database.look_again(session)
            shown = organisation.get(session, trainer, cohort_id)
        else:
            flash("The pack is made. Read each moment, and cover what still tells too much.")
            return to("pack", pack_id=made.id)
    page = render_template(
        "supervision/new_pack.html",
        cohort=shown,
        moments=services.can_be_picked(session, trainer),
        chosen=chosen,
        title=request.form.get("title", ""),
        small=len(organisation.everybody(session, shown)) < PEOPLE,
        wrong=wrong,
    )
    return (page, 400) if wrong else page


@supervision.route("/packs/<int:pack_id>", methods=["GET", "POST"])
def pack(pack_id: int) -> Answer:
    """A pack, to be put in order; its name is sent here."""
    session, trainer = database.session(), acting()
    shown = services.get(session, trainer, pack_id)
    if request.method == "GET":
        return _page(shown)
    try:
        services.rename(session, shown, request.form.get("title", ""))
    except Refused as error:
        return _page(shown, wrong=str(error)), error.status
    flash("Kept.")
    return to("pack", pack_id=pack_id)


@supervision.post("/packs/<int:pack_id>/add")
def add_moments(pack_id: int) -> Answer:
    """Put more moments at the end."""
    session, trainer = database.session(), acting()
    shown = services.get(session, trainer, pack_id)
    try:
        added, gone = services.add(session, trainer, shown, in_order(request.form, "moment"))
    except Refused as error:
        return _page(shown, wrong=str(error)), error.status
    told = f"{count(added, 'moment')} added." if added else "No moment was added."
    flash(f"{told} {count(gone, 'moment')} had been taken back meanwhile." if gone else told)
    return to("pack", pack_id=pack_id)


@supervision.post("/packs/<int:pack_id>/places/<int:place_id>")
def change_place(pack_id: int, place_id: int) -> Answer:
    """Keep a prompt and cover words, or move a place, or take it out."""
    session, trainer = database.session(), acting()
    shown = services.get(session, trainer, pack_id)
    place = services.place_of(shown, place_id)
    do = request.form.get("do")
    if do in ("up", "down"):
        services.move(session, shown, place, -1 if do == "up" else 1)
    elif do == "remove":
        services.remove(session, place)
        flash("It is out of the pack.")
        return to("pack", pack_id=pack_id)
    else:
        kind, text = request.form.get("kind", ""), request.form.get("text", "")
        if do == "suggest" and place.moment is not None:
            text = prompts.suggestion(place.moment.skill, kind)
        try:
            services.keep(session, shown, place, kind, text, request.form.get("more", ""))
        except Refused as error:
            database.look_again(session)
            again = services.get(session, trainer, pack_id)
            return _page(again, wrong=str(error), again=place_id), error.status
        flash("Kept.")
    return to("pack", pack_id=pack_id, _anchor=f"place-{place_id}")


@supervision.post("/packs/<int:pack_id>/delete")
def delete_pack(pack_id: int) -> Response:
    """Delete a pack."""
    session, trainer = database.session(), acting()
    shown = services.get(session, trainer, pack_id)
    cohort_id = shown.cohort.id
    services.delete(session, trainer, shown)
    flash("The pack is deleted. The moments stay with those who shared them.")
    return to("cohort", cohort_id=cohort_id)


def _page(shown: Whole, wrong: str = "", again: int = 0) -> str:
    """The page of a pack; ``again`` is the place whose form is shown as it was sent."""

    def kind(place: Shown) -> str:
        return request.form.get("kind", place.kind) if place.id == again else place.kind

    def text(place: Shown) -> str:
        return request.form.get("text", place.prompt) if place.id == again else place.prompt

    return render_template(
        "supervision/pack.html",
        whole=shown,
        pack=shown.pack,
        cohort=shown.cohort,
        places=shown.places,
        moments=services.can_be_picked(database.session(), acting(), shown),
        kinds=prompts.kinds(),
        kind=kind,
        text=text,
        again=again,
        more=request.form.get("more", ""),
        longest=prompts.LONGEST,
        wrong=wrong,
    )
