"""Putting a recording right: one change after another, each of which can be taken back. The owner's alone, but for
settling a code that she disputed, which is her trainers'.

A change carries the revision that its page showed. If the recording was changed in another tab meanwhile, numbers of
turns may mean others now, so nothing is done and the person is told. Measures follow at once; what needs the language
models (codes of new words, feedback) follows from the worker: see refreshing.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy.orm import Session

from fidelity.config import ScoreOptions
from fidelity.conversation import Analysis, CodedTurn, Feedback, Moment
from fidelity.score import score
from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.errors import DomainError, Refused
from webapp.practice.queries import recordings as queries
from webapp.practice.services import analyses, present, texts, told
from webapp.practice.services.corrected import Change, Corrected
from webapp.practice.services.sense import problem
from webapp.practice.tables import Correction, Recording, State
from webapp.text import tidy

SWAP, SETTLE = "swap", "settle"
KINDS = ("words", "split", "join", "speaker", "leave_out", "put_back", "code", SWAP)
LONGEST_TEXT = 2000  # characters of one utterance
LONGEST_REASON = 500
_MOST = 2000  # changes of one recording: enough to write a long conversation anew, too few to fill a disk


class Moved(DomainError):
    """The recording was changed elsewhere after the page was made."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "This conversation was changed in another tab or window meanwhile, so this was not done yet. Here is how "
            "it stands now: look at it, and send it once more if it still fits."
        )


def check(recording: Recording) -> None:
    """See that there is something to put right.

    Raises:
        Refused: the work on it is not done.
    """
    if recording.state != State.READY:
        raise Refused("This recording is not ready yet. When it is, you can put right what was heard.")


def correct(session: Session, person: Person, recording: Recording, change: Change, *, revision: int) -> None:
    """Put one thing right, and score the conversation anew.

    Raises:
        Refused: it makes no sense, or the recording is not ready.
        Moved: the recording is no longer at ``revision``.
    """
    check(recording)
    change = _tidied(change, (SETTLE,) if person.id != recording.owner_id else KINDS)
    rows = queries.corrections(session, recording.id)
    if recording.revision == revision + 1 and rows and _same(present.change(session, recording, rows[-1]), change):
        return  # the same form, sent twice
    _still_at(recording, revision)
    if len(rows) >= _MOST:
        raise Refused(f"{_MOST} changes are the most for one recording. Take some back before you make more.")
    machine = present.base(session, recording)
    now = present.corrected(session, recording, by_machine=machine)
    before = after = ""
    if change.kind != SWAP:
        wrong = problem(now, change)
        if wrong:
            raise Refused(wrong)
        if change.kind == "split":
            change = replace(change, at=_when(session, recording, now.turns[change.n], change))
        before, after = told.before_and_after(now, change)
    kept = {**asdict(change), "before": before, "after": after}
    del kept["kind"]
    session.add(
        Correction(
            recording_id=recording.id,
            person_id=person.id,
            at=clock.now(),
            kind=change.kind,
            told=present.closed(session, recording, kept),
        )
    )
    audit.record(session, "recording.correct", actor=person, subject_id=recording.id, kind=change.kind)
    _settle(session, recording, machine)


def take_back(session: Session, person: Person, recording: Recording, *, revision: int) -> None:
    """Take back the last change that was not taken back before.

    Raises:
        Refused: there is none.
        Moved: the recording is no longer at ``revision``.
    """
    check(recording)
    _still_at(recording, revision)
    rows = queries.corrections(session, recording.id)
    if not rows:
        raise Refused("There is nothing to take back: this is how the machine heard it.")
    if rows[-1].person_id != person.id:
        raise Refused(
            "The last change is your trainer's, who settled a code. If you still see it differently, give the code "
            "once more and say why."
        )
    rows[-1].withdrawn_at = clock.now()
    audit.record(session, "recording.take_back", actor=person, subject_id=recording.id, kind=rows[-1].kind)
    _settle(session, recording, present.base(session, recording))


def wants_exchange(session: Session, recording: Recording) -> bool:
    """Whether practitioner and client are to be exchanged, as the changes say; the worker may not have done it yet."""
    return sum(row.kind == SWAP for row in queries.corrections(session, recording.id)) % 2 == 1


def rescore(session: Session, recording: Recording, machine: Analysis) -> tuple[Corrected, Analysis]:
    """Score the conversation as it stands and keep that, with what still holds of the feedback."""
    now = present.corrected(session, recording, by_machine=machine)
    kept, _ = analyses.now(session, recording)
    made = replace(
        kept,
        turns=now.turns,
        scores=score(now.turns, ScoreOptions.of(kept.settings)),
        feedback=_still_there(kept.feedback, now.turns),
    )
    analyses.keep_scores(session, recording, made)
    return now, made


def _settle(session: Session, recording: Recording, machine: Analysis) -> None:
    recording.revision += 1
    session.flush()
    wanted = wants_exchange(session, recording)
    if wanted != recording.swapped and (not wanted or texts.made_for(session, recording, texts.SWAPPED) is not None):
        recording.swapped = wanted
        machine = present.base(session, recording)
    rescore(session, recording, machine)


def _still_at(recording: Recording, revision: int) -> None:
    if recording.revision != revision:
        raise Moved


def _tidied(change: Change, kinds: Sequence[str]) -> Change:
    if change.kind not in kinds:
        raise Refused("The page did not say what to put right. Load it again.")
    change = replace(change, text=tidy(change.text), reason=tidy(change.reason))
    if len(change.text) > LONGEST_TEXT:
        raise Refused(f"That is too long: {LONGEST_TEXT:,} characters are the most for one part of a turn.")
    if len(change.reason) > LONGEST_REASON:
        raise Refused(f"That is too long: {LONGEST_REASON} characters are the most for a reason.")
    return change


def _same(one: Change, other: Change) -> bool:
    return replace(one, at=None) == replace(other, at=None)


def _when(session: Session, recording: Recording, turn: CodedTurn, change: Change) -> float | None:
    """When word ``k`` of an utterance begins, if the words that were heard there are as many as it has now."""
    said = turn.utterances[change.u]
    if said.start is None or said.end is None or not change.k:
        return None
    heard = [
        word
        for words in analyses.words(session, recording)
        for word in words
        if said.start <= word.start and word.end <= said.end
    ]
    return heard[change.k].start if len(heard) == len(said.text.split()) else None


def _still_there(feedback: Feedback, turns: tuple[CodedTurn, ...]) -> Feedback:
    """Feedback without the moments that are no longer as it says; the rest points at where they are now."""
    places = {(u.text, u.end, u.code): (turn.n, u.u) for turn in turns for u in turn.utterances}

    def kept(moments: tuple[Moment, ...]) -> tuple[Moment, ...]:
        found = [(moment, places.get((moment.said, moment.end, moment.code))) for moment in moments]
        return tuple(replace(moment, n=place[0], u=place[1]) for moment, place in found if place is not None)

    return replace(feedback, went_well=kept(feedback.went_well), moments=kept(feedback.moments))
