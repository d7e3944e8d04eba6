"""Any audio or video file, decoded as a stream into blocks of 16 kHz sound.

A block is cut at the quietest half second near its end: memory stays flat however long the recording, and no word
is split.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from fidelity.config import SAMPLE_RATE, AudioOptions
from fidelity.container import Sound, Source, look, resampled
from fidelity.conversation import Span
from fidelity.errors import RecordingError

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_TONE_HZ, _TONE_LEVEL = 440.0, 2000  # heard clearly, and no louder than talk; of 32,767
SUFFIXES = frozenset(
    ".wav .mp3 .m4a .aac .ogg .oga .opus .webm .flac .mp4 .m4v .mov .mka .mkv .wma .3gp .amr .aiff .aif".split()
)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the recording: ``samples`` is (channels, n) float32, -1 to 1; ``start`` in seconds."""

    start: float
    samples: NDArray[float32]

    @property
    def mono(self) -> NDArray[float32]:
        """The channels averaged, shape (n,)."""
        mixed: NDArray[float32] = self.samples.mean(axis=0, dtype="float32")
        return mixed


@dataclass(slots=True)
class AudioFile:
    """A recording that could be opened. ``duration`` and ``warnings`` are complete after ``blocks`` has ended."""

    source: Source
    format: str
    channels: int
    stated: float | None  # s. What the container says; browser recordings say nothing.
    duration: float = 0.0
    warnings: list[str] = field(default_factory=list)

    def blocks(self, options: AudioOptions | None = None) -> Iterator[Block]:
        """Decode the file once, in order.

        Raises ``RecordingError`` if it is too short, too long or cannot be decoded at all.
        """
        options = options or AudioOptions()
        for block in _cut(self._decode(options), options):
            if block.start == 0 and block.samples.shape[1] < options.shortest * SAMPLE_RATE:
                raise RecordingError(
                    f"{self.source.name} holds {block.samples.shape[1] / SAMPLE_RATE:.1f} seconds of sound. "
                    f"A recording needs at least {options.shortest:.0f} seconds."
                )
            yield block
        if self.stated and self.duration < self.stated * (1 - options.lost) - 1:
            self.warnings.append(
                f"The file says it is {_length(self.stated)} long, but only {_length(self.duration)} could be "
                f"read: {_length(self.stated - self.duration)} are missing, so it was probably cut off. "
                "What is there was analysed."
            )

    def _decode(self, options: AudioOptions) -> Iterator[NDArray[float32]]:
        """Resampled pieces of shape (channels, n), as they come out of the decoder."""
        damaged = total = 0
        for piece in resampled(self.source, form="fltp", layout="stereo" if self.channels == 2 else "mono"):
            if piece is None:
                damaged += 1
                continue
            total += piece.samples
            self.duration = total / SAMPLE_RATE
            if self.duration > options.longest:
                raise RecordingError(
                    f"{self.source.name} is longer than {options.longest / 3600:.0f} hours. "
                    "Cut it into shorter recordings, one conversation each."
                )
            yield _array(piece)
        if total == 0:
            raise RecordingError(
                f"{self.source.name} could be opened, but no sound could be read from it. It may be damaged."
            )
        if damaged:
            self.warnings.append(
                f"{damaged} damaged pieces of the file were left out. What could be read was analysed."
            )


def open_audio(source: Source) -> AudioFile:
    """Look at a recording without decoding it. Raises ``RecordingError`` if it is nothing we can listen to."""
    found = look(source)
    return AudioFile(source=source, format=found.format, channels=found.channels, stated=found.stated)


def compact_copy(
    source: Source, target: Path | BinaryIO, *, bit_rate: int = 32_000, cover: Sequence[Span] = ()
) -> float:
    """Write a small mono MP3 of ``source`` for playback, which every browser plays and seeks; its length in seconds.

    In the stretches of ``cover`` there is a quiet tone instead of what was said.
    """
    import av

    samples = 0
    with av.open(str(target) if isinstance(target, Path) else target, "w", format="mp3") as out:
        stream = out.add_stream("libmp3lame", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = bit_rate
        stream.options = {"compression_level": "7"}  # half the time of the default; speech sounds the same
        for piece in resampled(source, form="s16p", layout="mono"):
            if piece is not None:
                out.mux(stream.encode(_covered(piece, samples, cover) if cover else piece))
                samples += piece.samples
        out.mux(stream.encode(None))
    return samples / SAMPLE_RATE


def _covered(frame: Any, start: int, cover: Sequence[Span]) -> Any:
    """A frame of 16-bit sound that begins at sample ``start``, with a tone where it is to be covered."""
    import av
    import numpy as np

    times = (start + np.arange(frame.samples)) / SAMPLE_RATE
    hidden = np.zeros(frame.samples, dtype=bool)
    for span in cover:
        hidden |= (times >= span.start) & (times < span.end)
    if not hidden.any():
        return frame
    sound = frame.to_ndarray()
    sound[:, hidden] = (_TONE_LEVEL * np.sin(2 * np.pi * _TONE_HZ * times[hidden])).astype(sound.dtype)
    made = av.AudioFrame.from_ndarray(sound, format="s16p", layout="mono")
    made.sample_rate = SAMPLE_RATE
    return made


def _array(frame: Any) -> NDArray[float32]:
    samples: NDArray[float32] = frame.to_ndarray()
    return samples


def _cut(pieces: Iterator[NDArray[float32]], options: AudioOptions) -> Iterator[Block]:
    """Gather pieces into blocks no longer than ``options.block``, each ending in a quiet place."""
    import numpy as np

    held: list[NDArray[float32]] = []
    size, start, limit = 0, 0, int(options.block * SAMPLE_RATE)
    for piece in pieces:
        held.append(piece)
        size += piece.shape[1]
        while size >= limit:
            whole = np.concatenate(held, axis=1)
            end = _quietest(whole[:, :limit], options)
            yield Block(start=start / SAMPLE_RATE, samples=whole[:, :end])
            held, size, start = [whole[:, end:]], size - end, start + end
    if size:
        yield Block(start=start / SAMPLE_RATE, samples=np.concatenate(held, axis=1))


def _quietest(samples: NDArray[float32], options: AudioOptions) -> int:
    """Index in the middle of the quietest stretch within the last ``options.search`` seconds."""
    import numpy as np

    step = SAMPLE_RATE // 100  # 10 ms
    first: int = samples.shape[1] - int(options.search * SAMPLE_RATE)
    tail = samples[:, first:]
    frames = tail[:, : tail.shape[1] // step * step].reshape(len(tail), -1, step)
    energy = np.square(frames, dtype="float64").mean(axis=(0, 2))
    width = int(options.quiet * 100)
    level = np.convolve(energy, np.ones(width), mode="valid")
    middle = int(level.argmin()) + width // 2
    return first + middle * step


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


__all__ = ["SUFFIXES", "AudioFile", "Block", "Sound", "Source", "compact_copy", "open_audio"]
