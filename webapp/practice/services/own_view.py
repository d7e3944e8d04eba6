"""How she saw the conversation herself, before the feedback: encrypted, and read for nobody but her."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from webapp import clock, secrets_box
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.practice.tables import OwnView, Recording

LONGEST = 2000  # characters of one answer
LISTENED = {
    1: "Mostly I told or advised",
    2: "More telling than listening",
    3: "About half and half",
    4: "More listening than telling",
    5: "Mostly I listened",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """Her answers; those she left out are empty, ``listened`` is 0."""

    well: str = ""
    listened: int = 0
    hardest: str = ""
    look_at: str = ""


def keep(session: Session, person: Person, recording: Recording, answers: Answers) -> None:
    """Keep her answers in place of earlier ones; with none at all it is skipped.

    Raises:
        NotFound: the recording is somebody else's.
        Refused: an answer is too long, or none of those there are.
    """
    _hers(person, recording)
    if any(len(text) > LONGEST for text in (answers.well, answers.hardest, answers.look_at)):
        raise Refused(f"That is too long. {LONGEST:,} characters are the most for each answer.")
    if answers.listened and answers.listened not in LISTENED:
        raise Refused("Choose one of the five, or none.")
    closed = None
    if answers != Answers():
        told = json.dumps(asdict(answers), ensure_ascii=False).encode()
        closed = secrets_box.of(session).encrypt(told, purpose=_purpose(recording))
    session.merge(OwnView(recording_id=recording.id, answers=closed, at=clock.now()))
    session.flush()


def read(session: Session, person: Person, recording: Recording) -> Answers | None:
    """Her answers, empty where she skipped them; nothing where she was not asked yet.

    Raises:
        NotFound: the recording is somebody else's.
    """
    _hers(person, recording)
    found = session.get(OwnView, recording.id)
    if found is None:
        return None
    if found.answers is None:
        return Answers()
    return Answers(**json.loads(secrets_box.of(session).decrypt(found.answers, purpose=_purpose(recording))))


def _hers(person: Person, recording: Recording) -> None:
    if recording.owner_id != person.id:
        raise NotFound


def _purpose(recording: Recording) -> str:
    return f"own view of recording {recording.folder}"
