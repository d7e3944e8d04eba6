"""Makes small sound and video files with PyAV, in the formats people bring."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

FORMATS = {
    "wav": ("wav", "pcm_s16le"),
    "mp3": ("mp3", "libmp3lame"),
    "m4a": ("ipod", "aac"),
    "aac": ("adts", "aac"),
    "ogg": ("ogg", "libopus"),
    "opus": ("ogg", "libopus"),
    "webm": ("webm", "libopus"),
    "flac": ("flac", "flac"),
    "mp4": ("mp4", "aac"),
    "mov": ("mov", "aac"),
}


def tone(seconds: float, *, rate: int = 48_000, channels: int = 1, pitch: float = 220.0) -> np.ndarray:
    """A swelling tone, shape (channels, n); the second channel is an octave up."""
    time = np.arange(int(seconds * rate)) / rate
    swell = 0.3 * (0.6 + 0.4 * np.sin(2 * np.pi * 0.5 * time))
    return np.stack([swell * np.sin(2 * np.pi * pitch * (c + 1) * time) for c in range(channels)]).astype("float32")


def write_audio(
    path: Path,
    samples: np.ndarray,
    *,
    rate: int = 48_000,
    kind: str | None = None,
    video: bool = False,
    live: bool = False,
) -> Path:
    """Write ``samples`` (channels, n). ``live`` writes as a browser does: it cannot go back to fill in the length."""
    container, codec = FORMATS[kind or path.suffix[1:]]
    with path.open("wb") as file:
        target = _OnlyForward(file) if live else file
        with av.open(target, "w", format=container) as out:
            layout = "stereo" if len(samples) == 2 else "mono"
            pictures = out.add_stream("mpeg4", rate=5) if video else None
            if pictures is not None:
                pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
            stream = out.add_stream(codec, rate=rate, layout=layout)
            whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
            whole.sample_rate = rate
            resampler = av.AudioResampler(
                format=stream.format, layout=layout, rate=rate, frame_size=stream.codec_context.frame_size or 1024
            )
            for piece in (*resampler.resample(whole), *resampler.resample(None)):
                out.mux(stream.encode(piece))
            out.mux(stream.encode(None))
            if pictures is not None:
                for _ in range(int(samples.shape[1] / rate * 5)):
                    out.mux(pictures.encode(av.VideoFrame(64, 48, "yuv420p")))
                out.mux(pictures.encode(None))
    return path


def write_silent_video(path: Path, seconds: float = 6) -> Path:
    """A video without a sound track."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(int(seconds * 5)):
            out.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        out.mux(stream.encode(None))
    return path


class _OnlyForward:
    """A file that can be written but not rewound."""

    def __init__(self, file: object) -> None:
        self.write = file.write  # type: ignore[attr-defined]
