"""The shapes that the steps of the engine hand to each other.

Every step takes and returns these frozen dataclasses; nothing passes as a bare dict. They also define
the public file format: ``Analysis.to_json`` is ``analysis.json``, and ``analysis.schema.json`` is made
from the annotations below (see ``docs/analysis-format.md``).

Times are seconds from the start of the recording. A transcript without times has ``None`` there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA: Literal["changetalk.analysis/1"] = "changetalk.analysis/1"

Speaker = Literal["practitioner", "client", "other"]
Behaviour = Literal["reflection", "question", "input", "other", "change", "sustain", "neutral"]
LEFT_OUT = "left out"
"""The ``voice`` of a turn that a person took out of the coding: it is ``other``, and nobody in particular."""
Status = Literal["confident", "suggested"]
Unit = Literal["count", "share", "ratio", "seconds", "words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of speech, in seconds."""

    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word as heard, with the recogniser's own confidence (0 to 1)."""

    text: str
    start: float
    end: float
    probability: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSpan:
    """A stretch in which one voice speaks. Voices are numbered 0, 1, ... in order of appearance."""

    start: float
    end: float
    voice: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One complete thought inside a turn, not yet coded. ``u`` counts from 0 inside the turn."""

    u: int
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one person says until somebody else does. ``n`` counts from 0 in the conversation.

    ``voice`` tells people of the same role apart (a couple: two voices, both ``client``).
    ``certainty`` is how sure we are that this voice said it, 0 to 1.
    """

    n: int
    speaker: Speaker
    text: str
    start: float | None = None
    end: float | None = None
    voice: str | None = None
    certainty: float = 1.0
    words: tuple[Word, ...] = ()
    utterances: tuple[Utterance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedUtterance:
    """An utterance with its code. Codes and probabilities are ``None`` and empty for ``other`` people.

    ``probabilities`` covers every code this speaker can get and sums to one. ``status`` is
    ``suggested`` where the code is rare in our data or the probability low: a person should look.
    """

    u: int
    text: str
    start: float | None = None
    end: float | None = None
    code: str | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    status: Status = "suggested"
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedTurn:
    """A turn whose utterances are coded; ``behaviour`` is the turn's main one."""

    n: int
    speaker: Speaker
    text: str
    start: float | None = None
    end: float | None = None
    voice: str | None = None
    certainty: float = 1.0
    behaviour: Behaviour | None = None
    behaviour_probabilities: Mapping[str, float] = field(default_factory=dict)
    words: tuple[Word, ...] = ()
    utterances: tuple[CodedUtterance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Published marks for a measure, with the publication that sets them."""

    fair: float
    good: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One session measure: an estimate; ``low`` and ``high`` bound a 90 % interval. ``marked`` is what the codes
    shown in the transcript give when they are simply counted.

    ``n`` is what the value stands on (utterances, turns, pauses). Where ``withheld`` says why there
    is no value, ``value``, ``low``, ``high`` and ``marked`` are ``None``.
    """

    name: str
    title: str
    unit: Unit
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    marked: float | None = None
    withheld: str | None = None
    thresholds: Thresholds | None = None
    caution: str | None = None
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceRef:
    """Points at utterance ``u`` of turn ``n``."""

    n: int
    u: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalEvidence:
    """What a human rater would want before giving one MITI global rating. No rating is estimated."""

    name: str
    title: str
    asks: str
    supports: tuple[UtteranceRef, ...] = ()
    questions: tuple[UtteranceRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionScore:
    """Behaviour counts after the volley rules, summary measures, and evidence for the globals."""

    counts: tuple[Measure, ...]
    measures: tuple[Measure, ...]
    evidence: tuple[GlobalEvidence, ...]

    def measure(self, name: str) -> Measure:
        """The count or measure called ``name``; ``KeyError`` if there is none."""
        for measure in (*self.counts, *self.measures):
            if measure.name == name:
                return measure
        raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A place worth hearing again: what the client had just said, what was said, another way."""

    n: int
    u: int
    start: float | None
    end: float | None
    heard: str
    said: str
    code: str | None
    note: str
    another_way: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The one thing to try next time, tied to the measure it would move."""

    title: str
    text: str
    measure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Coaching feedback in the order it should be read."""

    went_well: tuple[Moment, ...]
    next_step: NextStep
    moments: tuple[Moment, ...]
    closing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Facts about the file that was analysed. ``duration`` is what could be decoded, in seconds."""

    name: str
    sha256: str
    kind: Literal["audio", "transcript"]
    format: str
    duration: float | None = None
    channels: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """A model that had a hand in the analysis; name, version and hash say exactly which."""

    role: str
    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Everything the engine says about one recording or transcript."""

    recording: Recording
    settings: Mapping[str, str]
    models: tuple[ModelUse, ...]
    turns: tuple[CodedTurn, ...]
    scores: SessionScore
    feedback: Feedback
    schema: Literal["changetalk.analysis/1"] = SCHEMA

    def to_json(self) -> str:
        """UTF-8 JSON text; the same analysis always gives the same text."""
        return _adapter().dump_json(self, indent=1).decode() + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Analysis:
        """Read what ``to_json`` wrote. Raises ``pydantic.ValidationError`` on anything else."""
        analysis: Analysis = _adapter().validate_json(text)
        return analysis

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """The JSON Schema of ``analysis.json``."""
        return _adapter().json_schema(mode="serialization")


@cache
def _adapter() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # heavy; needed only where JSON is read or written

    return TypeAdapter(Analysis)
