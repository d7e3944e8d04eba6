"""What every speech recogniser must do, so that the rest of the engine never knows which one ran."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from fidelity.conversation import ModelUse, Word
from fidelity.errors import ModelError

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from fidelity.config import TranscribeOptions


class Transcriber(Protocol):
    """Turns speech into words with times."""

    @property
    def model(self) -> ModelUse:
        """Which weights were used."""
        ...

    def words(self, samples: NDArray[float32], heard: Callable[[float], None] | None = None) -> list[Word]:
        """Words in ``samples`` (mono, 16 kHz, -1 to 1), times counted from the start of the array.

        ``heard`` is told now and then how many seconds of the array are done. Raises ``ModelError`` if the
        weights cannot be used.
        """
        ...


def as_word(text: str, start: float, end: float, probability: float) -> Word:
    """A word as an engine gives it, in plain numbers; milliseconds are finer than anybody can hear."""
    return Word(
        text=text.strip(),
        start=round(float(start), 3),
        end=round(float(end), 3),
        probability=round(float(probability), 3),
    )


def load_transcriber(options: TranscribeOptions) -> Transcriber:
    """The recogniser that the options name, with its weights found and checked.

    Raises ``ModelError`` if the engine is not installed or its weights are missing or damaged.
    """
    if options.engine == "faster-whisper":
        from fidelity.transcribe.ctranslate import FasterWhisper

        return FasterWhisper(options)
    if options.engine == "openai-whisper":
        from fidelity.transcribe.openai import OpenAIWhisper

        return OpenAIWhisper(options)
    raise ModelError(f"There is no speech engine called “{options.engine}”. Choose faster-whisper or openai-whisper.")
