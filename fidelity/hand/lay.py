"""Lays the words of one text onto the words of another, in the order in which both stand.

Runs of words that stand once in both come first; what lies between two of them is laid by itself, down to stretches
short enough to compare word by word. An hour of talk takes well under a second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

_SHORT = 40_000  # pairs of words that are compared one by one
_RUNS = (4, 3, 2, 1)  # words of a run, the surest first


def laid(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places of equal words, rising on both sides."""
    found: list[tuple[int, int]] = []
    waiting = [(0, len(ours), 0, len(theirs))]
    while waiting:
        a, a_end, b, b_end = waiting.pop()
        while a < a_end and b < b_end and ours[a] == theirs[b]:
            found.append((a, b))
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and ours[a_end - 1] == theirs[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            found.append((a_end, b_end))
        if a == a_end or b == b_end:
            continue
        if (a_end - a) * (b_end - b) <= _SHORT:
            matcher = SequenceMatcher(None, ours[a:a_end], theirs[b:b_end], autojunk=False)
            found += [(a + m.a + i, b + m.b + i) for m in matcher.get_matching_blocks() for i in range(m.size)]
            continue
        anchors = _anchors(ours[a:a_end], theirs[b:b_end])
        edges = [(a, b), *[(a + i, b + j) for i, j in anchors], (a_end, b_end)]
        if anchors:  # without one, it is no text of the same talk, and stays unlaid
            waiting += [(i, k, j, m) for (i, j), (k, m) in pairwise(edges)]
    return sorted(found)


def _anchors(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Where runs begin that stand once in each, as many as rise on both sides."""
    for size in _RUNS:
        here, there = dict(_single(ours, size)), dict(_single(theirs, size))
        pairs = sorted((place, there[run]) for run, place in here.items() if run in there)
        if pairs:
            return _rising(pairs)
    return []


def _single(words: Sequence[str], size: int) -> Iterator[tuple[tuple[str, ...], int]]:
    places: dict[tuple[str, ...], int] = {}
    for at in range(len(words) - size + 1):
        run = tuple(words[at : at + size])
        places[run] = -1 if run in places else at
    yield from ((run, at) for run, at in places.items() if at >= 0)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of pairs whose second numbers rise as their first do."""
    ends: list[int] = []  # the least last number of a choice of each length
    last: list[int] = []  # which pair that is
    before = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before[k] = last[length - 1] if length else -1
        ends[length : length + 1] = [j]
        last[length : length + 1] = [k]
    found, k = [], last[-1] if last else -1
    while k >= 0:
        found.append(pairs[k])
        k = before[k]
    return found[::-1]
