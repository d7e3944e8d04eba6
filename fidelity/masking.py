"""Covers names and places, in words and in sound. Finding them is an aid: a person says which are to be covered.

spaCy misses names in lower case and takes some words for names that are none, so what it finds is a suggestion. What a
person chose is covered wherever it is said, whatever its capitals.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from fidelity.conversation import Analysis, Moment, Span, Word

COVER = "[…]"
_KINDS = {"PERSON": "a person", "GPE": "a place", "LOC": "a place", "FAC": "a place", "ORG": "an organisation"}
_TITLES = frozenset("mr mrs ms miss dr sir".split())
# Numbers that lead to somebody: telephone, postcode, e-mail address.
_PATTERNS = {
    "a telephone number": re.compile(r"\b(?:\+44|0)(?:[ -]?\d){9,10}\b"),
    "a postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE),
    "an e-mail address": re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]+\b"),
}
_MARGIN = 0.06  # s around a word: recognisers place its edges no better than that


@dataclass(frozen=True, slots=True)
class Name:
    """Something that may tell who somebody is: as it was said first, what kind of thing it is, and how often."""

    text: str
    kind: str
    times: int


def find_names(texts: Sequence[str]) -> tuple[Name, ...]:
    """What may be names of people and places in these texts, the most frequent first."""
    from fidelity.language import parse_all

    found: dict[str, tuple[str, str]] = {}
    for text, doc in zip(texts, parse_all(texts), strict=True):
        spotted = [(e.text, _KINDS[e.label_]) for e in doc.ents if e.label_ in _KINDS]
        spotted += [(m[0], kind) for kind, pattern in _PATTERNS.items() for m in pattern.finditer(text)]
        for said, kind in spotted:
            plain = _plain(said)
            if plain:
                found.setdefault(plain.casefold(), (plain, kind))
    counts = Counter(
        {key: sum(len(_pattern((shown,)).findall(text)) for text in texts) for key, (shown, _) in found.items()}
    )
    return tuple(Name(*found[key], times) for key, times in counts.most_common() if times)


def cover_text(text: str, covered: Sequence[str]) -> str:
    """The text with a mark in place of each word of these names, whatever their capitals; as many words as before."""

    def marks(name: re.Match[str]) -> str:
        return " ".join([COVER] * len(name[0].split()))

    return _pattern(tuple(covered)).sub(marks, text) if covered else text


def cover_words(words: Sequence[Word], covered: Sequence[str]) -> tuple[Word, ...]:
    """The words with a mark in place of each word of these names."""
    made = list(words)
    for first, last in _hits(words, covered):
        said = cover_text(" ".join(w.text for w in words[first : last + 1]), covered).split(" ")
        made[first : last + 1] = [replace(w, text=text) for w, text in zip(words[first:], said, strict=False)]
    return tuple(made)


def spans_of(words: Sequence[Word], covered: Sequence[str]) -> tuple[Span, ...]:
    """Where these names are said, in seconds, a little wider than the words; in order, none overlapping."""
    spans: list[Span] = []
    for first, last in _hits(words, covered):
        start, end = max(0.0, words[first].start - _MARGIN), words[last].end + _MARGIN
        if spans and start <= spans[-1].end:
            before = spans.pop()
            start, end = before.start, max(before.end, end)
        spans.append(Span(start=start, end=end))
    return tuple(spans)


def cover_analysis(analysis: Analysis, covered: Sequence[str]) -> Analysis:
    """The analysis with these names covered in everything that was said, and in the name of the file."""

    def plain(text: str) -> str:
        return cover_text(text, covered)

    def moment(one: Moment) -> Moment:
        other = None if one.another_way is None else plain(one.another_way)
        return replace(one, heard=plain(one.heard), said=plain(one.said), another_way=other)

    return replace(
        analysis,
        recording=replace(analysis.recording, name=plain(analysis.recording.name)),
        turns=tuple(
            replace(
                turn,
                text=plain(turn.text),
                words=cover_words(turn.words, covered),
                utterances=tuple(replace(u, text=plain(u.text)) for u in turn.utterances),
            )
            for turn in analysis.turns
        ),
        feedback=replace(
            analysis.feedback,
            went_well=tuple(map(moment, analysis.feedback.went_well)),
            moments=tuple(map(moment, analysis.feedback.moments)),
        ),
    )


def _hits(words: Sequence[Word], covered: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last word of each place where one of these names is said."""
    if not covered or not words:
        return
    starts, text = [], ""
    for word in words:
        starts.append(len(text))
        text += word.text + " "
    done = -1
    for match in _pattern(tuple(covered)).finditer(text):
        first, last = bisect_right(starts, match.start()) - 1, bisect_right(starts, match.end() - 1) - 1
        if first > done:  # two in one word are covered as one
            yield first, last
            done = last


def _plain(said: str) -> str:
    """A name without its possessive, its title, and what stands around it."""
    said = re.sub(r"[’']s\b", "", said).strip(" .,;:!?-–\"'’“”()")
    words = said.split()
    while words and words[0].casefold().rstrip(".") in _TITLES:
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=64)
def _pattern(covered: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these as whole words; the longest first, so that a full name is covered as one."""
    ordered = sorted(covered, key=len, reverse=True)
    alternatives = "|".join(r"\s+".join(map(re.escape, text.split())) for text in ordered)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)
