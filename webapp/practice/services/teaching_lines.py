"""The turns of a recording that could become a moment for teaching: chosen, cut to length, names covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fidelity.conversation import CodedTurn
from fidelity.report.words import clock as time_of
from webapp.accounts.tables import Person
from webapp.errors import NotFound, Refused
from webapp.practice.services import analyses, masks, teaching_skills, texts
from webapp.practice.services.teaching_words import MOST_TURNS, VOICES, Line, Stretch
from webapp.practice.tables import Recording
from webapp.text import tidy

MOST_SECONDS = 75.0  # about a minute; whole turns make it a little more or less
_BEFORE, _AFTER = 2, 1  # turns around the one that was chosen, to begin with
_SHORT_NAME = 3  # letters of a name below which it is more often a word
_MOST_OWN, _LONGEST_OWN = 40, 80  # words of hers to cover, and characters of each


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn to begin with."""

    n: int
    time: str
    voice: str
    speaker: str
    text: str


def turns(session: Session, recording: Recording) -> list[Turn]:
    """All turns, to choose one from."""
    return [
        Turn(
            turn.n, time_of(turn.start) if turn.start is not None else "", VOICES[turn.speaker], turn.speaker, turn.text
        )
        for turn in analyses.shown(session, recording).turns
    ]


def looked(session: Session, recording: Recording) -> bool:
    """Whether names were looked for in the transcript as it stands."""
    return texts.made_for(session, recording, texts.LOOKED) == recording.revision


def around(session: Session, recording: Recording, turn: int) -> tuple[int, int]:
    """The first and last turn to begin with around one: as many as may be within the length.

    Raises:
        NotFound: there is no such turn.
    """
    there = analyses.shown(session, recording).turns
    if not 0 <= turn < len(there):
        raise NotFound
    first, last = max(0, turn - _BEFORE), min(len(there) - 1, turn + _AFTER)
    while first < turn and _seconds(there[first : last + 1]) > MOST_SECONDS:
        first += 1
    while last > turn and _seconds(there[first : last + 1]) > MOST_SECONDS:
        last -= 1
    return first, last


def stretch(session: Session, recording: Recording, first: int, last: int, more: str = "") -> Stretch:
    """These turns as others would see them; ``more`` has what else to cover, one a line.

    Raises:
        NotFound: there are no such turns.
        Refused: there are too many, they last too long, or what is to be covered is not said in them.
    """
    from fidelity.masking import COVER, cover_text

    there = analyses.shown(session, recording).turns
    if not 0 <= first <= last < len(there):
        raise NotFound
    chosen = there[first : last + 1]
    if len(chosen) > MOST_TURNS or _seconds(chosen) > MOST_SECONDS:
        raise Refused(f"A moment is about a minute long, and {MOST_TURNS} turns at most. Choose fewer.")
    own = [tidy(line) for line in more.splitlines() if tidy(line)]
    if len(own) > _MOST_OWN or any(len(text) > _LONGEST_OWN for text in own):
        raise Refused(f"Write a few words a line, {_LONGEST_OWN} characters at most, and {_MOST_OWN} lines at most.")
    whole = "\n".join(turn.text for turn in chosen)
    for text in own:
        if cover_text(whole, [text]).count(COVER) == whole.count(COVER):
            raise Refused(f"We did not find “{text}” in these lines. Write it as it stands there.")
    names = [*masks.not_refused(session, recording), *_name(session, recording), *own]
    lines = tuple(Line(turn.speaker, cover_text(" ".join(turn.text.split()), names)) for turn in chosen)
    codes = [said.code for turn in chosen if turn.speaker == "practitioner" for said in turn.utterances if said.code]
    time = time_of(chosen[0].start) if chosen[0].start is not None else ""
    return Stretch(first, last, len(there), time, lines, teaching_skills.suggested(codes[::-1]))


def _name(session: Session, recording: Recording) -> list[str]:
    """Its owner's own name, which is hers to leave out too."""
    owner = session.get_one(Person, recording.owner_id)
    return [part for part in owner.name.split() if len(part) >= _SHORT_NAME]


def _seconds(chosen: Sequence[CodedTurn]) -> float:
    start, end = chosen[0].start, chosen[-1].end
    return 0.0 if start is None or end is None else end - start
