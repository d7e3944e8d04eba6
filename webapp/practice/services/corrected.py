"""A conversation with everything that was put right in it. Pure: the same turns and changes give the same result.

Changes are applied in order. A turn and an utterance are named by their numbers as they are at that moment, counted
without gaps. A change that makes no sense where it stands, as after practitioner and client were exchanged, is passed
over and not lost: it counts again when it makes sense again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from fidelity.codebook import CLIENT, CODES, PRACTITIONER
from fidelity.conversation import LEFT_OUT, Behaviour, CodedTurn, CodedUtterance, Speaker

Kind = Literal["words", "split", "join", "speaker", "leave_out", "put_back", "code", "settle"]
FAMILIES: Mapping[Speaker, tuple[str, ...]] = {"practitioner": PRACTITIONER, "client": CLIENT, "other": ()}
OPPOSITE: Mapping[Speaker, Speaker] = {"practitioner": "client", "client": "practitioner", "other": "other"}
_SAYS_LITTLE = ("other", "neutral")  # behaviours that a turn only has where nothing else is in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing put right. ``k`` counts words of the utterance, ``at`` is when word ``k`` begins, in seconds.

    An empty ``code`` gives the machine's back. ``settle`` is a trainer's: the code that counts, after ``code`` disputed
    the machine's.
    """

    kind: str
    n: int
    u: int = 0
    k: int = 0
    text: str = ""
    code: str = ""
    reason: str = ""
    at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidMark:
    """What a person did to an utterance. ``machine`` is the machine's own, with words and code as it had them."""

    machine: CodedUtterance
    new_words: bool = False
    code: str = ""  # a person's, which counts
    reason: str = ""
    asked: str = ""  # the code its practitioner gave, whether or not it counts
    settled: bool = False  # by a trainer, since its practitioner gave it another code
    verdict: str = ""  # what the trainer said
    waits: bool = False  # for the machine to code it anew


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnMark:
    """What a person did to a turn. ``speaker`` is who said it, even where it is left out."""

    speaker: Speaker
    left_out: bool = False
    other_speaker: bool = False
    other_limits: bool = False
    said: tuple[SaidMark, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether somebody gave a code that nobody has settled."""
        return not self.left_out and any(mark.asked and not mark.settled for mark in self.said)

    @property
    def waits(self) -> bool:
        """Whether the machine has something in it to code anew."""
        return not self.left_out and any(mark.waits for mark in self.said)


@dataclass(frozen=True, slots=True)
class Corrected:
    """The turns as they stand, and beside each what was done to it."""

    turns: tuple[CodedTurn, ...]
    marks: tuple[TurnMark, ...]

    @property
    def waiting(self) -> tuple[int, ...]:
        """Numbers of the turns that the machine has to code anew."""
        return tuple(turn.n for turn, mark in zip(self.turns, self.marks, strict=True) if mark.waits)


Codes = Mapping[str, CodedUtterance]
"""What the machine says of utterances that were changed, by ``key``."""


def key(speaker: Speaker, said: CodedUtterance) -> str:
    """By which a changed utterance is known again, whatever happens around it."""
    return f"{speaker} {said.start} {said.text}"


@dataclass(slots=True)
class _Said:
    """An utterance while it is worked on; ``speaker`` is whose code it has."""

    machine: CodedUtterance
    speaker: Speaker
    text: str
    start: float | None
    end: float | None
    code: str = ""
    reason: str = ""
    asked: str = ""
    settled: bool = False
    verdict: str = ""
    rewritten: bool = False


@dataclass(slots=True)
class _Turn:
    """A turn while it is worked on; ``base`` lets one that nobody touched through as it is.

    ``heard`` is the voice it has while its speaker is not changed.
    """

    base: CodedTurn
    speaker: Speaker
    voice: str | None
    heard: str | None
    said: list[_Said]
    touched: bool = False
    left_out: bool = False
    other_speaker: bool = False
    other_limits: bool = False

    @classmethod
    def of(cls, turn: CodedTurn) -> _Turn:
        said = [_Said(u, turn.speaker, u.text, u.start, u.end) for u in turn.utterances]
        return cls(turn, turn.speaker, turn.voice, turn.voice, said)


def apply(turns: Sequence[CodedTurn], changes: Iterable[Change], codes: Codes | None = None) -> Corrected:
    """The conversation after ``changes``; ``codes`` has what the machine said of changed utterances so far."""
    work = [_Turn.of(turn) for turn in turns]
    for change in changes:
        _CHANGES.get(change.kind, _nothing)(work, change)
    done = [_finished(turn, n, codes or {}) for n, turn in enumerate(work)]
    return Corrected(tuple(turn for turn, _ in done), tuple(mark for _, mark in done))


def _nothing(_work: list[_Turn], _change: Change) -> None:
    """What other kinds of event do to the turns."""


def _at(work: list[_Turn], change: Change) -> tuple[_Turn, _Said] | None:
    if not 0 <= change.n < len(work) or not 0 <= change.u < len(work[change.n].said):
        return None
    return work[change.n], work[change.n].said[change.u]


def _words(work: list[_Turn], change: Change) -> None:
    found = _at(work, change)
    if found and change.text:
        turn, said = found
        turn.touched = said.rewritten = True
        said.text = change.text


def _code(work: list[_Turn], change: Change) -> None:
    found = _at(work, change)
    if found and (not change.code or change.code in FAMILIES[found[0].speaker]):
        turn, said = found
        turn.touched, said.code, said.reason = True, change.code, change.reason
        said.asked, said.settled, said.verdict = change.code, False, ""


def _settle(work: list[_Turn], change: Change) -> None:
    found = _at(work, change)
    if found and found[1].asked and (not change.code or change.code in FAMILIES[found[0].speaker]):
        turn, said = found
        turn.touched, said.code, said.settled, said.verdict = True, change.code, True, change.reason


def _speaker(work: list[_Turn], change: Change) -> None:
    if 0 <= change.n < len(work) and work[change.n].speaker != "other":
        turn = work[change.n]
        turn.touched, turn.other_speaker = True, not turn.other_speaker
        turn.speaker = OPPOSITE[turn.speaker]
        turn.voice = _voice(work, change.n) if turn.other_speaker else turn.heard


def _leave_out(work: list[_Turn], change: Change) -> None:
    if 0 <= change.n < len(work):
        work[change.n].touched = work[change.n].left_out = True


def _put_back(work: list[_Turn], change: Change) -> None:
    if 0 <= change.n < len(work):
        work[change.n].left_out = False


def _join(work: list[_Turn], change: Change) -> None:
    if 0 <= change.n < len(work) - 1:
        turn, follows = work[change.n], work.pop(change.n + 1)
        turn.said += follows.said
        turn.touched = turn.other_limits = True


def _split(work: list[_Turn], change: Change) -> None:
    found = _at(work, change)
    if found is None:
        return
    turn, said = found
    words = said.text.split()
    if not 0 <= change.k < len(words) or (change.u == 0 and change.k == 0):
        return
    rest = turn.said[change.u :]
    if change.k:
        first, second = _cut(said, words, change)
        turn.said[change.u], rest = first, [second, *turn.said[change.u + 1 :]]
        del turn.said[change.u + 1 :]
    else:
        del turn.said[change.u :]
    turn.touched = turn.other_limits = True
    new = _Turn(turn.base, OPPOSITE[turn.speaker], None, None, rest, touched=True, left_out=turn.left_out)
    new.other_limits = True
    work.insert(change.n + 1, new)
    new.voice = new.heard = _voice(work, change.n + 1)


_UNTOUCHED: Mapping[str, Any] = {"code": "", "reason": "", "asked": "", "settled": False, "verdict": ""}


def _cut(said: _Said, words: Sequence[str], change: Change) -> tuple[_Said, _Said]:
    """An utterance in two, before word ``k``. What a person said of its code stays with the first."""
    start, end, at = said.start, said.end, change.at
    if start is None or end is None:
        at = None
    elif at is None or not start <= at <= end:
        before = len(" ".join(words[: change.k]))
        at = round(start + (end - start) * before / max(len(said.text), 1), 3)
    first = replace(said, text=" ".join(words[: change.k]), end=at)
    second = replace(said, text=" ".join(words[change.k :]), start=at, **_UNTOUCHED)
    return first, second


def _voice(work: Sequence[_Turn], n: int) -> str | None:
    """The voice of the nearest other turn of the same person: of two clients, the one who speaks thereabouts."""
    others = [i for i, turn in enumerate(work) if i != n and turn.speaker == work[n].speaker and not turn.other_speaker]
    return work[min(others, key=lambda i: (abs(i - n), i))].voice if others else None


_CHANGES: Mapping[str, Callable[[list[_Turn], Change], None]] = {
    "words": _words,
    "split": _split,
    "join": _join,
    "speaker": _speaker,
    "leave_out": _leave_out,
    "put_back": _put_back,
    "code": _code,
    "settle": _settle,
}


def _finished(turn: _Turn, n: int, codes: Codes) -> tuple[CodedTurn, TurnMark]:
    base = turn.base
    if not turn.touched:
        mark = TurnMark(speaker=turn.speaker, said=tuple(SaidMark(machine=u) for u in base.utterances))
        return (base if base.n == n else replace(base, n=n)), mark
    said, marks = [], []
    for u, one in enumerate(turn.said):
        coded, own = _coded(one, u, turn.speaker, codes)
        said.append(replace(coded, code=None, probabilities={}, why="") if turn.left_out else coded)
        marks.append(own)
    same = not turn.other_limits and all(u.text == one.text for u, one in zip(base.utterances, turn.said, strict=True))
    coded_alike = same and not turn.other_speaker and not any(one.code for one in turn.said)
    behaviour = base.behaviour if coded_alike else _main(said)
    made = replace(
        base,
        n=n,
        speaker="other" if turn.left_out else turn.speaker,
        voice=LEFT_OUT if turn.left_out else turn.voice,
        text=base.text if same else " ".join(one.text for one in turn.said),
        start=turn.said[0].start if turn.other_limits and turn.said else base.start,
        end=turn.said[-1].end if turn.other_limits and turn.said else base.end,
        certainty=1.0 if turn.other_speaker or turn.other_limits else base.certainty,
        behaviour=None if turn.left_out else behaviour,
        behaviour_probabilities=base.behaviour_probabilities if coded_alike and not turn.left_out else {},
        words=(),
        utterances=tuple(said),
    )
    mark = TurnMark(
        speaker=turn.speaker,
        left_out=turn.left_out,
        other_speaker=turn.other_speaker,
        other_limits=turn.other_limits,
        said=tuple(marks),
    )
    return made, mark


def _coded(one: _Said, u: int, speaker: Speaker, codes: Codes) -> tuple[CodedUtterance, SaidMark]:
    """An utterance with the code that counts: hers, else what the machine says of it as it is now.

    Until it has said so, its code for the old words counts, if it was for the same person; otherwise none does.
    """
    machine = one.machine
    now = replace(machine, u=u, text=one.text, start=one.start, end=one.end)
    changed = one.text != machine.text or speaker != one.speaker
    found = codes.get(key(speaker, now)) if changed else machine
    if found is not None:
        now = replace(now, code=found.code, probabilities=found.probabilities, status=found.status, why=found.why)
    elif speaker != one.speaker:
        now = replace(now, code=None, probabilities={}, status="suggested", why="")
    heard = now
    hers = one.code if one.code in FAMILIES[speaker] else ""
    if hers:
        now = replace(now, code=hers, probabilities={}, status="confident", why="")
    asked = one.asked if one.asked in FAMILIES[speaker] else ""
    mark = SaidMark(
        machine=heard,
        new_words=one.rewritten and one.text != machine.text,
        code=hers,
        reason=one.reason if asked else "",
        asked=asked,
        settled=bool(asked) and one.settled,
        verdict=one.verdict if asked else "",
        waits=found is None and speaker != "other",
    )
    return now, mark


def _main(said: Sequence[CodedUtterance]) -> Behaviour | None:
    """What a turn mainly does: the behaviour with most words, but one that says little only if there is no other."""
    words: Counter[Any] = Counter()
    for one in said:
        if one.code is not None:
            words[CODES[one.code].behaviour] += len(one.text.split())
    if not words:
        return None
    found: Behaviour = max(words, key=lambda b: (b not in _SAYS_LITTLE, words[b]))
    return found
