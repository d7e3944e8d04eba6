"""The whole way from a file to an analysis. The only module that names every step.

The recording is decoded once. Each block of at most four minutes is searched for speech, written down and
measured for voices while it is in memory, then dropped; so memory does not grow with the recording.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fidelity.audio import AudioFile, Sound, Source, open_audio
from fidelity.config import (
    DRIFTS,
    AudioOptions,
    DiariseOptions,
    FeedbackOptions,
    ScoreOptions,
    SpeechOptions,
    TranscribeOptions,
    TranscriptOptions,
    TurnOptions,
)
from fidelity.container import sound_sha256
from fidelity.conversation import Analysis, ModelUse, Recording, Speaker, Turn, Word
from fidelity.errors import FidelityError, RecordingError
from fidelity.transcribe.weights import sha256 as file_sha256

if TYPE_CHECKING:
    from fidelity.transcribe import Transcriber

Hook = Callable[[str, float, float], None]
"""Called as ``hook(step, done, total)``. ``total`` is 0 while it is not known."""

STEPS = {
    "load": "Getting the models ready",
    "listen": "Writing down what was said",
    "voices": "Telling the voices apart",
    "utterances": "Finding each thought",
    "codes": "Coding",
    "feedback": "Scores and feedback",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a caller may choose. The defaults suit a conversation between two people in English.

    ``practitioner`` names the voice (A, B, C in order of appearance) or, for a transcript, the label that
    is the practitioner; ``swap`` exchanges the practitioner and the client that were found. ``calibration``
    is the folder with a service's own one.
    """

    speakers: int = 2
    practitioner: str | None = None
    swap: bool = False
    models: Path | None = None
    calibration: Path | None = None
    audio: AudioOptions = field(default_factory=AudioOptions)
    speech: SpeechOptions = field(default_factory=SpeechOptions)
    transcribe: TranscribeOptions = field(default_factory=TranscribeOptions)
    diarise: DiariseOptions = field(default_factory=DiariseOptions)
    turns: TurnOptions = field(default_factory=TurnOptions)
    transcript: TranscriptOptions = field(default_factory=TranscriptOptions)
    scores: ScoreOptions = field(default_factory=ScoreOptions)
    feedback: FeedbackOptions = field(default_factory=FeedbackOptions)

    def settings(self, *, listens: bool = True) -> Mapping[str, str]:
        """The choices that change the result, as text: kept in the analysis. A transcript is not listened to."""
        heard = {
            "engine": self.transcribe.engine,
            "weights": Path(self.transcribe.model).name,
            "beam": str(self.transcribe.beam),
            "speakers": str(self.speakers),
        }
        roles = {"practitioner": self.practitioner or "", "swap": "yes" if self.swap else "no"}
        return (heard | roles if listens else roles) | self._calibrated()

    def _calibrated(self) -> dict[str, str]:
        """Which local calibration, and the widths of intervals it asks for; nothing without one."""
        if self.calibration is None:
            return {}
        from fidelity.classify.local import load

        own = load(self.calibration)
        scores = own.scores(self.scores)
        return {"calibration": own.sha256} | {name: str(getattr(scores, name)) for name in DRIFTS}


def analyse(recording: Source | str, options: Options | None = None, hook: Hook | None = None) -> Analysis:
    """Listen to a recording: transcript, speakers, codes, scores and feedback.

    A recording is a path, or a ``Sound`` that is read from wherever its owner keeps it.
    Raises ``RecordingError`` if the file is nothing that can be analysed, ``ModelError`` if a model is
    missing or damaged.
    """
    options, hook = options or Options(), hook or _silent
    if not 2 <= options.speakers <= 3:
        raise RecordingError("A recording needs two people, or three for a couple: --speakers takes 2 or 3.")
    source = Path(recording) if isinstance(recording, str) else recording
    audio = open_audio(source)
    digest = sound_sha256(source) if isinstance(source, Sound) else file_sha256(source)
    words_and_voices, models = _listen(audio, options, hook)
    turns = _turns(words_and_voices, source.name, options)
    about = Recording(
        name=source.name,
        sha256=digest,
        kind="audio",
        format=audio.format,
        duration=round(audio.duration, 3),
        channels=audio.channels,
        warnings=tuple(audio.warnings),
    )
    return _analysis(about, turns, models, options, hook)


def code(transcript: Path | str | Sequence[Turn], options: Options | None = None, hook: Hook | None = None) -> Analysis:
    """Code a transcript: a file (CSV, JSON, WebVTT, SRT) or turns already in memory.

    The turns are kept one to one, and turns that bring utterances keep them. Raises ``TranscriptError``.
    """
    from fidelity.transcripts import read_transcript

    options, hook = options or Options(), hook or _silent
    if isinstance(transcript, Path | str):
        path = Path(transcript)
        turns = read_transcript(path, practitioner=options.practitioner, options=options.transcript)
        name, form, digest = path.name, path.suffix.lower().lstrip("."), file_sha256(path)
    else:
        turns, name, form = tuple(transcript), "transcript", "turns"
        digest = hashlib.sha256(repr(turns).encode()).hexdigest()
    if options.swap:
        turns = _swapped(turns)
    about = Recording(
        name=name,
        sha256=digest,
        kind="transcript",
        format=form,
        duration=max((t.end for t in turns if t.end is not None), default=None),
    )
    return _analysis(about, turns, (), options, hook)


def _listen(
    audio: AudioFile, options: Options, hook: Hook
) -> tuple[list[tuple[Word, int, float]], tuple[ModelUse, ...]]:
    """Words with voice and certainty, and the models that found them."""
    from fidelity.diarise import VoiceTracker, assign
    from fidelity.transcribe import load_transcriber
    from fidelity.vad import find_speech, join_speech

    total = audio.stated or 0.0
    hook("load", 0, 1)
    transcriber: Transcriber = load_transcriber(options.transcribe)
    tracker = VoiceTracker.load(options.models, options.diarise)
    hook("load", 1, 1)
    words: list[Word] = []
    spoken = 0.0
    hook("listen", 0, total)
    for block in audio.blocks(options.audio):
        mono = block.mono
        speech = find_speech(mono, block.start, options.speech)
        if speech:
            joined = join_speech(mono, block.start, speech)

            def heard(done: float, start: float = block.start, share: float = len(mono) / len(joined.samples)) -> None:
                hook("listen", start + done * share, total)

            words += joined.restore(transcriber.words(joined.samples, heard))
            tracker.observe(block.samples, block.start, speech)
            spoken += sum(span.end - span.start for span in speech)
        hook("listen", block.start + len(mono) / 16_000, total)
    hook("listen", audio.duration, audio.duration)
    if spoken < options.speech.least or not words:
        raise RecordingError(
            f"We could not hear anyone speaking in {audio.source.name}: it seems to hold only silence, music or noise. "
            "Check that the right file was chosen and that the microphone was on."
        )
    hook("voices", 0, 1)
    spans = tracker.finish(options.speakers)
    hook("voices", 1, 1)
    return assign(words, spans), tuple(model for model in (transcriber.model, tracker.model) if model is not None)


def _turns(words: Sequence[tuple[Word, int, float]], name: str, options: Options) -> tuple[Turn, ...]:
    """Turns with roles: the practitioner as named, else as found from the text."""
    from fidelity.roles import find_practitioner
    from fidelity.turns import VoicedWord, build_turns, with_roles

    turns = build_turns([VoicedWord(*word) for word in words], options.turns)
    said: dict[str, list[str]] = {}
    for turn in turns:
        said.setdefault(turn.voice or "", []).append(turn.text)
    if len(said) < 2:
        raise RecordingError(
            f"We could hear only one voice in {name}. A practice conversation needs two people; if two were there, "
            "place the microphone between them."
        )
    chosen = options.practitioner.strip().upper() if options.practitioner else find_practitioner(said)
    if chosen not in said:
        raise RecordingError(f"There is no voice {chosen} in {name}. The voices are {', '.join(sorted(said))}.")
    roles: dict[str, Speaker] = {voice: "practitioner" if voice == chosen else "client" for voice in said}
    turns = with_roles(turns, roles)
    return _swapped(turns) if options.swap else turns


def _swapped(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Practitioner and client exchanged. Among three voices the client who speaks most becomes the practitioner."""
    from collections import Counter
    from dataclasses import replace

    clients = Counter[str | None]()
    for turn in turns:
        if turn.speaker == "client":
            clients[turn.voice] += len(turn.text.split())
    if not clients:
        return tuple(turns)
    promoted = clients.most_common(1)[0][0]

    def role(turn: Turn) -> Speaker:
        if turn.speaker == "practitioner":
            return "client"
        return "practitioner" if turn.speaker == "client" and turn.voice == promoted else turn.speaker

    return tuple(replace(turn, speaker=role(turn)) for turn in turns)


def _analysis(
    recording: Recording, turns: Sequence[Turn], models: tuple[ModelUse, ...], options: Options, hook: Hook
) -> Analysis:
    """The text part, the same for recordings and transcripts."""
    from fidelity.classify import Coder
    from fidelity.feedback import give_feedback
    from fidelity.score import score
    from fidelity.utterances import split_all

    hook("utterances", 0, 1)
    split = split_all(turns)
    hook("utterances", 1, 1)
    hook("codes", 0, 1)
    coder = Coder.load(options.models, calibration=options.calibration)
    coded = coder.code(split)
    hook("codes", 1, 1)
    hook("feedback", 0, 1)
    scores = score(coded, coder.local.scores(options.scores) if coder.local else options.scores)
    feedback = give_feedback(coded, scores, options.feedback)
    hook("feedback", 1, 1)
    return Analysis(
        recording=recording,
        settings=options.settings(listens=recording.kind == "audio"),
        models=(*models, *coder.models),
        turns=coded,
        scores=scores,
        feedback=feedback,
    )


def _silent(step: str, done: float, total: float) -> None:
    """The hook of a caller who does not want to know."""


__all__ = ["STEPS", "FidelityError", "Hook", "Options", "analyse", "code", "file_sha256"]
