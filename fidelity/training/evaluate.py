"""Measures the coding against human codes, through the same ``Coder`` that users get.

AnnoMI labels turns. A turn has a reflection, question or input if one of its utterances was given such a
code; a question asking leave (Seek) counts as a question here, because AnnoMI knows no Seek. Whether a
question is open, or a reflection complex, is decided for the turns humans marked as such, by whichever of
the two codes has more probability over the turn's utterances. The MISC sets label utterances and bring
their own; there, Seek has no gold and always counts as wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from fidelity.artefacts import find
from fidelity.classify import Coder
from fidelity.errors import DataError
from fidelity.training import experts, sessions
from fidelity.training.corpora import Conversation, Corpus, read
from fidelity.training.figures import Observation, TaskFigures, as_table, figures
from fidelity.training.folds import groups
from fidelity.training.observe import EARLY, LABELS, SPLIT, Scored, observe
from fidelity.training.validate import Progress, Setting, cross_validate, prepared
from fidelity.training.written import read_written

_TOPIC = 150  # codes of one kind; a figure on fewer would be mostly chance
_TALKS = 3  # conversations on a topic; fewer say more of their people than of the topic


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """How well the coding agrees with people. ``about`` says what kind of measurement this is.

    ``whole`` conversations are counted without the short sides of contrast pairs. ``parts`` are the same tasks
    in one part of the conversations: of one session quality, or on one topic.
    """

    corpus: Corpus
    about: str
    conversations: int
    whole: int
    left_out: tuple[str, ...]
    practitioner_found: int
    practitioner_found_early: int
    tasks: tuple[TaskFigures, ...]
    parts: tuple[TaskFigures, ...]
    sessions: tuple[sessions.SessionFigures, ...]
    experts: tuple[experts.ExpertFigures, ...]

    def table(self) -> str:
        """The report as text."""
        lines = [self.about, f"{self.conversations} conversations."]
        if self.left_out:
            lines.append(f"{len(self.left_out)} were left out because the models were trained on them or on copies.")
        lines.append(
            f"Practitioner found from the text: {self.practitioner_found} of {self.whole}; "
            f"from the first {EARLY} turns: {self.practitioner_found_early} of {self.whole}."
        )
        tables = [as_table(self.tasks, classes=True), as_table(self.parts)]
        tables += [sessions.as_table(self.sessions)] if self.sessions else []
        tables += [experts.as_table(self.experts)] if self.experts else []
        return "\n\n".join(["\n".join(lines), *tables]) + "\n"

    def to_json(self) -> str:
        """The report as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def evaluate(
    corpus: Corpus,
    data: Path | Sequence[Path] = (),
    *,
    models: Path | None = None,
    calibration: Path | None = None,
    folds: bool = False,
    as_speech: bool = False,
    include_training: bool = False,
    setting: Setting | None = None,
    progress: Progress | None = None,
) -> EvaluationReport:
    """Measure the coding on one corpus.

    With ``folds`` the models are trained anew on grouped folds of all of ``data`` (give both kinds of
    corpus for the figures of the model card). Without, the models in ``models`` are measured on the
    conversations they were not trained on, and ``DataError`` is raised if there are none. The corpus
    ``written`` is the project's own, of which only the part kept out of training is measured.
    """
    if corpus == "written":
        kept_out = [c for c in read_written() if c.held_out or include_training]
        about = "WRITTEN, NOT RECORDED: conversations made up for this project" + (
            ", TRAINING DATA AMONG THEM – not a measure of accuracy." if include_training else ", kept out of training."
        )
        return report(
            corpus, about, observe(Coder.load(models, calibration=calibration), prepared(kept_out, as_speech=as_speech))
        )
    files = [data] if isinstance(data, Path) else list(data)
    conversations = [c for file in files for c in read(file)]
    if not any(c.corpus == corpus for c in conversations):
        kind = {"annomi": "AnnoMI", "misc": "MISC-coded"}[corpus]
        raise DataError(f"There is no {kind} conversation in {', '.join(map(str, files)) or 'the data; use --data'}.")
    if folds and calibration:
        raise DataError(
            "A local calibration belongs to the models in use; --folds trains others. Leave one of them out."
        )
    if folds:
        validated = cross_validate(conversations, setting or Setting(), progress=progress)
        about = "Grouped cross-validation: each fold coded by models that saw no conversation of its groups."
        observed = validated.as_speech if as_speech else validated.scored
        return report(corpus, about, [o for o in observed if o.corpus == corpus])
    wanted = [c for c in conversations if c.corpus == corpus]
    left_out: tuple[str, ...] = ()
    about = "Conversations that the models were not trained on."
    if include_training:
        about = "TRAINING DATA – not a measure of accuracy."
    else:
        wanted, left_out = _unseen(wanted, models)
    scored = observe(Coder.load(models, calibration=calibration), prepared(wanted, as_speech=as_speech))
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


def report(corpus: Corpus, about: str, scored: Sequence[Scored], left_out: tuple[str, ...] = ()) -> EvaluationReport:
    """The figures of what was observed."""
    whole = [c for c in scored if not any(o.task.endswith("pairs") for o in c.observations)]
    found = (figures(task, _seen(scored), labels) for task, labels in LABELS[corpus].items())
    return EvaluationReport(
        corpus=corpus,
        about=about,
        conversations=len(scored),
        whole=len(whole),
        left_out=left_out,
        tasks=tuple(f for f in found if f),
        parts=tuple(_parts(corpus, scored)),
        sessions=sessions.session_figures([v for s in scored for v in s.sessions]),
        experts=experts.expert_figures([o for s in scored for o in s.opinions]),
        practitioner_found=sum(s.found for s in whole),
        practitioner_found_early=sum(s.found_early for s in whole),
    )


def _seen(scored: Iterable[Scored]) -> list[Observation]:
    return [o for s in scored for o in s.observations]


def _parts(corpus: Corpus, scored: Sequence[Scored]) -> list[TaskFigures]:
    """Each task by session quality, and the main ones by topic, where there is enough of it."""
    found = []
    for task, labels in LABELS[corpus].items():
        for quality in sorted({s.quality for s in scored if s.quality}):
            found.append(figures(task, _seen(s for s in scored if s.quality == quality), labels, part=quality))
        if task not in SPLIT:
            continue
        n = Counter(s.topic for s in scored if s.topic for o in s.observations if o.task == task)
        talks = Counter(s.topic for s in scored if any(o.task == task for o in s.observations))
        for topic in sorted(t for t in n if n[t] >= _TOPIC and talks[t] >= _TALKS):
            found.append(figures(task, _seen(s for s in scored if s.topic == topic), labels, part=topic))
    return [f for f in found if f]
