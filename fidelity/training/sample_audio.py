"""Turns clean synthetic speech into something like a recording, and writes it as a small file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fidelity.errors import DataError
from fidelity.training.synthesis import RATE

if TYPE_CHECKING:
    from av.audio import AudioStream
    from numpy import float32
    from numpy.typing import NDArray

_LOUDNESS = -23.0  # dBFS. Every utterance is brought to it, as a phone's automatic gain would.
_ROOM = -62.0  # dBFS. Room tone, so that a pause is quiet but never digital silence.
_ROOM_EDGE = 1_000  # Hz. Rooms hum and rumble more than they hiss.
_LEAK = -30.0  # dB. What the other person's microphone picks up when there are two.
_FRAME = 960  # samples, 40 ms: a whole number of frames for Opus.

# What people bring: a phone's memo, a messenger's voice note, an old recorder's MP3, a browser's recording.
# Container and codec, and the bit rate per channel, low but with every word clear.
_FORMATS = {
    ".m4a": ("ipod", "aac", 48_000),
    ".ogg": ("ogg", "libopus", 28_000),
    ".mp3": ("mp3", "libmp3lame", 40_000),
    ".webm": ("webm", "libopus", 28_000),
}


def level(sound: NDArray[float32]) -> NDArray[float32]:
    """``sound`` at the loudness of all speech in the samples."""
    import numpy as np

    power = float(np.mean(np.square(sound, dtype=np.float64)))
    levelled: NDArray[float32] = sound * np.float32(_gain(_LOUDNESS) / max(power, 1e-12) ** 0.5)
    return levelled


def with_room(sound: NDArray[float32], *, seed: int) -> NDArray[float32]:
    """``sound``, (channels, n), with room tone; with two channels, each hears a little of the other."""
    import numpy as np
    from scipy.signal import butter, sosfilt

    if len(sound) == 2:
        sound = sound + np.float32(_gain(_LEAK)) * sound[::-1]
    noise = np.random.default_rng(seed).standard_normal(sound.shape)
    tone = sosfilt(butter(1, _ROOM_EDGE, fs=RATE, output="sos"), noise)
    tone *= _gain(_ROOM) / np.sqrt(np.mean(tone**2))
    heard: NDArray[float32] = np.clip(sound + tone, -1, 1).astype(np.float32)
    return heard


def encode(sound: NDArray[float32], path: Path) -> None:
    """Write ``sound``, (channels, n) at ``RATE``, in the format that the file name asks for."""
    import av
    import numpy as np

    if path.suffix not in _FORMATS:
        raise DataError(f"{path.name} must end in one of: {', '.join(_FORMATS)}.")
    container_format, codec, bit_rate = _FORMATS[path.suffix]
    buffer = io.BytesIO()
    # "bitexact" leaves out what would differ between two runs: dates, random numbers, version texts.
    with av.open(buffer, "w", format=container_format, options={"fflags": "+bitexact"}) as container:
        layout = "stereo" if len(sound) == 2 else "mono"
        stream = cast(
            "AudioStream",
            container.add_stream(
                codec, rate=RATE, layout=layout, bit_rate=bit_rate * len(sound), options={"flags": "+bitexact"}
            ),
        )
        for start in range(0, sound.shape[1], _FRAME):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound[:, start : start + _FRAME]), format="fltp", layout=layout
            )
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    path.write_bytes(buffer.getvalue())


def _gain(decibels: float) -> float:
    return float(10 ** (decibels / 20))
