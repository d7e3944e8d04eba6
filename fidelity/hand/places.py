"""Where the utterances of somebody's file begin in a conversation: words laid onto words, or times onto times."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from fidelity.errors import CodingError
from fidelity.hand.coding import HeardTurn, utterances
from fidelity.hand.lay import laid
from fidelity.hand.names import code_of, speaker_of
from fidelity.hand.rows import Row, clock

_FEW_WORDS = 0.4  # share of a file's words found here, below which it is another recording's
_FEW_ROWS = 0.5  # share of its utterances whose time falls into a turn, below which it is another recording's
_FEW_OF_ONE = 0.25  # share of an utterance's words found, below which it is not this one: “the” is everywhere
_MOST_OF_ONE = 0.6  # the same where somebody else is said to have said it
_NEAR = 2.0  # s by which a time may miss the turn it belongs to: people press a key before or after
_EXACT = 0.06  # s by which a time misses the begin of a word that it means: CACTI keeps tenths
_OPENS = 0.3  # s by which the begin of a sentence counts as nearer than another word
_FIRST = 1.0  # s into a turn up to which the first utterance in it is taken from its begin
_REACHES = 2  # words of a later turn of the same person that an utterance must hold to go on in it


@dataclass(frozen=True, slots=True)
class _Word:
    turn: int  # its place among the turns, not its number
    at: int
    plain: str
    start: float | None
    opens: bool  # it begins a sentence


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an utterance of the file begins, and with which of its words it goes on in later turns."""

    turn: int
    at: int
    later: tuple[int, ...] = ()


def spots(turns: Sequence[HeardTurn], rows: Sequence[Row], problems: list[str]) -> list[Spot | None]:
    """Where each of the file's utterances begins, or nothing where it has no place here; a problem says so.

    Raises:
        CodingError: hardly any has, so the file is of another recording.
    """
    words = _words(turns)
    found = _exact(turns, rows) or _by_words(turns, words, rows)
    timed = placed = 0
    for k, row in enumerate(rows):
        if found[k] is not None:
            continue
        if row.start is None:
            problems.append(f"{row.place}: its words are not found here{_quoted(row)}.")
            continue
        if row.text:
            problems.append(f"{row.place}: its words are not found here{_quoted(row)}, so it was left out.")
            continue
        timed += 1
        found[k] = _by_time(turns, words, row, {spot.turn for spot in found if spot})
        placed += found[k] is not None
        if found[k] is None:
            problems.append(f"{row.place}: nobody of the two speaks here at {clock(row.start)}, so it was left out.")
    if timed and placed < _FEW_ROWS * timed:
        raise CodingError(
            f"Only {placed} of the file's {timed} times fall into what is said here. It seems to be of another "
            "recording, or of another stretch of it."
        )
    return found


def _words(turns: Sequence[HeardTurn]) -> list[_Word]:
    found = []
    for k, turn in enumerate(turns):
        one_by_one = {turn.n: tuple((at, None) for at in range(len(turn.words)))}
        opens = True
        for said in utterances([turn], one_by_one):
            found.append(_Word(k, said.first, _plain(said.text), said.start, opens))
            opens = said.text.endswith((".", "?", "!", "…"))
    return found


def _plain(word: str) -> str:
    return re.sub(r"[\W_]+", "", word.lower()) or word


def _exact(turns: Sequence[HeardTurn], rows: Sequence[Row]) -> list[Spot | None] | None:
    """The places that our own table gives, if every one of them is right to the word."""
    numbers = {turn.n: k for k, turn in enumerate(turns)}
    found: list[Spot | None] = []
    for row in rows:
        if row.turn is None or row.first is None or row.turn not in numbers:
            return None
        turn = turns[numbers[row.turn]]
        said = row.text.split()
        if not said or turn.words[row.first : row.first + len(said)] != said:
            return None
        found.append(Spot(numbers[row.turn], row.first))
    return found


def _by_words(turns: Sequence[HeardTurn], words: Sequence[_Word], rows: Sequence[Row]) -> list[Spot | None]:
    """Words laid onto words, each speaker's by themselves, since files differ in how they order talk at once."""
    hits: dict[int, list[tuple[int, _Word]]] = {}
    texts = [k for k, row in enumerate(rows) if row.text]
    for speaker in {rows[k].speaker for k in texts}:
        own = [word for word in words if speaker in (None, turns[word.turn].speaker)]
        hits |= _hits(own, rows, [k for k in texts if rows[k].speaker == speaker], _FEW_OF_ONE)
    total = sum(len(rows[k].text.split()) for k in texts)
    found = sum(map(len, hits.values()))
    if found < _FEW_WORDS * total:
        raise CodingError(
            f"Only {found} of the file's {total} words are found here in their order. It seems to be of another "
            "recording, or of another stretch of it."
        )
    hits |= _hits(words, rows, [k for k in texts if k not in hits], _MOST_OF_ONE)  # the other person's words
    return _in_order(turns, rows, hits)


def _hits(
    words: Sequence[_Word], rows: Sequence[Row], which: Sequence[int], share: float
) -> dict[int, list[tuple[int, _Word]]]:
    """For those of the file's utterances of which at least ``share`` is found: its words' places, and what is there."""
    theirs = [(k, at, _plain(word)) for k in which for at, word in enumerate(rows[k].text.split())]
    found: dict[int, list[tuple[int, _Word]]] = {}
    for ours, place in laid([word.plain for word in words], [plain for _, _, plain in theirs]):
        k, at, _ = theirs[place]
        found.setdefault(k, []).append((at, words[ours]))
    return {k: hits for k, hits in found.items() if len(hits) >= share * len(rows[k].text.split())}


def _in_order(
    turns: Sequence[HeardTurn], rows: Sequence[Row], hits: Mapping[int, Sequence[tuple[int, _Word]]]
) -> list[Spot | None]:
    """Where each begins: as many words before its first found one as in the file, but after those of the one before."""
    found: list[Spot | None] = [None] * len(rows)
    free: dict[int, int] = {}  # of each turn, the first word that no earlier utterance holds
    for k in sorted(hits):
        held: dict[int, list[tuple[int, _Word]]] = {}
        for at, word in hits[k]:
            held.setdefault(word.turn, []).append((at, word))
        whose = turns[max(held, key=lambda turn: len(held[turn]))].speaker
        own = [turn for turn in held if turns[turn].speaker == whose]
        at, word = held[own[0]][0]
        begins = min(max(word.at - at, free.get(own[0], 0)), word.at)
        found[k] = Spot(own[0], begins, tuple(turn for turn in own[1:] if len(held[turn]) >= _REACHES))
        for turn in own:
            free[turn] = max(free.get(turn, 0), held[turn][-1][1].at + 1)
    return found


def _by_time(turns: Sequence[HeardTurn], words: Sequence[_Word], row: Row, taken: Container[int]) -> Spot | None:
    """The word that begins nearest to the time, in a turn of whoever can have such a code.

    ``taken`` are turns in which another already begins. People press a key a little early or late, so the first in a
    turn takes the turn from its begin, and the begin of a sentence counts as nearer than it is.
    """
    try:
        code = code_of(row.code, row.speaker)
    except CodingError:
        code = None  # said again, with its place, once it has one
    whose = row.speaker or (speaker_of(code) if code else None)
    near = [
        word
        for word in words
        if word.start is not None
        and (turns[word.turn].speaker == whose if whose else turns[word.turn].speaker != "other")
        and _close(turns[word.turn], row.start or 0.0)
    ]
    if not near:
        return None

    def misses(word: _Word) -> tuple[float, int]:
        by = abs((word.start or 0.0) - (row.start or 0.0))
        return by + (0.0 if by <= _EXACT or word.opens else _OPENS), word.at

    best = min(near, key=misses)
    first = best.at and (row.start or 0.0) <= (turns[best.turn].start or 0.0) + _FIRST
    return Spot(best.turn, 0) if first and best.turn not in taken else Spot(best.turn, best.at)


def _close(turn: HeardTurn, time: float) -> bool:
    return turn.start is not None and turn.end is not None and turn.start - _NEAR <= time <= turn.end + _NEAR


def _quoted(row: Row) -> str:
    words = row.text if len(row.text) <= 60 else f"{row.text[:60]}..."
    return f" (“{words}”)" if words else ""
