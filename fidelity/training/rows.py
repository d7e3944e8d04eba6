"""From coded conversations to the rows each head learns from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fidelity.classify.features import Sample, turn_sample, utterance_samples
from fidelity.codebook import QUESTIONS, REFLECTIONS
from fidelity.training.corpora import Conversation, Gold

STYLES = (*map(str, range(10)), "misc")  # AnnoMI's ten coders and those of the MISC sets; a vote has no column
ANNOMI_WEIGHT = 0.3  # of a turn in the utterance head: turns are not quite utterances; best on grouped folds


@dataclass(slots=True)
class Rows:
    """What one head learns from: samples, labels, who coded them, how much each counts, and its group."""

    samples: list[Sample] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(self, sample: Sample, label: str | None, style: str, group: str, weight: float = 1.0) -> None:
        """Add a row, unless nobody labelled it."""
        if label is not None:
            self.samples.append(sample)
            self.labels.append(label)
            self.styles.append(style)
            self.weights.append(weight)
            self.groups.append(group)


_TURN_LABELS: dict[str, Callable[[Gold], str | None]] = {
    "behaviour": lambda g: g.behaviour,
    "reflection": lambda g: "yes" if g.reflection else "no",
    "question": lambda g: "yes" if g.question else "no",
    "input": lambda g: "yes" if g.input else "no",
    "openness": lambda g: g.question,
    "depth": lambda g: g.reflection,
}


_OPENNESS = {"OQ": "open", "CQ": "closed"}
_DEPTH = {"SR": "simple", "CR": "complex"}


def practitioner_rows(conversations: Sequence[Conversation], groups: dict[str, str]) -> dict[str, Rows]:
    """Rows for the heads of the practitioner's model."""
    rows = {name: Rows() for name in (*_TURN_LABELS, "code")}
    for c, i, gold in _turns(conversations, "practitioner"):
        group = groups[c.id]
        if c.corpus == "annomi":
            sample = turn_sample(c.turns, i)
            for name, label in _TURN_LABELS.items():
                rows[name].add(sample, label(gold), gold.annotator, group)
            if len(c.turns[i].utterances) == 1:
                rows["code"].add(sample, _as_code(gold), gold.annotator, group, ANNOMI_WEIGHT)
        else:
            for sample, code in zip(utterance_samples(c.turns, i), gold.codes, strict=True):
                rows["code"].add(sample, code, "misc", group)
                rows["openness"].add(sample, _OPENNESS.get(code), "misc", group)
                rows["depth"].add(sample, _DEPTH.get(code), "misc", group)
    return rows


def client_rows(conversations: Sequence[Conversation], groups: dict[str, str]) -> dict[str, Rows]:
    """Rows for the head of the client's model: turns of AnnoMI, utterances of the MISC sets."""
    rows = Rows()
    for c, i, gold in _turns(conversations, "client"):
        if c.corpus == "annomi":
            rows.add(turn_sample(c.turns, i), gold.behaviour, gold.annotator, groups[c.id])
        else:
            for sample, code in zip(utterance_samples(c.turns, i), gold.codes, strict=True):
                rows.add(sample, code, "misc", groups[c.id])
    return {"talk": rows}


def _turns(conversations: Sequence[Conversation], speaker: str) -> list[tuple[Conversation, int, Gold]]:
    return [
        (c, i, gold)
        for c in conversations
        for i, (turn, gold) in enumerate(zip(c.turns, c.gold, strict=True))
        if turn.speaker == speaker
    ]


def _as_code(gold: Gold) -> str | None:
    """The code of a turn that holds one thought; ``None`` where AnnoMI's labels do not settle it.

    Advice and options may or may not be persuasion, with or without leave: AnnoMI does not say.
    """
    marked = [kind for kind in (gold.question, gold.reflection, gold.input) if kind]
    if len(marked) > 1:
        return None
    if gold.question:
        return {"open": QUESTIONS[0], "closed": QUESTIONS[1]}[gold.question]
    if gold.reflection:
        return {"simple": REFLECTIONS[0], "complex": REFLECTIONS[1]}[gold.reflection]
    if gold.input:
        return "GI" if gold.input == "information" else None
    return "NC"
