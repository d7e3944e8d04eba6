"""What the engine hears in an answer. Runs in the worker: the web process never loads the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webapp.learning.content.course import Exercise

if TYPE_CHECKING:
    from fidelity.classify import Coder
    from fidelity.transcribe import Transcriber


class CannotListen(Exception):
    """A recording that is no sound, or is cut short or far too long."""


SHORTEST, LONGEST = 0.3, 90.0  # s of a spoken answer; browsers stop recording at a minute


def warm_up() -> None:
    """Load what is needed, so that the first answer does not wait for it."""
    hear_text([{"client": "I am tired."}], "You're tired.")


def hear(exercise: Exercise, text: str) -> dict[str, Any]:
    """The codes the engine hears in an answer to an exercise's exchange."""
    return {"utterances": hear_text(exercise.told["exchange"], text)}


def hear_text(exchange: Sequence[Mapping[str, str]], text: str) -> list[dict[str, Any]]:
    """Each thought of a practitioner's answer: its text, code, how sure the engine is, and why."""
    from fidelity.conversation import Turn
    from fidelity.utterances import split_all

    said = [(voice, words) for turn in exchange for voice, words in turn.items()]
    turns = [
        Turn(n=n, speaker="client" if voice == "client" else "practitioner", text=words)
        for n, (voice, words) in enumerate([*said, ("practitioner", text)])
    ]
    coded = coder().code(split_all(turns))[-1]
    return [
        {
            "text": u.text,
            "code": u.code or "NC",
            "belief": round(max(u.probabilities.values(), default=0.0), 2),
            "sure": u.status == "confident",
            "why": u.why,
        }
        for u in coded.utterances
    ]


def words_in(sound: bytes) -> str:
    """What is said in a short recording, in any format a browser makes; empty if nobody speaks.

    Raises:
        CannotListen: it is nothing that can be listened to.
    """
    import tempfile

    from fidelity.errors import RecordingError

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer"
        path.write_bytes(sound)
        try:
            return _words(path)
        except RecordingError as error:
            raise CannotListen from error


def _words(path: Path) -> str:
    from fidelity.audio import open_audio
    from fidelity.config import AudioOptions
    from fidelity.vad import find_speech, join_speech

    said = []
    for block in open_audio(path).blocks(AudioOptions(shortest=SHORTEST, longest=LONGEST)):
        speech = find_speech(block.mono, block.start)
        if speech:
            said += _transcriber().words(join_speech(block.mono, block.start, speech).samples)
    return " ".join(word.text for word in said)


@lru_cache(maxsize=1)
def _transcriber() -> Transcriber:
    from fidelity.config import TranscribeOptions
    from fidelity.transcribe import load_transcriber

    return load_transcriber(TranscribeOptions())


def coder(calibration: Path | None = None) -> Coder:
    """The engine's coder, its models loaded once in a process.

    With a service's own ``calibration`` for its recordings, as its folder holds it at this moment; exercises are
    answered by the shipped models alone.
    """
    return _shipped() if calibration is None else _shipped().calibrated(calibration)


@lru_cache(maxsize=1)
def _shipped() -> Coder:
    from fidelity.classify import Coder

    return Coder.load()
