"""What its owner and her trainers say to each other about a recording: at a moment of it, or about the whole.

Comments are encrypted. What a trainer said stays with the recording when she may no longer open it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from webapp import audit, clock, secrets_box
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.practice.queries import owning as queries
from webapp.practice.services import notices, sharing
from webapp.practice.tables import Comment, Recording, State

LONGEST = 2000  # characters
_LETTER_EVERY = timedelta(hours=1)  # who says five things in a row causes one letter
_CLOSED = "This comment cannot be opened: the key of this installation is not the one it was closed with."


@dataclass(frozen=True, slots=True)
class Said:
    """One comment. ``mine`` is true for whoever reads it and wrote it."""

    id: int
    who: str
    mine: bool
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """What was said at a moment, in seconds, or about the whole where that is none; the first comment first."""

    moment: float | None
    said: tuple[Said, ...]

    @property
    def time(self) -> str:
        """The moment as a clock shows it: 3:07."""
        return words_of(self.moment)

    @property
    def key(self) -> str:
        """What the page calls its place."""
        return "whole" if self.moment is None else str(round(self.moment * 10))


def of(session: Session, person: Person, recording: Recording) -> list[Thread]:
    """All threads of a recording that is open to her: about the whole first, then by moment. One query."""
    box, purpose = secrets_box.of(session), _purpose(recording)

    def plain(kept: bytes) -> str:
        try:
            return box.decrypt(kept, purpose=purpose).decode()
        except secrets_box.CannotOpen:
            return _CLOSED

    found = queries.comments(session, recording)
    return [
        Thread(moment, tuple(Said(c.id, who, c.author_id == person.id, c.at, plain(c.text)) for c, who in own))
        for moment, own in groupby(found, key=lambda pair: pair[0].moment)
    ]


def at(threads: list[Thread], moment: float | None) -> Thread:
    """The thread at a moment, which may have nothing in it yet."""
    place = _place(moment)
    return next((thread for thread in threads if thread.moment == place), Thread(place, ()))


def elsewhere(threads: list[Thread], moments: Iterable[float | None]) -> list[Thread]:
    """The threads at other moments than these: feedback that was made anew may point somewhere else."""
    shown = {_place(moment) for moment in moments} | {None}
    return [thread for thread in threads if thread.moment not in shown]


def add(session: Session, person: Person, recording: Recording, text: str, moment: float | None = None) -> Comment:
    """Say something about a recording that is open to her, and tell the other side that something was said.

    Raises:
        Refused: it is empty, too long, at no moment of the recording, or there is nothing to talk about yet.
    """
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if recording.state != State.READY:
        raise Refused("This recording is not ready yet.")
    if not text:
        raise Refused("Type your comment first.")
    if len(text) > LONGEST:
        raise Refused(f"Your comment has {len(text):,} characters, and {LONGEST:,} is the most. Shorten it a little.")
    place = _place(moment)
    if place is not None and not 0 <= place <= (recording.duration or 0.0) + 1:
        raise Refused("There is no such moment in the recording.")
    before = queries.last_comment_at(session, recording, person)
    made = Comment(
        recording_id=recording.id,
        author_id=person.id,
        at=clock.now(),
        moment=place,
        text=secrets_box.of(session).encrypt(text.encode(), purpose=_purpose(recording)),
    )
    session.add(made)
    session.flush()
    audit.record(session, "comment.added", actor=person, subject_id=recording.id, comment=made.id)
    if before is None or made.at - before > _LETTER_EVERY:
        _tell(session, person, recording)
    return made


def remove(session: Session, person: Person, recording: Recording, number: int) -> None:
    """Take back something she said herself.

    Raises:
        NotFound: there is no such comment of hers.
    """
    found = queries.comment(session, recording, person, number)
    if found is None:
        raise NotFound
    session.delete(found)
    session.flush()
    audit.record(session, "comment.removed", actor=person, subject_id=recording.id, comment=number)


def cover(session: Session, recording: Recording, names: Sequence[str]) -> None:
    """Have names covered in what was said about it too. What cannot be opened stays as it is."""
    from fidelity.masking import cover_text

    box, purpose = secrets_box.of(session), _purpose(recording)
    for comment, _ in queries.comments(session, recording):
        try:
            text = box.decrypt(comment.text, purpose=purpose).decode()
        except secrets_box.CannotOpen:
            continue
        covered = cover_text(text, names)
        if covered != text:
            comment.text = box.encrypt(covered.encode(), purpose=purpose)


def words_of(moment: float | None) -> str:
    """A moment as a clock shows it: 3:07, or 1:02:09 past the hour."""
    minutes, seconds = divmod(int(moment or 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _tell(session: Session, person: Person, recording: Recording) -> None:
    """Its owner writes to those who have it now; a trainer writes to its owner."""
    if person.id != recording.owner_id:
        notices.commented(session, recording, session.get_one(Person, recording.owner_id), by=person)
        return
    for _, trainer in sharing.now(session, recording):
        notices.commented(session, recording, trainer, by=person)


def _place(moment: float | None) -> float | None:
    """A moment to a tenth of a second: what was said there is one thread."""
    return None if moment is None else round(moment, 1)


def _purpose(recording: Recording) -> str:
    return f"comment on recording {recording.folder}"
