"""Splits that do not leak: conversations that share a video, a scenario or a recording stay together."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Sequence
from importlib.resources import files

from fidelity.errors import DataError
from fidelity.training.corpora import Conversation

FOLDS = 5
_SHINGLE = 8  # words. Eight in a row are seldom said twice by chance.
_SHARED = 0.2  # Unrelated conversations in these sets share under .06 of their shingles, copies over .5.
_LONG = 40  # Shingles. In a shorter text a few stock phrases could reach the share by chance.


def groups(conversations: Sequence[Conversation], others: Sequence[str] = ()) -> dict[str, str]:
    """The group of each conversation id (and of ``others``): the first id among all that must stay together."""
    table = tomllib.loads(files("fidelity.training").joinpath("groups.toml").read_text(encoding="utf-8"))
    bundles = [bundle for kind in table.values() for bundle in kind]
    by_source = defaultdict(list)
    for c in conversations:
        if c.source:
            by_source[c.source].append(c.id)
    names = [*(c.id for c in conversations), *others]
    group: dict[str, set[str]] = {name: {name} for name in names}
    for bundle in [*bundles, *by_source.values()]:
        merged = set().union(*(group.get(name, {name}) for name in bundle))
        group.update(dict.fromkeys(merged, merged))
    return {name: min(group[name]) for name in names}


def folds(conversations: Sequence[Conversation]) -> list[list[str]]:
    """``FOLDS`` lists of conversation ids; groups are whole, corpora spread evenly, always the same."""
    members = defaultdict(list)
    for name, group in sorted(groups(conversations).items()):
        members[group].append(name)
    about = {c.id: c for c in conversations}

    def load(names: Sequence[str]) -> Counter[str]:
        return sum((Counter({_stratum(about[n]): len(about[n].turns)}) for n in names), Counter())

    order = sorted(members.values(), key=lambda names: (-max(load(names).values()), names))
    result: list[list[str]] = [[] for _ in range(FOLDS)]
    for names in order:
        strata = load(names)
        fullness = [[load(fold)[s] for s in sorted(strata)] for fold in result]
        result[fullness.index(min(fullness))].extend(names)
    return [sorted(fold) for fold in result]


def _stratum(conversation: Conversation) -> str:
    return f"{conversation.corpus} {conversation.quality or ''}".strip()


def check_leak(train: Sequence[Conversation], test: Sequence[Conversation]) -> None:
    """Raise ``DataError`` when a group, or much the same long text, is on both sides."""
    group = groups([*train, *test])
    shared = {group[c.id] for c in train} & {group[c.id] for c in test}
    if shared:
        raise DataError(f"Conversations of the group of {min(shared)} are in both training and test data.")
    seen = [(c.id, _shingles(c)) for c in train]
    for c in test:
        mine = _shingles(c)
        for name, theirs in seen:
            fewest = min(len(mine), len(theirs))
            if fewest >= _LONG and len(mine & theirs) > _SHARED * fewest:
                raise DataError(
                    f"{c.id} (test) and {name} (training) hold much the same text. "
                    "Add the two to fidelity/training/groups.toml, so that they are never split."
                )


def _shingles(conversation: Conversation) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z']+", " ".join(t.text for t in conversation.turns).lower())
    return {tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}
