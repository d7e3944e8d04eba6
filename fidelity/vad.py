"""When somebody is speaking: Silero's voice activity detector, as faster-whisper packages it.

Both recognisers are fed only the speech, joined together: silence and music are where Whisper invents
words. ``Joined`` maps times in the joined array back to times in the recording.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fidelity.config import SAMPLE_RATE, SpeechOptions
from fidelity.conversation import Span, Word

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


def find_speech(
    samples: NDArray[float32], start: float = 0.0, options: SpeechOptions | None = None
) -> tuple[Span, ...]:
    """Stretches of speech in ``samples`` (mono, 16 kHz), whose first sample is at ``start`` seconds."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = options or SpeechOptions()
    found = get_speech_timestamps(
        samples,
        VadOptions(
            threshold=options.threshold,
            min_silence_duration_ms=int(options.pause * 1000),
            speech_pad_ms=int(options.pad * 1000),
        ),
    )
    return tuple(Span(start=start + s["start"] / SAMPLE_RATE, end=start + s["end"] / SAMPLE_RATE) for s in found)


@dataclass(frozen=True, slots=True)
class Joined:
    """Speech with the silence cut out, and where each piece came from."""

    samples: NDArray[float32]
    pieces: tuple[Span, ...]

    def restore(self, words: Sequence[Word]) -> list[Word]:
        """The words with their times in the original. A word that straddles a cut stays in its first piece."""
        starts, total = [], 0.0
        for piece in self.pieces:
            starts.append(total)
            total += piece.end - piece.start
        restored = []
        for word in words:
            index = max(bisect_right(starts, (word.start + word.end) / 2) - 1, 0)
            piece, shift = self.pieces[index], self.pieces[index].start - starts[index]
            start = min(max(word.start + shift, piece.start), piece.end)
            end = min(max(word.end + shift, start), piece.end)
            restored.append(replace(word, start=round(start, 3), end=round(end, 3)))
        return restored


def join_speech(samples: NDArray[float32], start: float, speech: Sequence[Span]) -> Joined:
    """Cut the stretches of speech out of ``samples``, whose first sample is at ``start``, and join them."""
    import numpy as np

    pieces = [samples[round((s.start - start) * SAMPLE_RATE) : round((s.end - start) * SAMPLE_RATE)] for s in speech]
    joined = np.concatenate(pieces) if pieces else samples[:0]
    return Joined(samples=joined, pieces=tuple(speech))
