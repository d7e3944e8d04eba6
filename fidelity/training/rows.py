"""From coded conversations to the rows each head learns from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from fidelity.classify.features import Sample, turn_sample, utterance_samples
from fidelity.codebook import BY_BEHAVIOUR, CODES, HELD, QUESTIONS, REFLECTIONS
from fidelity.conversation import Turn
from fidelity.training.corpora import Conversation, Gold

WRITTEN = "written"
STYLES = (*map(str, range(10)), "misc", WRITTEN)  # AnnoMI's ten coders, the MISC sets', ours; a vote has none
RUN_TIME_STYLES = {"code": ("misc", WRITTEN)}  # Codes of utterances: as those who code utterances would.
UNSKILFUL_WEIGHT = 2.0  # of a practitioner's turn in an unskilful session: such sessions are few
ANNOMI_WEIGHT = 0.3  # of a turn in the utterance head: turns are not quite utterances; best on grouped folds


@dataclass(slots=True)
class Rows:
    """What one head learns from: samples, labels, who coded them, how much each counts, and its group."""

    samples: list[Sample] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(self, sample: Sample, label: str, style: str, group: str, weight: float) -> None:
        """Add a row."""
        self.samples.append(sample)
        self.labels.append(label)
        self.styles.append(style)
        self.weights.append(weight)
        self.groups.append(group)


@dataclass(frozen=True, slots=True)
class Target:
    """What one head has to say of a turn, or of one of its ``utterance``s, and in whose style."""

    head: str
    utterance: int | None
    label: str
    style: str
    weight: float = 1.0


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


def targets(conversation: Conversation, i: int) -> list[Target]:
    """All that humans said of turn ``i``."""
    turn, gold = conversation.turns[i], conversation.gold[i]
    if conversation.corpus == "annomi":
        return list(_of_turn(gold, turn))
    return list(_of_utterances(gold, turn.speaker, conversation.corpus))


def encoder_targets(conversation: Conversation, i: int) -> list[Target]:
    """What the encoder learns of turn ``i``: more than the words, which it led astray on text without punctuation.

    What a practitioner does in an unskilful session counts ``UNSKILFUL_WEIGHT`` times, and a written turn whose
    utterances are all of one kind also says what a turn mainly does.
    """
    found = targets(conversation, i)
    if conversation.turns[i].speaker == "client":
        return found
    if conversation.quality == "low":
        return [replace(target, weight=UNSKILFUL_WEIGHT * target.weight) for target in found]
    behaviours = {CODES[code].behaviour for code in conversation.gold[i].codes}
    if conversation.corpus == WRITTEN and len(behaviours) == 1:
        found.append(Target("behaviour", None, behaviours.pop(), WRITTEN))
    return found


def _of_turn(gold: Gold, turn: Turn) -> Iterator[Target]:
    """AnnoMI's labels are of whole turns; a turn of one utterance teaches codes of utterances as well."""
    if turn.speaker == "client":
        if gold.behaviour is not None:
            yield Target("talk", None, gold.behaviour, gold.annotator)
        return
    for head, label_of in _TURN_LABELS.items():
        label = label_of(gold)
        if label is not None:
            yield Target(head, None, label, gold.annotator)
    code = _as_code(gold) if len(turn.utterances) == 1 else None
    if code is not None:
        yield Target("code", 0, code, gold.annotator, ANNOMI_WEIGHT)


def _of_utterances(gold: Gold, speaker: str, corpus: str) -> Iterator[Target]:
    """The other sets' labels are of utterances; what a turn holds follows from them where MITI was coded."""
    if speaker == "client":
        yield from (Target("talk", u, code, corpus) for u, code in enumerate(gold.codes))
        return
    for u, code in enumerate(gold.codes):
        yield Target("code", u, code, corpus)
        for head, kinds in (("openness", _OPENNESS), ("depth", _DEPTH)):
            if code in kinds:
                yield Target(head, u, kinds[code], corpus)
    if corpus == WRITTEN:
        for head in HELD:
            yield Target(head, None, "yes" if set(gold.codes) & set(BY_BEHAVIOUR[head]) else "no", corpus)


def practitioner_rows(conversations: Sequence[Conversation], groups: dict[str, str]) -> dict[str, Rows]:
    """Rows for the heads of the practitioner's model."""
    return _rows(conversations, groups, "practitioner", (*_TURN_LABELS, "code"))


def client_rows(conversations: Sequence[Conversation], groups: dict[str, str]) -> dict[str, Rows]:
    """Rows for the head of the client's model."""
    return _rows(conversations, groups, "client", ("talk",))


def _rows(
    conversations: Sequence[Conversation], groups: dict[str, str], speaker: str, heads: Sequence[str]
) -> dict[str, Rows]:
    rows = {head: Rows() for head in heads}
    for c, i in coded_turns(conversations, speaker):
        whole, parts = turn_sample(c.turns, i), utterance_samples(c.turns, i)
        if len(parts) == 1:
            parts = [whole]  # the same words: computed once
        for t in targets(c, i):
            sample = whole if t.utterance is None else parts[t.utterance]
            rows[t.head].add(sample, t.label, t.style, groups[c.id], t.weight)
    return rows


def coded_turns(conversations: Sequence[Conversation], speaker: str) -> list[tuple[Conversation, int]]:
    """The turns of one side that teach something: of a contrast pair only the one in which its sides differ."""
    return [
        (c, i)
        for c in conversations
        for i, turn in enumerate(c.turns)
        if turn.speaker == speaker and turn.utterances and c.decides in (None, i)
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
