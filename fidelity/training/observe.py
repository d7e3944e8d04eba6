"""Sets the codes of a coder beside those of the humans, conversation by conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fidelity.classify import Coder
from fidelity.codebook import BY_BEHAVIOUR, CLIENT, PRACTITIONER, PRACTITIONER_BEHAVIOURS
from fidelity.config import ScoreOptions
from fidelity.conversation import CodedTurn, Turn
from fidelity.roles import find_practitioner
from fidelity.training.corpora import Conversation, Corpus, Gold
from fidelity.training.experts import Opinions, opinions
from fidelity.training.figures import Observation
from fidelity.training.sessions import SessionValue, session_values

EARLY = 20  # turns, some two minutes
_PRESENT = ("present", "absent")
_TEN = tuple(code for code in PRACTITIONER if code not in ("Seek", "NC"))
_ELEVEN = tuple(code for code in PRACTITIONER if code != "NC")
LABELS: dict[Corpus, dict[str, tuple[str, ...]]] = {
    "annomi": {
        "main behaviour": PRACTITIONER_BEHAVIOURS,
        "reflection": _PRESENT,
        "question": _PRESENT,
        "input": _PRESENT,
        "open or closed": ("open", "closed"),
        "simple or complex": ("simple", "complex"),
        "client": CLIENT,
    },
    "misc": {"utterance code": _TEN, "client": CLIENT},
    "written": {"utterance code": _ELEVEN, "client": CLIENT, "contrast pairs": _ELEVEN, "client pairs": CLIENT},
}
SPLIT = ("main behaviour", "utterance code", "client")  # tasks that are also shown topic by topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What was observed in one conversation."""

    corpus: Corpus
    conversation: str
    quality: str | None
    topic: str | None
    observations: tuple[Observation, ...]
    sessions: tuple[SessionValue, ...]
    opinions: tuple[Opinions, ...]
    found: bool
    found_early: bool


def observe(coder: Coder, conversations: Sequence[Conversation]) -> list[Scored]:
    """Code the conversations, whose turns must have their utterances."""
    options = coder.local.scores(ScoreOptions()) if coder.local else None
    scored = []
    for c in conversations:
        coded = coder.code(c.turns)
        scored.append(
            Scored(
                corpus=c.corpus,
                conversation=c.id,
                quality=c.quality,
                topic=c.topic,
                observations=tuple(o for turn, gold in zip(coded, c.gold, strict=True) for o in _of(c, turn, gold)),
                sessions=() if c.pair else tuple(session_values(c, coded, options)),
                opinions=tuple(opinions(c, coded)),
                found=_practitioner_found(c.turns),
                found_early=_practitioner_found(c.turns[:EARLY]),
            )
        )
    return scored


def _practitioner_found(turns: Sequence[Turn]) -> bool:
    said: dict[str, list[str]] = {}
    for turn in turns:
        said.setdefault(turn.speaker, []).append(turn.text)
    return find_practitioner(said) == "practitioner"


def _of(c: Conversation, turn: CodedTurn, gold: Gold) -> list[Observation]:
    if not turn.utterances or turn.behaviour is None:
        return []
    if c.corpus != "annomi":
        return _of_codes(c, turn, gold)
    if gold.behaviour is None:
        return []
    main = (c.id, gold.behaviour, turn.behaviour, max(turn.behaviour_probabilities.values()))
    if turn.speaker == "client":
        return [Observation("client", *main)]
    return [
        Observation("main behaviour", *main),
        _presence("reflection", c, turn, gold.reflection),
        _presence("question", c, turn, gold.question),
        _presence("input", c, turn, gold.input),
        *_kind("open or closed", c, turn, gold.question, {"open": "OQ", "closed": "CQ"}),
        *_kind("simple or complex", c, turn, gold.reflection, {"simple": "SR", "complex": "CR"}),
    ]


def _of_codes(c: Conversation, turn: CodedTurn, gold: Gold) -> list[Observation]:
    """Utterances; of a contrast pair only the side that decides, the turns around it being common to both."""
    if c.pair and turn.n != c.decides:
        return []
    task = "client" if turn.speaker == "client" else "utterance code"
    if c.pair:
        task = "client pairs" if turn.speaker == "client" else "contrast pairs"
    return [
        Observation(task, c.id, label, str(u.code), max(u.probabilities.values()), u.status == "confident")
        for label, u in zip(gold.codes, turn.utterances, strict=True)
    ]


def _presence(task: str, c: Conversation, turn: CodedTurn, gold: str | None) -> Observation:
    said = any(u.code in BY_BEHAVIOUR[task] for u in turn.utterances)
    return Observation(task, c.id, _PRESENT[not gold], _PRESENT[not said])


def _kind(task: str, c: Conversation, turn: CodedTurn, gold: str | None, codes: dict[str, str]) -> list[Observation]:
    if gold is None:
        return []
    weight = {kind: sum(u.probabilities[code] for u in turn.utterances) for kind, code in codes.items()}
    return [Observation(task, c.id, gold, max(weight, key=lambda kind: weight[kind]))]
