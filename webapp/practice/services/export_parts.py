"""What an export says of each recording, and of all of them: one function a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from fidelity.conversation import Analysis
from webapp import clock, csv_file, secrets_box
from webapp.accounts.tables import ROLE_NAMES, Person
from webapp.coaching.services import coaching
from webapp.coding.services import own_files
from webapp.errors import NotFound
from webapp.organisation.services import people
from webapp.practice.queries import owning as queries
from webapp.practice.services import about, analyses, comments, masks, own_view, present, teaching
from webapp.practice.tables import Recording
from webapp.supervision.services import held

CannotOpen = secrets_box.CannotOpen
CANNOT = "This could not be opened: the key of the installation is not the one it was closed with.\n"


def account(session: Session, person: Person) -> str:
    """Who she is here."""
    cohorts = "; ".join(cohort.name for cohort in people.cohorts_of(session, person))
    return csv_file.as_csv(
        ("name", "e-mail", "role", "discipline", "cohorts", "here since"),
        [(person.name, person.email, ROLE_NAMES[person.role], person.discipline, cohorts, _when(person.created_at))],
    )


def _about(session: Session, recording: Recording) -> str:
    return _json(
        {
            "title": recording.title,
            "kind": recording.kind,
            "held_on": recording.held_on.isoformat(),
            "brought_in": _when(recording.created_at),
            "seconds": recording.duration,
            "state": recording.state,
            **asdict(about.read(session, recording)),
        }
    )


def _transcript(session: Session, recording: Recording) -> str:
    from fidelity import report

    found = _analysis(session, recording)
    return report.vtt(found) if found else ""


def _utterances(session: Session, recording: Recording) -> str:
    from fidelity import report

    found = _analysis(session, recording)
    return report.csv(found) if found else ""


def _whole(session: Session, recording: Recording) -> str:
    found = _analysis(session, recording)
    return found.to_json() if found else ""


def _corrections(session: Session, recording: Recording) -> str:
    found = [
        {
            "at": _when(row.at),
            "by": who,
            "kind": row.kind,
            "taken_back_at": _when(row.withdrawn_at),
            **present.read(session, recording, row),
        }
        for row, who in queries.corrections(session, recording)
    ]
    return _json(found) if found else ""


def _own_view(session: Session, recording: Recording) -> str:
    told = own_view.read(session, session.get_one(Person, recording.owner_id), recording)
    return _json(asdict(told)) if told is not None and told != own_view.Answers() else ""


def _comments(session: Session, recording: Recording) -> str:
    owner = session.get_one(Person, recording.owner_id)
    rows = [
        (_when(said.at), said.who, "" if thread.moment is None else thread.moment, said.text)
        for thread in comments.of(session, owner, recording)
        for said in thread.said
    ]
    return csv_file.as_csv(("when", "who", "seconds into it", "comment"), rows) if rows else ""


def _coaching(session: Session, recording: Recording) -> str:
    found = [
        {
            "trainer": one.trainer,
            "sent_at": _when(one.sent_at),
            **asdict(one.told),
            "ratings": {given.scale.name: given.value for given in one.ratings},
        }
        for one in coaching.received(session, recording)
    ]
    return _json(found) if found else ""


def _teaching(session: Session, recording: Recording) -> str:
    found = [
        {
            "state": one.moment.state,
            "asked_by": one.asked_by,
            "at": _when(one.moment.at),
            "changed_at": _when(one.moment.changed_at),
            "skill": one.skill,
            "shows": one.shows,
            "those_recorded_agreed_to_teaching": one.moment.consented,
            "what_others_see": [[line.voice, line.text] for line in one.lines],
        }
        for one in teaching.of(session, recording)
    ]
    return _json(found) if found else ""


def _codings(session: Session, recording: Recording) -> str:
    found = own_files.of_recording(session, recording)
    return _json(found) if found else ""


def _names(session: Session, recording: Recording) -> str:
    rows = [(mask.text, mask.kind, mask.times, mask.state, mask.covered) for mask in masks.every(session, recording)]
    return csv_file.as_csv(("name", "kind", "times", "chosen", "covered"), rows) if rows else ""


OF_RECORDING: Mapping[str, Callable[[Session, Recording], str]] = {
    "about.json": _about,
    "transcript.vtt": _transcript,
    "utterances.csv": _utterances,
    "analysis.json": _whole,
    "corrections.json": _corrections,
    "own-view.json": _own_view,
    "comments.csv": _comments,
    "coaching.json": _coaching,
    "codings.json": _codings,
    "names.csv": _names,
    "teaching.json": _teaching,
}
"""What is said of each recording, by the name of the file; no file where it is empty."""


def across(session: Session, person: Person) -> Iterator[tuple[str, str]]:
    """What is said of all recordings together: name and text of each file."""
    numbers = ("value", "low", "high", "n")
    rows = [
        (recording, held_on, measure.name, *(getattr(measure, name) for name in numbers))
        for recording, held_on, measure in queries.all_measures(session, person)
    ]
    yield "measures.csv", csv_file.as_csv(("recording", "held on", "measure", *numbers), rows)
    kept = [
        (k.held_on, k.kind, k.name, *(getattr(k, name) for name in numbers))
        for k in queries.kept_counts(session, person)
    ]
    yield "kept-counts.csv", csv_file.as_csv(("held on", "kind", "measure", *numbers), kept)
    goals = [(_when(g.chosen_at), g.name, g.recording_id, _when(g.ended_at)) for g in queries.goals(session, person)]
    yield "goals.csv", csv_file.as_csv(("chosen", "goal", "recording", "ended"), goals)
    shares = [
        (share.recording_id, who, _when(share.shared_at), _when(share.withdrawn_at))
        for share, who in queries.shares_of(session, person)
    ]
    yield "sharing.csv", csv_file.as_csv(("recording", "who", "from", "until"), shares)
    attended = [
        {"held_on": one.held.held_on.isoformat(), "minutes": one.held.minutes, "cohort": one.cohort, **asdict(one.note)}
        for one in held.mine(session, person)
    ]
    if attended:
        yield "supervision.json", _json(attended)
    yield from _coded(session, person)


def _coded(session: Session, person: Person) -> Iterator[tuple[str, str]]:
    """What she coded by hand herself: of others, and of bundled conversations for practice."""
    try:
        others = own_files.of_others(session, person)
    except CannotOpen:
        yield "coded-by-you.json.txt", CANNOT
    else:
        if others:
            yield "coded-by-you.json", _json(others)
    tries = own_files.tries(session, person)
    if tries:
        yield "calibrations.json", _json(tries)


def _analysis(session: Session, recording: Recording) -> Analysis | None:
    try:
        return analyses.shown(session, recording)
    except NotFound:
        return None


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _when(at: datetime | None) -> str:
    return f"{at.astimezone(clock.HERE):%Y-%m-%d %H:%M}" if at else ""
