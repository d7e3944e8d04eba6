"""Grouped cross-validation of everything that is trained: words, encoder, and how they are pooled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from fidelity.classify import Coder
from fidelity.classify.encoder import Encoder
from fidelity.classify.heads import Model, Pooling
from fidelity.classify.rules import unpunctuated
from fidelity.conversation import Turn
from fidelity.errors import DataError
from fidelity.training.corpora import Conversation
from fidelity.training.fit import fit_models
from fidelity.training.folds import FOLDS, check_leak, folds, groups
from fidelity.training.observe import Scored, observe
from fidelity.training.pooling import Seconds, opinions, settle
from fidelity.training.tune import TuneOptions
from fidelity.training.tuned import Tuned, side_by_side, tune_parts
from fidelity.utterances import split_all

Progress = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is trained, from what beyond the coded conversations, and where.

    Without ``base`` (the folder of the weights an encoder starts from) only words are learned from, which takes
    minutes. ``work``, needed with it, keeps the encoders: they are tuned once for the same data and settings.
    ``written`` conversations are trained on in every fold and measured in none.
    """

    base: Path | None = None
    work: Path | None = None
    workers: int = 1
    tune: TuneOptions = field(default_factory=TuneOptions)
    written: tuple[Conversation, ...] = ()


@dataclass(frozen=True, slots=True)
class Trained:
    """The parts of a coder, and the pooling that makes them one."""

    models: dict[str, Model]  # by speaker
    tuned: Tuned | None

    def coder(self, pooling: dict[str, Pooling]) -> Coder:
        """The coder of these parts."""
        if self.tuned is None:
            return Coder(self.models["practitioner"], self.models["client"])
        deep = self.tuned.heads
        both = {
            speaker: replace(m, deep={h: deep[h] for h in m.heads}, pooling={h: pooling[h] for h in m.heads})
            for speaker, m in self.models.items()
        }
        return Coder(both["practitioner"], both["client"], Encoder.load(self.tuned.folder))


@dataclass(frozen=True, slots=True)
class Validated:
    """Every conversation as coded by models of the other folds, as written and as a recogniser would write it.

    ``pooling`` is learned from all folds: it is for the models that are trained on everything.
    """

    scored: list[Scored]
    as_speech: list[Scored]
    pooling: dict[str, Pooling]
    whole: Trained


def cross_validate(
    conversations: Sequence[Conversation], setting: Setting, *, progress: Progress | None = None
) -> Validated:
    """Train on each four of five folds and code the fifth; then train on everything."""
    hook = progress or _silent
    split = prepared(conversations, as_speech=False)
    heard = {c.id: c for c in prepared(conversations, as_speech=True)}
    if len(set(groups(split).values())) < FOLDS:
        raise DataError(f"Cross-validation takes at least {FOLDS} unrelated conversations. Add coded conversations.")
    tests = [[c for c in split if c.id in part] for part in folds(split)]
    trains = [[*(c for c in split if c not in test), *setting.written] for test in tests]
    for train, test in zip(trains, tests, strict=True):
        check_leak([c for c in train if not c.pair], test)
    trained = _train_all([*trains, [*split, *setting.written]], setting, hook)
    # Half of it as a recogniser would write it, so that pooling suits both.
    mixed = [[heard[c.id] if k % 2 else c for k, c in enumerate(test)] for test in tests]
    seconds = [_opinions(part, test) for part, test in zip(trained, mixed, strict=False)]
    scored, as_speech = [], []
    for k, test in enumerate(tests):
        hook("folds", k, FOLDS)
        others = [found for j, found in enumerate(seconds) if j != k]
        coder = trained[k].coder(settle(others))
        scored += observe(coder, test)
        as_speech += observe(coder, [heard[c.id] for c in test])
    hook("folds", FOLDS, FOLDS)
    return Validated(scored, as_speech, settle(seconds), trained[-1])


def _train_all(parts: Sequence[Sequence[Conversation]], setting: Setting, hook: Progress) -> list[Trained]:
    tuned: list[Tuned | None] = [None] * len(parts)
    if setting.base is not None and setting.work is not None:
        tuned = list(
            tune_parts(
                parts,
                setting.work,
                base=setting.base,
                options=setting.tune,
                workers=setting.workers,
                progress=lambda done, total: hook("tune", done, total),
            )
        )
    hook("fit", 0, len(parts))
    found = []
    with side_by_side(setting.workers) as pool:
        for k, (practitioner, client) in enumerate(pool.map(fit_models, parts)):
            found.append(Trained({"practitioner": practitioner, "client": client}, tuned[k]))
            hook("fit", k + 1, len(parts))
    return found


def _opinions(trained: Trained, test: Sequence[Conversation]) -> dict[str, Seconds]:
    if trained.tuned is None:
        return {}
    return opinions(trained.models, Encoder.load(trained.tuned.folder), trained.tuned.heads, test)


def prepared(conversations: Iterable[Conversation], *, as_speech: bool) -> list[Conversation]:
    """The conversations with their turns split into utterances, perhaps as a speech recogniser writes them."""
    made = [replace(c, turns=tuple(map(_as_speech, c.turns))) if as_speech else c for c in conversations]
    return [replace(c, turns=split_all(c.turns)) for c in made]


def _as_speech(turn: Turn) -> Turn:
    return replace(
        turn,
        text=unpunctuated(turn.text),
        utterances=tuple(replace(u, text=unpunctuated(u.text)) for u in turn.utterances),
    )


def _silent(step: str, done: float, total: float) -> None:
    """The hook of a caller who does not want to know."""
