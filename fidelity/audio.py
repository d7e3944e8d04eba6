"""Any audio or video file, decoded as a stream into blocks of 16 kHz sound.

PyAV carries FFmpeg's decoders in its wheel, so no program has to be installed. A block is cut at the
quietest half second near its end: memory stays flat however long the file, and no word is split.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fidelity.config import SAMPLE_RATE, AudioOptions
from fidelity.errors import RecordingError

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

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

    path: Path
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
                    f"{self.path.name} holds {block.samples.shape[1] / SAMPLE_RATE:.1f} seconds of sound. "
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
        import av

        damaged = total = 0
        with _open(self.path) as container:
            resampler = av.AudioResampler(
                format="fltp", layout="stereo" if self.channels == 2 else "mono", rate=SAMPLE_RATE
            )
            for frame in _frames(container):
                if frame is None:
                    damaged += 1
                    continue
                for piece in resampler.resample(frame):
                    total += piece.samples
                    self.duration = total / SAMPLE_RATE
                    if self.duration > options.longest:
                        raise RecordingError(
                            f"{self.path.name} is longer than {options.longest / 3600:.0f} hours. "
                            "Cut it into shorter recordings, one conversation each."
                        )
                    yield _array(piece)
            for piece in resampler.resample(None):
                total += piece.samples
                yield _array(piece)
        self.duration = total / SAMPLE_RATE
        if total == 0:
            raise RecordingError(
                f"{self.path.name} could be opened, but no sound could be read from it. It may be damaged."
            )
        if damaged:
            self.warnings.append(
                f"{damaged} damaged pieces of the file were left out. What could be read was analysed."
            )


def open_audio(path: Path) -> AudioFile:
    """Look at a file without decoding it. Raises ``RecordingError`` if it is nothing we can listen to."""
    if path.is_dir():
        raise RecordingError(f"{path} is a folder, not a recording.")
    try:
        if path.stat().st_size == 0:
            raise RecordingError(f"{path.name} is empty (0 bytes). Copy or record it again.")
    except FileNotFoundError:
        raise RecordingError(f"There is no file {path}. Check the name and the folder.") from None
    except PermissionError:
        raise _unreadable(path) from None
    with _open(path) as container:
        stream = container.streams.audio[0]
        stated = None
        if stream.duration is not None and stream.time_base is not None:
            stated = float(stream.duration * stream.time_base)
        elif container.duration is not None:
            stated = container.duration / 1_000_000
        if container.format.name == "wav":
            stated = _stated_in_wav(path) or stated
        channels = stream.codec_context.channels or 1
        return AudioFile(
            path=path,
            format=f"{container.format.name.split(',')[0]}/{stream.codec_context.name}",
            channels=2 if channels == 2 else 1,  # surround sound is mixed down
            stated=stated,
        )


def compact_copy(source: Path, target: Path, *, bit_rate: int = 32_000) -> None:
    """Write a small mono MP3 of ``source`` for playback; every browser plays and seeks it."""
    import av

    with _open(source) as container, av.open(str(target), "w", format="mp3") as out:
        stream = out.add_stream("libmp3lame", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = bit_rate
        stream.options = {"compression_level": "7"}  # half the time of the default; speech sounds the same
        resampler = av.AudioResampler(format="s16p", layout="mono", rate=SAMPLE_RATE)
        for frame in _present(_frames(container)):
            frame.pts = None  # damaged pieces leave gaps; the copy must stay in step with the analysis
            for piece in resampler.resample(frame):
                out.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))


def _stated_in_wav(path: Path) -> float | None:
    """Seconds that a WAV header promises. FFmpeg trusts the file's size instead, and so misses a cut-off file."""
    import wave

    try:
        with wave.open(str(path)) as file:
            size = file.getnframes() * file.getnchannels() * file.getsampwidth()
            # Programs that write to a pipe leave the largest number there is.
            return file.getnframes() / file.getframerate() if size < 0x7FFF0000 else None
    except (wave.Error, EOFError, OSError, ZeroDivisionError):
        return None  # compressed or extended WAV: FFmpeg's word is all there is


def _array(frame: Any) -> NDArray[float32]:
    samples: NDArray[float32] = frame.to_ndarray()
    return samples


def _present(frames: Iterator[Any]) -> Iterator[Any]:
    return (frame for frame in frames if frame is not None)


def _unreadable(path: Path) -> RecordingError:
    return RecordingError(f"{path.name} may not be read: you do not have permission. Ask its owner to allow it.")


def _open(path: Path) -> Any:
    """The container, known to hold sound."""
    import av

    try:
        container = av.open(str(path))
    except PermissionError:
        raise _unreadable(path) from None
    except (av.error.FFmpegError, ValueError):
        raise RecordingError(
            f"{path.name} is not a recording we can read, whatever its name says. "
            "It may be damaged, or have been cut off while it was saved. "
            "We read wav, mp3, m4a, aac, ogg, opus, webm, flac, mp4 and mov."
        ) from None
    if not container.streams.audio or not container.streams.audio[0].codec_context:
        container.close()
        raise RecordingError(f"{path.name} has no sound in it, only pictures or data.")
    return container


def _frames(container: Any) -> Iterator[Any]:
    """Decoded frames; ``None`` for each piece that is damaged."""
    import av

    packets = container.demux(container.streams.audio[0])
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:
            yield None  # the file breaks off in the middle of a packet
            return
        try:
            yield from packet.decode()
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            yield None


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
