"""Grouped cross-validation of everything that is trained: words, encoder, and how they are pooled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.classify import Coder
from fidelity.classify.encoder import Encoder, Reads
from fidelity.classify.heads import Head, Model, Pooling
from fidelity.classify.rules import unpunctuated
from fidelity.conversation import Turn
from fidelity.errors import DataError
from fidelity.training.corpora import Conversation
from fidelity.training.fit import fit_models
from fidelity.training.folds import FOLDS, check_leak, folds, groups
from fidelity.training.observe import Scored, observe
from fidelity.training.pooling import Seconds, opinions, settle
from fidelity.training.readings import Kept, Readings, heads, taken
from fidelity.training.tune import TuneOptions
from fidelity.training.tuned import side_by_side, tune_parts
from fidelity.utterances import split_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

Progress = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is trained, from what beyond the coded conversations, and where.

    With ``base`` (the folder of the weights an encoder starts from) encoders are tuned, which takes hours; ``work``,
    needed with it, keeps them: they are tuned once for the same data and settings. With ``kept`` the encoder stays as
    it is. With neither, only words are learned from. ``written`` conversations are trained on in every fold and
    measured in none.
    """

    base: Path | None = None
    work: Path | None = None
    workers: int = 1
    tune: TuneOptions = field(default_factory=TuneOptions)
    kept: Kept | None = None
    written: tuple[Conversation, ...] = ()


@dataclass(frozen=True, slots=True)
class Trained:
    """The parts of a coder, and the pooling that makes them one."""

    models: dict[str, Model]  # by speaker
    encoder: Reads | None = None
    deep: dict[str, Head] = field(default_factory=dict)

    def coder(self, pooling: dict[str, Pooling]) -> Coder:
        """The coder of these parts."""
        if self.encoder is None:
            return Coder(self.models["practitioner"], self.models["client"])
        both = {
            speaker: replace(m, deep={h: self.deep[h] for h in m.heads}, pooling={h: pooling[h] for h in m.heads})
            for speaker, m in self.models.items()
        }
        return Coder(both["practitioner"], both["client"], self.encoder)


@dataclass(frozen=True, slots=True)
class Validated:
    """Every conversation as coded by models of the other folds, as written and as a recogniser would write it.

    ``pooling`` is learned from all folds: it is for the models that are trained on everything. ``encoder`` is what
    was kept or has been tuned.
    """

    scored: list[Scored]
    as_speech: list[Scored]
    pooling: dict[str, Pooling]
    whole: Trained
    encoder: Kept | None


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
    parts = [*trains, [*split, *setting.written]]
    encoder = setting.kept or _tuned(parts, [[*test, *(heard[c.id] for c in test)] for test in tests], setting, hook)
    trained = [
        Trained(models, encoder.readings, heads()) if encoder else Trained(models)
        for models in _fitted(parts, setting, hook)
    ]
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
    whole = trained[-1]
    if encoder:
        whole = replace(whole, encoder=Encoder.load(encoder.whole.folder), deep=encoder.whole.heads)
    return Validated(scored, as_speech, settle(seconds), whole, encoder)


def _tuned(
    parts: Sequence[Sequence[Conversation]], unseen: Sequence[Sequence[Conversation]], setting: Setting, hook: Progress
) -> Kept | None:
    """An encoder for each part, the last of everything, and what the others say of what they have not seen."""
    if setting.base is None or setting.work is None:
        return None
    tuned = tune_parts(
        parts,
        setting.work,
        base=setting.base,
        options=setting.tune,
        workers=setting.workers,
        progress=lambda done, total: hook("tune", done, total),
    )
    tables: dict[str, NDArray[Any]] = {}
    for k, (one, test) in enumerate(zip(tuned, unseen, strict=False)):
        hook("readings", k, FOLDS)
        tables |= taken(Encoder.load(one.folder), one.heads, test).tables
    hook("readings", FOLDS, FOLDS)
    return Kept(tuned[-1], Readings(tables))


def _fitted(parts: Sequence[Sequence[Conversation]], setting: Setting, hook: Progress) -> list[dict[str, Model]]:
    """The models of words of each part, by speaker."""
    hook("fit", 0, len(parts))
    found = []
    with side_by_side(setting.workers) as pool:
        for k, (practitioner, client) in enumerate(pool.map(fit_models, parts)):
            found.append({"practitioner": practitioner, "client": client})
            hook("fit", k + 1, len(parts))
    return found


def _opinions(trained: Trained, test: Sequence[Conversation]) -> dict[str, Seconds]:
    return {} if trained.encoder is None else opinions(trained.models, trained.encoder, trained.deep, test)


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
