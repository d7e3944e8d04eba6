"""How far people are, signing somebody off, taking that back, and the certificate that anyone can check."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for

from webapp import database, paging
from webapp.accounts.session import acting
from webapp.errors import Refused
from webapp.extensions import limiter
from webapp.levels.forms import RevokeForm, SignForm, wrong
from webapp.levels.routes.blueprint import levels
from webapp.levels.services import looks, progress, sign_offs, told
from webapp.levels.services.sign_offs import Case
from webapp.levels.tables import SignOff
from webapp.organisation.services import cohorts

Answer = Response | str | tuple[str, int]


@levels.get("/mine")
def mine() -> str:
    """How far somebody is herself, and what was signed."""
    cases, signed = looks.mine(database.session(), acting())
    return render_template("levels/mine.html", cases=cases, signed=signed)


@levels.get("/cohorts/<int:cohort_id>")
def cohort(cohort_id: int) -> str:
    """How far the people of a cohort are, by name."""
    session, actor = database.session(), acting()
    shown = cohorts.get(session, actor, cohort_id)
    lines = looks.of_cohort(session, actor, shown, paging.wanted(request.args.get("page")))
    return render_template("levels/cohort.html", cohort=shown, lines=lines)


@levels.route("/<int:level_id>/people/<int:member_id>", methods=["GET", "POST"])
def person(level_id: int, member_id: int) -> Answer:
    """How far somebody is with a level, and signing her off."""
    session, actor = database.session(), acting()
    case = sign_offs.case(session, actor, level_id, member_id)
    if request.method == "GET":
        return _case(case, SignForm(formdata=None))
    form = SignForm()
    try:
        made = sign_offs.sign(
            session, actor, case, form.reason.data or "", form.exceptions(), seen=form.seen.data
        )  # fmt: skip
    except Refused as error:
        database.look_again(session)
        case = sign_offs.case(session, actor, level_id, member_id)
        return _case(case, form, wrong(error)), error.status
    flash(f"Signed. {case.person.name} has been told, and finds a certificate on her page.")
    return redirect(url_for("levels.sign_off", sign_off_id=made.id))  # type: ignore[return-value]


@levels.get("/sign-offs/<int:sign_off_id>")
def sign_off(sign_off_id: int) -> str:
    """Why somebody was signed off, and on what it stood then."""
    return _sign_off(sign_offs.get(database.session(), acting(), sign_off_id))


@levels.post("/sign-offs/<int:sign_off_id>")
def revoke(sign_off_id: int) -> Answer:
    """Take a sign-off back."""
    session, actor = database.session(), acting()
    found, form = sign_offs.get(session, actor, sign_off_id), RevokeForm()
    try:
        sign_offs.revoke(session, actor, found, form.reason.data or "")
    except Refused as error:
        database.look_again(session)
        return _sign_off(sign_offs.get(session, actor, sign_off_id), form, str(error)), error.status
    flash(f"Revoked. {found.person_name} has been told.")
    return redirect(url_for("levels.sign_off", sign_off_id=found.id))  # type: ignore[return-value]


@levels.get("/certificates/<sign_code>")
@limiter.limit("60 per minute")
def certificate(sign_code: str) -> str:
    """A certificate, for anyone who has its code: what it says, and whether it is valid."""
    return render_template(
        "levels/certificate.html", found=told.by_code(database.session(), sign_code), says=told.SAYS
    )  # fmt: skip


@levels.get("/certificates/<sign_code>/pdf")
def certificate_file(sign_code: str) -> Response:
    """Somebody's own certificate as PDF."""
    found, drawn = told.certificate(database.session(), acting(), sign_code)
    response = make_response(drawn)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{found.code}.pdf"'
    return response


def _case(case: Case, form: SignForm, faults: dict[str, str] | None = None) -> str:
    return render_template(
        "levels/person.html",
        case=case,
        form=form,
        sent=form.exceptions() if faults else {},
        faults=faults or {},
        why_not=sign_offs.why_not(acting(), case),
        longest=sign_offs.LONGEST,
    )


def _sign_off(found: SignOff, form: RevokeForm | None = None, fault: str = "") -> str:
    actor = acting()
    return render_template(
        "levels/sign_off.html",
        found=found,
        told=told.of(database.session(), found),
        hers=found.person_id == actor.id,
        form=form or RevokeForm(formdata=None),
        fault=fault,
        may_revoke=found.revoked_at is None and sign_offs.may_revoke(actor, found),
        days=progress.days,
    )
