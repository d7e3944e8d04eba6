"""What follows from putting a recording right and needs the language models: codes of new words, feedback.

Runs in the worker. Nothing is locked while the models think; what they say is kept only if nothing was changed
meanwhile, for then a later piece of work does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from fidelity.codebook import PRACTITIONER_BEHAVIOURS
from fidelity.config import DRIFTS, ScoreOptions
from fidelity.conversation import Analysis, CodedTurn, CodedUtterance, Turn, Utterance
from fidelity.score import score
from webapp import database, jobs
from webapp.learning.services import hearing
from webapp.practice.queries import recordings as queries
from webapp.practice.services import analyses, corrections, present, texts
from webapp.practice.services.corrected import Corrected, apply, key
from webapp.practice.tables import Recording


def refresh(session: Session, recording_id: int, revision: int) -> None:
    """Code what was put right anew and make the feedback anew, if the recording is still at ``revision``."""
    from fidelity.feedback import give_feedback

    recording = _at(session, recording_id, revision)
    if recording is None or present.up_to_date(session, recording):
        return
    machine = present.base(session, recording)
    changes, said = present.changes(session, recording), dict(present.codes(session, recording))
    jobs.let_go(session)
    calibration = database.settings_of(session).calibration_folder
    said |= _recoded(apply(machine.turns, changes, said), calibration, machine.settings.get("calibration"))
    turns = apply(machine.turns, changes, said).turns
    scores = score(turns, ScoreOptions.of(machine.settings))
    made = replace(machine, turns=turns, scores=scores, feedback=give_feedback(turns, scores))
    recording = _at(session, recording_id, revision)
    if recording is not None:
        present.keep_codes(session, recording, said)
        analyses.keep_scores(session, recording, made)


def exchange(session: Session, recording_id: int) -> int | None:
    """Exchange practitioner and client in the whole conversation where that is wanted; the revision it is then at."""
    from fidelity.pipeline import Options, code

    recording = session.get(Recording, recording_id)
    if recording is None or corrections.wants_exchange(session, recording) == recording.swapped:
        return None
    machine = present.base(session, recording, texts.MACHINE)
    jobs.let_go(session)
    calibration = database.settings_of(session).calibration_folder
    coded = code([_bare(turn) for turn in machine.turns], Options(swap=True, calibration=calibration))
    other = _calibrated_as(coded, replace(machine, turns=coded.turns, scores=coded.scores, feedback=coded.feedback))
    recording = session.get(Recording, recording_id, populate_existing=True)
    if recording is None:
        return None
    texts.keep(session, recording, texts.SWAPPED, other.to_json())
    wanted = corrections.wants_exchange(session, recording)
    if wanted == recording.swapped:
        return None
    recording.swapped, recording.revision = wanted, recording.revision + 1
    session.flush()
    corrections.rescore(session, recording, present.base(session, recording))
    return recording.revision


def left_behind(session: Session) -> list[tuple[int, int, bool]]:
    """Recordings whose codes and feedback do not follow yet: number, revision, whether an exchange is wanted."""
    found = (session.get_one(Recording, number) for number in queries.not_up_to_date(session, texts.RECODED))
    return [(one.id, one.revision, corrections.wants_exchange(session, one) != one.swapped) for one in found]


def _calibrated_as(coded: Analysis, whole: Analysis) -> Analysis:
    """The whole analysis, which says of its local calibration what the codes it took over were coded with."""
    keys = ("calibration", *DRIFTS)
    return replace(
        whole,
        settings={k: v for k, v in whole.settings.items() if k not in keys}
        | {k: v for k, v in coded.settings.items() if k in keys},
        models=tuple(m for m in whole.models if m.name != "calibration")
        + tuple(m for m in coded.models if m.name == "calibration"),
    )


def _at(session: Session, recording_id: int, revision: int) -> Recording | None:
    found = session.get(Recording, recording_id, populate_existing=True)
    return found if found is not None and found.revision == revision else None


def _recoded(now: Corrected, calibration: Path | None, sha256: str | None) -> Mapping[str, CodedUtterance]:
    """What the models say of each utterance that waits for it, in its place in the conversation.

    Calibrated only as the analysis says it was (``sha256``): no other calibration is mixed into it.
    """
    waiting = now.waiting
    if not waiting:
        return {}
    by_person = [replace(t, speaker=mark.speaker) for t, mark in zip(now.turns, now.marks, strict=True)]
    coder = hearing.coder(calibration if sha256 else None)
    if coder.local is not None and coder.local.sha256 != sha256:
        coder = hearing.coder()
    only = set(waiting)
    known = {t.n: _does(t) for t in by_person if t.n not in only and t.behaviour in PRACTITIONER_BEHAVIOURS}
    coded = coder.code([_bare(turn) for turn in by_person], only=only, known=known)
    return {
        key(coded[n].speaker, said): said
        for n in waiting
        for said, mark in zip(coded[n].utterances, now.marks[n].said, strict=True)
        if mark.waits
    }


def _does(turn: CodedTurn) -> dict[str, float]:
    """What a practitioner's turn mainly does: as likely as the machine found it, or as a person's codes have it."""
    return dict(turn.behaviour_probabilities) or {b: float(b == turn.behaviour) for b in PRACTITIONER_BEHAVIOURS}


def _bare(turn: CodedTurn) -> Turn:
    """A turn as it was before it was coded."""
    return Turn(
        n=turn.n,
        speaker=turn.speaker,
        text=turn.text,
        start=turn.start,
        end=turn.end,
        voice=turn.voice,
        certainty=turn.certainty,
        utterances=tuple(Utterance(u=u.u, text=u.text, start=u.start, end=u.end) for u in turn.utterances),
    )
