"""The workbench: one coding of one segment, blind to the machine and to other coders. Works without scripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from webapp import database
from webapp.accounts.session import acting
from webapp.coding import forms
from webapp.coding.routes.blueprint import coding
from webapp.coding.services import codings, legend
from webapp.coding.services.codings import Moved, Opened
from webapp.errors import NotFound, Refused
from webapp.practice.services import recordings
from webapp.wording import count

Answer = Response | str | tuple[str | Response, int]


@coding.get("/<int:coding_id>")
@database.writes
def workbench(coding_id: int) -> Answer:
    """A coding of hers, to go on with or, once it is finished, to read."""
    opened = _opened(coding_id)
    session = database.session()
    recordings.looked_at(session, acting(), opened.recording, "opened")
    session.commit()
    return _page(opened)


@coding.post("/<int:coding_id>/keep")
def keep(coding_id: int) -> Answer:
    """Keep what the page's script says was changed. Where more was changed elsewhere, the answer says how it stands."""
    opened, person = _opened(coding_id), acting()
    before = opened.coding.revision
    try:
        changes, seen = forms.from_script(request.get_json(silent=True))
        revision = codings.keep(database.session(), person, opened, changes, seen)
    except Refused as error:
        return jsonify(wrong=str(error)), error.status
    except Moved as error:
        return jsonify(wrong=str(error), seen=before, parses=opened.parses), error.status
    if seen != before:
        return jsonify(seen=revision, parses=opened.parses)
    return jsonify(seen=revision)


@coding.post("/<int:coding_id>")
def write(coding_id: int) -> Answer:
    """Keep the whole page, sent as a form."""
    opened, session = _opened(coding_id), database.session()
    try:
        changes = forms.from_form(request.form, opened.turns, opened.parses)
        codings.keep(session, acting(), opened, changes, forms.seen(request.form))
    except (Refused, Moved) as error:
        database.look_again(session)
        wrong = str(error) if isinstance(error, Refused) else _MOVED
        return _page(_opened(coding_id), wrong=wrong, sent=request.form), error.status
    flash(f"Kept: {count(len(changes), 'turn')} changed." if changes else "Nothing was changed.")
    return _back(coding_id)


@coding.post("/<int:coding_id>/finish")
def finish(coding_id: int) -> Answer:
    """Say that it is done."""
    return _finished(coding_id, codings.finish, "Finished. You can read it here, and open it again if need be.")


@coding.post("/<int:coding_id>/reopen")
def reopen(coding_id: int) -> Answer:
    """Go on with what was finished."""
    return _finished(coding_id, codings.reopen, "Open again. Finish it once more when you are done.")


_MOVED = (
    "This coding was changed in another tab or window meanwhile, so nothing was kept just now. What you chose is "
    "still chosen below: look it over, and keep it again."
)

_CLOSED = (
    "There is no such coding, or its recording is not open to you any more. What you had kept is there again if the "
    "recording is shared with you again, unless it was deleted."
)


def _finished(coding_id: int, work: Any, words: str) -> Answer:
    opened, session = _opened(coding_id), database.session()
    try:
        work(session, acting(), opened)
    except Refused as error:
        database.look_again(session)
        return _page(_opened(coding_id), wrong=str(error)), error.status
    flash(words)
    return _back(coding_id)


def _opened(coding_id: int) -> Opened:
    """One that she makes herself, or what is agreed between two, hers among them."""
    try:
        opened = codings.get(database.session(), acting(), coding_id)
    except NotFound:
        raise NotFound(_CLOSED) from None
    return opened


def _back(coding_id: int) -> Response:
    return redirect(url_for("coding.workbench", coding_id=coding_id))  # type: ignore[return-value]


def _page(opened: Opened, *, wrong: str = "", sent: Any = None) -> str:
    spoken: dict[int, list[Any]] = {turn.n: [] for turn in opened.turns}
    for one in opened.said:
        spoken[one.n].append(one)
    sides = {side: legend.of(side) for side in legend.SIDES}
    return render_template(
        "coding/workbench.html",
        opened=opened,
        recording=opened.recording,
        said=[(turn, spoken[turn.n]) for turn in opened.turns],
        sides=sides,
        codes={entry.short: entry for entries in sides.values() for entry in entries},
        chosen=lambda one: forms.chosen(sent or {}, one),
        sent=sent or {},
        wrong=wrong,
        data=_data(opened, sides),
    )


def _data(opened: Opened, sides: dict[Any, tuple[legend.Entry, ...]]) -> dict[str, Any]:
    """What the script needs beside the words, which it reads off the page."""
    turns = [
        {"n": turn.n, "speaker": turn.speaker, "start": turn.start, "end": turn.end, "starts": turn.starts}
        for turn in opened.turns
    ]
    return {
        "coding": opened.coding.id,
        "seen": opened.coding.revision,
        "keep": url_for("coding.keep", coding_id=opened.coding.id),
        "token": generate_csrf(),
        "segment": {"start": opened.segment.start, "end": opened.segment.end},
        "turns": turns,
        "parses": opened.parses,
        "codes": {entry.short: asdict(entry) for entries in sides.values() for entry in entries},
    }
