"""Names and places that are covered in a recording: suggested by the engine, chosen by a person, then gone for good.

A mask is a word or a few, covered wherever it is said. Once covered, neither the transcript that is kept nor the sound
holds it any more; only the engine's suggestions that were refused stay as they are.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from fidelity.conversation import CodedTurn, Word
from webapp import audit, clock, secrets_box
from webapp.accounts.tables import Person
from webapp.coaching.services import coaching
from webapp.coding.services import read as coding
from webapp.errors import Refused
from webapp.practice.queries import recordings as queries
from webapp.practice.services import analyses, comments, listening, teaching, texts
from webapp.practice.tables import Mask, Recording, State
from webapp.text import tidy

if TYPE_CHECKING:
    from fidelity.masking import Name

SUGGESTED, CONFIRMED, REFUSED = "suggested", "confirmed", "refused"
MOST = 200
LONGEST = 80  # characters


@dataclass(frozen=True, slots=True)
class Shown:
    """A mask as its owner sees it: ``text`` is empty once it is covered."""

    id: int
    text: str
    kind: str
    times: int
    state: str
    covered: bool


def every(session: Session, recording: Recording) -> list[Shown]:
    """All masks of a recording, in the order they were found."""
    found = []
    for mask in queries.masks(session, recording.id):
        told = _told(session, recording, mask)
        found.append(Shown(mask.id, told["text"], told["kind"], told["times"], mask.state, mask.covered_at is not None))
    return found


def names_in(turns: Sequence[CodedTurn]) -> tuple[Name, ...]:
    """What the engine takes for names in a transcript. For the worker: it takes a while."""
    from fidelity.masking import find_names

    return find_names([turn.text for turn in turns])


def suggest(session: Session, recording: Recording, names: Sequence[Name]) -> None:
    """Suggest names to cover; those that are there already stay as they are."""
    there = {shown.text.casefold() for shown in every(session, recording)}
    for name in names[: max(0, MOST - len(there))]:
        if name.text.casefold() not in there:
            _add(session, recording, name.text, name.kind, name.times, SUGGESTED)
    texts.keep(session, recording, texts.LOOKED, "", revision=recording.revision)


def not_refused(session: Session, recording: Recording) -> list[str]:
    """The names that are suggested or chosen and still stand in the transcript."""
    return [shown.text for shown in every(session, recording) if shown.state != REFUSED and shown.text]


def choose(session: Session, person: Person, recording: Recording, *, chosen: Sequence[int], more: str = "") -> int:
    """Say which of them to cover, and what else; how many are to be covered now.

    Raises:
        Refused: the recording is not ready, or a word of hers is not said in it.
    """
    if recording.state != State.READY:
        raise Refused("The recording is not ready yet.")
    for mask in queries.masks(session, recording.id):
        if mask.covered_at is None:
            mask.state = CONFIRMED if mask.id in chosen else REFUSED
    own = [tidy(line) for line in more.splitlines() if tidy(line)]
    if own:
        _own(session, recording, own)
    session.flush()
    waiting = _waiting(session, recording)
    audit.record(session, "mask.chosen", actor=person, subject_id=recording.id, number=len(waiting))
    return len(waiting)


def _own(session: Session, recording: Recording, own: Sequence[str]) -> None:
    from fidelity.masking import COVER, cover_text

    there = {shown.text.casefold(): shown.id for shown in every(session, recording) if shown.text}
    whole = "\n".join(turn.text for turn in analyses.shown(session, recording).turns)
    for text in own:
        if len(text) > LONGEST or len(there) >= MOST:
            raise Refused(f"Write a few words a line, {LONGEST} characters at most.")
        times = cover_text(whole, [text]).count(COVER) - whole.count(COVER)
        if not times:
            raise Refused(f"We did not find “{text}” in the transcript. Write it as it stands there.")
        if text.casefold() in there:
            session.get_one(Mask, there[text.casefold()]).state = CONFIRMED
        else:
            _add(session, recording, text, "chosen by you", times, CONFIRMED)


@dataclass(frozen=True, slots=True)
class Cover:
    """What is about to be covered: the masks, their names, the words with their times, and the sound."""

    masks: tuple[int, ...]
    names: tuple[str, ...]
    words: tuple[Word, ...]
    sound: bytes


def to_cover(session: Session, recording: Recording) -> Cover | None:
    """What was chosen and is not covered yet, with what is needed for it.

    Raises:
        NotFound: the recording has no sound or no transcript.
        CannotHear: the sound cannot be opened.
    """
    waiting = _waiting(session, recording)
    if not waiting:
        return None
    sound, first = listening.open_sound(session, recording)
    with sound:
        whole = first + sound.read()
    return Cover(
        masks=tuple(mask.id for mask in waiting),
        names=tuple(str(_told(session, recording, mask)["text"]) for mask in waiting),
        words=tuple(word for turn in analyses.words(session, recording) for word in turn),
        sound=whole,
    )


def covered_sound(cover: Cover) -> io.BytesIO:
    """The sound with a tone where the names are said. For the worker: it takes a while."""
    from fidelity.audio import Sound, compact_copy
    from fidelity.masking import spans_of

    copy = io.BytesIO()
    compact_copy(Sound("recording", (io.BytesIO(cover.sound),)), copy, cover=spans_of(cover.words, cover.names))
    return copy


def keep_covered(session: Session, recording: Recording, cover: Cover, sound: io.BytesIO) -> None:
    """Have the covered words and sound in place of what was kept, and forget the names."""
    waiting = [mask for mask in _waiting(session, recording) if mask.id in cover.masks]
    if not waiting:
        return  # somebody else has done it
    analyses.cover(session, recording, cover.names)
    comments.cover(session, recording, cover.names)
    coaching.cover(session, recording, cover.names)
    coding.cover(session, recording, cover.names)
    teaching.cover(session, recording, cover.names)
    for mask in waiting:
        mask.told = _closed(session, recording, {**_told(session, recording, mask), "text": ""})
        mask.covered_at = clock.now()
    audit.record(
        session,
        "recording.covered",
        actor=None,
        authority_id=recording.authority_id,
        subject_id=recording.id,
        number=len(waiting),
    )
    session.flush()
    listening.keep(session, recording, sound)  # the last thing that can fail


def _waiting(session: Session, recording: Recording) -> list[Mask]:
    return [m for m in queries.masks(session, recording.id) if m.state == CONFIRMED and m.covered_at is None]


def _add(session: Session, recording: Recording, text: str, kind: str, times: int, state: str) -> None:
    told = _closed(session, recording, {"text": text, "kind": kind, "times": times})
    session.add(Mask(recording_id=recording.id, state=state, told=told))


def _closed(session: Session, recording: Recording, told: dict[str, Any]) -> bytes:
    return secrets_box.of(session).encrypt(json.dumps(told).encode(), purpose=_purpose(recording))


def _told(session: Session, recording: Recording, mask: Mask) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(secrets_box.of(session).decrypt(mask.told, purpose=_purpose(recording)))
    return told


def _purpose(recording: Recording) -> str:
    return f"masks of recording {recording.folder}"
