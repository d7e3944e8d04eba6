"""Measures the coding against human codes, through the same ``Coder`` that users get.

AnnoMI labels turns. A turn has a reflection, question or input if one of its utterances was given such a
code; a question asking leave (Seek) counts as a question here, because AnnoMI knows no Seek. Whether a
question is open, or a reflection complex, is decided for the turns humans marked as such, by whichever of
the two codes has more probability over the turn's utterances. The MISC sets label utterances and bring
their own; there, Seek has no gold and always counts as wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from fidelity.artefacts import find
from fidelity.classify import Coder
from fidelity.classify.rules import unpunctuated
from fidelity.codebook import CLIENT, PRACTITIONER, PRACTITIONER_BEHAVIOURS, QUESTIONS, REFLECTIONS
from fidelity.conversation import CodedTurn, Turn
from fidelity.errors import DataError
from fidelity.roles import find_practitioner
from fidelity.training.corpora import Conversation, Corpus, Gold, read
from fidelity.training.figures import Observation, TaskFigures, as_table, figures
from fidelity.training.fit import fit_coder
from fidelity.training.folds import FOLDS, check_leak, folds, groups
from fidelity.utterances import split_all

Progress = Callable[[str, float, float], None]

_EARLY = 20  # turns, some two minutes
_INPUT = ("GI", "Persuade", "PwP")
_PRESENT = ("present", "absent")
_TEN = tuple(code for code in PRACTITIONER if code not in ("Seek", "NC"))
_TASKS: dict[Corpus, dict[str, tuple[str, ...]]] = {
    "annomi": {
        "main behaviour": PRACTITIONER_BEHAVIOURS,
        "main behaviour, high": PRACTITIONER_BEHAVIOURS,
        "main behaviour, low": PRACTITIONER_BEHAVIOURS,
        "reflection": _PRESENT,
        "reflection, high": _PRESENT,
        "reflection, low": _PRESENT,
        "question": _PRESENT,
        "input": _PRESENT,
        "open or closed": ("open", "closed"),
        "simple or complex": ("simple", "complex"),
        "client": CLIENT,
    },
    "misc": {"utterance code": _TEN, "client": CLIENT},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """How well the coding agrees with people. ``about`` says what kind of measurement this is."""

    corpus: Corpus
    about: str
    conversations: int
    left_out: tuple[str, ...]
    practitioner_found: int
    practitioner_found_early: int
    tasks: tuple[TaskFigures, ...]

    def table(self) -> str:
        """The report as text."""
        lines = [self.about, f"{self.conversations} conversations."]
        if self.left_out:
            lines.append(f"{len(self.left_out)} were left out because the models were trained on them or on copies.")
        lines.append(
            f"Practitioner found from the text: {self.practitioner_found} of {self.conversations}; "
            f"from the first {_EARLY} turns: {self.practitioner_found_early} of {self.conversations}."
        )
        return "\n".join([*lines, "", as_table(self.tasks), ""])

    def to_json(self) -> str:
        """The report as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def evaluate(
    corpus: Corpus,
    data: Path | Sequence[Path],
    *,
    models: Path | None = None,
    folds: bool = False,
    as_speech: bool = False,
    include_training: bool = False,
    progress: Progress | None = None,
) -> EvaluationReport:
    """Measure the coding on one corpus.

    With ``folds`` the models are trained anew on grouped folds of all of ``data`` (give both kinds of
    corpus for the figures of the model card). Without, the models in ``models`` are measured on the
    conversations they were not trained on, and ``DataError`` is raised if there are none.
    """
    files = [data] if isinstance(data, Path) else list(data)
    conversations = [c for file in files for c in read(file)]
    if not any(c.corpus == corpus for c in conversations):
        kind = {"annomi": "AnnoMI", "misc": "MISC-coded"}[corpus]
        raise DataError(f"There is no {kind} conversation in {', '.join(map(str, files))}.")
    if folds:
        observed = cross_validate(conversations, as_speech=as_speech, progress=progress)
        about = "Grouped cross-validation: each fold coded by models that saw no conversation of its groups."
        return report(corpus, about, [o for o in observed if o.corpus == corpus])
    wanted = [c for c in conversations if c.corpus == corpus]
    left_out: tuple[str, ...] = ()
    about = "Conversations that the models were not trained on."
    if include_training:
        about = "TRAINING DATA – not a measure of accuracy."
    else:
        wanted, left_out = _unseen(wanted, models)
    scored = score(Coder.load(models), prepared(wanted, as_speech=as_speech))
    return report(corpus, about, scored, left_out)


def _unseen(conversations: Sequence[Conversation], models: Path | None) -> tuple[list[Conversation], tuple[str, ...]]:
    trained = [n for m in ("practitioner", "client") for n in find(m, models).meta["training"]["conversations"]]
    group = groups(conversations, trained)
    seen = {group[name] for name in trained}
    unseen = [c for c in conversations if group[c.id] not in seen]
    if not unseen:
        raise DataError(
            "The models were trained on every conversation of this file, or on others of the same recordings, so a "
            "figure would say nothing. Use --folds, or other data; --include-training shows the figures regardless."
        )
    return unseen, tuple(c.id for c in conversations if group[c.id] in seen)


@dataclass(frozen=True, slots=True)
class Scored:
    """What was observed in one conversation."""

    corpus: Corpus
    conversation: str
    observations: tuple[Observation, ...]
    found: bool
    found_early: bool


def cross_validate(
    conversations: Sequence[Conversation], *, as_speech: bool = False, progress: Progress | None = None
) -> list[Scored]:
    """Every conversation as coded by models trained on the other folds."""
    split = prepared(conversations, as_speech=False)
    heard = {c.id: c for c in prepared(conversations, as_speech=True)} if as_speech else {}
    if len(set(groups(split).values())) < FOLDS:
        raise DataError(f"Cross-validation takes at least {FOLDS} unrelated conversations. Add coded conversations.")
    parts = folds(split)
    found = []
    for k, part in enumerate(parts):
        if progress:
            progress("folds", k, len(parts))
        train, test = [c for c in split if c.id not in part], [c for c in split if c.id in part]
        check_leak(train, test)
        found += score(fit_coder(train), [heard.get(c.id, c) for c in test])
    if progress:
        progress("folds", len(parts), len(parts))
    return found


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


def score(coder: Coder, conversations: Sequence[Conversation]) -> list[Scored]:
    """Code the conversations and set the codes beside the human ones."""
    return [
        Scored(
            c.corpus,
            c.id,
            tuple(o for turn, gold in zip(coder.code(c.turns), c.gold, strict=True) for o in _of(c, turn, gold)),
            found=_practitioner_found(c.turns),
            found_early=_practitioner_found(c.turns[:_EARLY]),
        )
        for c in conversations
    ]


def _practitioner_found(turns: Sequence[Turn]) -> bool:
    said: dict[str, list[str]] = {}
    for turn in turns:
        said.setdefault(turn.speaker, []).append(turn.text)
    return find_practitioner(said) == "practitioner"


def report(corpus: Corpus, about: str, scored: Sequence[Scored], left_out: tuple[str, ...] = ()) -> EvaluationReport:
    """The figures of what was observed."""
    observations = [o for s in scored for o in s.observations]
    found = (figures(task, observations, labels) for task, labels in _TASKS[corpus].items())
    tasks = tuple(f for f in found if f)
    return EvaluationReport(
        corpus=corpus,
        about=about,
        conversations=len(scored),
        left_out=left_out,
        tasks=tasks,
        practitioner_found=sum(s.found for s in scored),
        practitioner_found_early=sum(s.found_early for s in scored),
    )


def _of(c: Conversation, turn: CodedTurn, gold: Gold) -> list[Observation]:
    if not turn.utterances or turn.behaviour is None:
        return []
    if c.corpus == "misc":
        task = "client" if turn.speaker == "client" else "utterance code"
        return [
            Observation(task, c.id, label, str(u.code), max(u.probabilities.values()))
            for label, u in zip(gold.codes, turn.utterances, strict=True)
        ]
    if gold.behaviour is None:
        return []
    main = (c.id, gold.behaviour, turn.behaviour, max(turn.behaviour_probabilities.values()))
    if turn.speaker == "client":
        return [Observation("client", *main)]
    return [
        Observation("main behaviour", *main),
        Observation(f"main behaviour, {c.quality}", *main),
        *_presence("reflection", c, turn, gold.reflection, REFLECTIONS),
        *_presence("question", c, turn, gold.question, (*QUESTIONS, "Seek")),
        *_presence("input", c, turn, gold.input, _INPUT),
        *_kind("open or closed", c, turn, gold.question, {"open": "OQ", "closed": "CQ"}),
        *_kind("simple or complex", c, turn, gold.reflection, {"simple": "SR", "complex": "CR"}),
    ]


def _presence(task: str, c: Conversation, turn: CodedTurn, gold: str | None, codes: Sequence[str]) -> list[Observation]:
    true = "present" if gold else "absent"
    said = "present" if any(u.code in codes for u in turn.utterances) else "absent"
    return [Observation(name, c.id, true, said) for name in (task, f"{task}, {c.quality}")]


def _kind(task: str, c: Conversation, turn: CodedTurn, gold: str | None, codes: dict[str, str]) -> list[Observation]:
    if gold is None:
        return []
    weight = {kind: sum(u.probabilities[code] for u in turn.utterances) for kind, code in codes.items()}
    return [Observation(task, c.id, gold, max(weight, key=lambda kind: weight[kind]))]
