"""Turns -> utterances: one complete thought each, the unit that gets a code.

spaCy's parser finds the sentences. Two things that MITI cares about are put right afterwards: a tag
("isn't it?") belongs to the sentence it hangs on, and a sentence that goes on into a question
("... and what would you like to happen?") holds two thoughts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fidelity.conversation import Turn, Utterance

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_TAG_WORDS = 4  # "isn't it?" has three tokens, "don't you think?" four
_TAG_STARTERS = frozenset(
    "is are was were do does did have has had can could will would should might must right yeah okay".split()
)
_JOINS = ("and", "but", "so")
_LEAD_INS = frozenset("when if while since although because as after before until once whenever".split())
_SUBJECTS = frozenset("you he she they we it there that".split())
_WH = frozenset("what how why when where who which whose".split())


def split_all(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Every turn with its ``utterances`` filled in; a turn that already has them keeps them."""
    from fidelity.language import parse_all

    todo = [turn for turn in turns if not turn.utterances]
    parsed = dict(zip((turn.n for turn in todo), parse_all(turn.text for turn in todo), strict=True))
    return tuple(replace(t, utterances=_utterances(t, parsed[t.n])) if t.n in parsed else t for t in turns)


def _utterances(turn: Turn, doc: Doc) -> tuple[Utterance, ...]:
    offsets = _offsets(doc)
    utterances: list[Utterance] = []
    for start, end in offsets:
        text = turn.text[start:end].strip()
        if text:
            begin = start + len(turn.text[start:end]) - len(turn.text[start:end].lstrip())
            times = _times(turn, begin, begin + len(text))
            utterances.append(Utterance(u=len(utterances), text=text, start=times[0], end=times[1]))
    return tuple(utterances)


def _offsets(doc: Doc) -> list[tuple[int, int]]:
    """Character offsets of each thought, in order, covering the whole text."""
    starts: list[int] = []
    for sentence in doc.sents:
        if starts and _is_tag(sentence):
            continue
        starts.append(sentence.start_char)
        question = _question_clause(sentence)
        if question is not None:
            starts.append(question.idx)
    return list(zip(starts, [*starts[1:], len(doc.text)], strict=True))


def _is_tag(sentence: Span) -> bool:
    """A short question that only asks for agreement with the sentence before it."""
    words = [t for t in sentence if not t.is_punct and not t.is_space]
    if not words or len(words) > _TAG_WORDS or not sentence.text.rstrip().endswith("?"):
        return False
    if words[0].lower_ not in _TAG_STARTERS:
        return False
    inverted = len(words) >= 2 and words[0].pos_ == "AUX" and words[-1].pos_ in ("PRON", "AUX", "PART")
    return inverted and any(t.lower_ in ("n't", "not") or t.lower_ in ("it", "they") for t in words[1:])


def _question_clause(sentence: Span) -> Token | None:
    """Where a question starts that is joined on by a comma or by "and", "but" or "so"; ``None`` if none is.

    What comes before must be able to stand alone: "When he shouts, what do you do?" is one thought.
    """
    for joint in sentence:
        if joint.i == sentence.start or joint.lower_ not in (*_JOINS, ","):
            continue
        rest = [t for t in sentence.doc[joint.i + 1 : sentence.end] if not t.is_punct and not t.is_space]
        if rest and rest[0].lower_ in _JOINS:
            continue  # the next round looks at the conjunction itself
        if _asks(rest) and _stands_alone(sentence.doc[sentence.start : joint.i]):
            # A comma goes with what is before it, a conjunction with what comes after.
            return rest[0] if joint.text == "," else joint
    return None


def _asks(words: Sequence[Token]) -> bool:
    """Whether these words begin like a question: "what would you ...", "do you ..."."""
    if len(words) < 3:
        return False
    first, second, third = words[:3]
    if first.lower_ in _WH:
        if first.lower_ == "how" and second.pos_ in ("ADJ", "ADV"):  # "how long have you ..."
            return True
        return second.pos_ in ("AUX", "VERB") and third.pos_ in ("PRON", "NOUN", "DET", "PROPN")
    return first.pos_ == "AUX" and first.lower_ not in ("was", "were") and second.lower_ in _SUBJECTS


def _stands_alone(words: Span) -> bool:
    """Whether a part of a sentence says something by itself."""
    if len(words) < 3 or words[0].pos_ == "SCONJ" or words[0].lower_ in _LEAD_INS:
        return False
    return any(t.pos_ in ("VERB", "AUX") for t in words)


def _times(turn: Turn, start: int, end: int) -> tuple[float | None, float | None]:
    """When the characters ``start`` to ``end`` of the turn were said.

    Exact where the turn has words. A transcript that only times its turns gets a share of the turn's
    time by number of characters: good enough to find the place when listening.
    """
    if turn.words:
        position, inside = 0, []
        for word in turn.words:
            if position < end and position + len(word.text) > start:
                inside.append(word)
            position += len(word.text) + 1
        if inside:
            return inside[0].start, inside[-1].end
    if turn.start is None or turn.end is None or not turn.text:
        return turn.start, None
    rate = (turn.end - turn.start) / len(turn.text)
    return round(turn.start + rate * start, 3), round(turn.start + rate * end, 3)
