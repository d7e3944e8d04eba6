"""Opens recordings, whatever they are: files, or sound that is kept elsewhere. Frames come out resampled.

PyAV carries FFmpeg's decoders in its wheel, so no program has to be installed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from fidelity.config import SAMPLE_RATE
from fidelity.errors import RecordingError

_READ = 1 << 20  # bytes at a time
_PIPED = 0x7FFF0000  # Programs that write WAV to a pipe leave the largest number there is for its size.


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording that is not one file on this machine: ``parts``, readable and seekable, that follow one another.

    Each part is a whole file of its own, as when a browser had to begin a recording again.
    """

    name: str
    parts: tuple[BinaryIO, ...]


Source = Path | Sound


@dataclass(frozen=True, slots=True)
class Look:
    """What a recording says of itself; ``stated`` is its length in seconds, if all of its parts say one."""

    format: str
    channels: int
    stated: float | None


def look(source: Source) -> Look:
    """Look at a recording without decoding it. Raises ``RecordingError`` if it is nothing we can listen to."""
    if isinstance(source, Path):
        _find(source)
    looks = []
    for part in _parts(source):
        with _open(part, source.name) as container:
            stream = container.streams.audio[0]
            stated = None
            if stream.duration is not None and stream.time_base is not None:
                stated = float(stream.duration * stream.time_base)
            elif container.duration is not None:
                stated = container.duration / 1_000_000
            if container.format.name == "wav":
                stated = _stated_in_wav(part) or stated
            name = f"{container.format.name.split(',')[0]}/{stream.codec_context.name}"
            looks.append(Look(name, stream.codec_context.channels or 1, stated))
    lengths = [one.stated for one in looks if one.stated is not None]
    return Look(
        format=looks[0].format,
        channels=2 if all(one.channels == 2 for one in looks) else 1,  # surround sound is mixed down
        stated=sum(lengths) if len(lengths) == len(looks) else None,
    )


def resampled(source: Source, *, form: str, layout: str) -> Iterator[Any]:
    """The sound of a recording at 16 kHz, piece by piece as it comes out of the decoder.

    ``form`` is FFmpeg's name of a sample format, ``layout`` mono or stereo; ``None`` stands for a damaged piece.
    """
    import av

    for part in _parts(source):
        with _open(part, source.name) as container:
            resampler = av.AudioResampler(format=form, layout=layout, rate=SAMPLE_RATE)
            for frame in _frames(container):
                if frame is None:
                    yield None
                    continue
                frame.pts = None  # damaged pieces leave gaps; a copy must stay in step with the analysis
                yield from resampler.resample(frame)
            yield from resampler.resample(None)


def sound_sha256(sound: Sound) -> str:
    """SHA-256 of all parts, one after the other."""
    digest = hashlib.sha256()
    for part in sound.parts:
        part.seek(0)
        while piece := part.read(_READ):
            digest.update(piece)
    return digest.hexdigest()


def _find(path: Path) -> None:
    if path.is_dir():
        raise RecordingError(f"{path} is a folder, not a recording.")
    try:
        if path.stat().st_size == 0:
            raise RecordingError(f"{path.name} is empty (0 bytes). Copy or record it again.")
    except FileNotFoundError:
        raise RecordingError(f"There is no file {path}. Check the name and the folder.") from None
    except PermissionError:
        raise _unreadable(path.name) from None


def _parts(source: Source) -> tuple[Path | BinaryIO, ...]:
    return (source,) if isinstance(source, Path) else source.parts


def _stated_in_wav(part: Path | BinaryIO) -> float | None:
    """Seconds that a WAV header promises. FFmpeg trusts the file's size instead, and so misses a cut-off file."""
    import wave

    if not isinstance(part, Path):
        part.seek(0)
    try:
        with wave.open(str(part) if isinstance(part, Path) else part) as file:
            size = file.getnframes() * file.getnchannels() * file.getsampwidth()
            return file.getnframes() / file.getframerate() if size < _PIPED else None
    except (wave.Error, EOFError, OSError, ZeroDivisionError):
        return None  # compressed or extended WAV: FFmpeg's word is all there is


def _unreadable(name: str) -> RecordingError:
    return RecordingError(f"{name} may not be read: you do not have permission. Ask its owner to allow it.")


def _open(part: Path | BinaryIO, name: str) -> Any:
    """The container, known to hold sound."""
    import av

    if not isinstance(part, Path):
        part.seek(0)
    try:
        container = av.open(str(part) if isinstance(part, Path) else part)
    except PermissionError:
        raise _unreadable(name) from None
    except (av.error.FFmpegError, ValueError):
        raise RecordingError(
            f"{name} is not a recording we can read, whatever its name says. "
            "It may be damaged, or have been cut off while it was saved. "
            "We read wav, mp3, m4a, aac, ogg, opus, webm, flac, mp4 and mov."
        ) from None
    if not container.streams.audio or not container.streams.audio[0].codec_context:
        container.close()
        raise RecordingError(f"{name} has no sound in it, only pictures or data.")
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
