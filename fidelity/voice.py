"""What a voice sounds like, as a vector: a speaker encoder that needs nothing but numpy.

The network is Resemblyzer's (three LSTM layers, a linear layer, ReLU, unit length); its weights live in
``models/voice`` and ``fidelity.training.voice`` converts them. Two stretches of speech by one person
give vectors with a high cosine, by two people a low one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fidelity.config import SAMPLE_RATE
from fidelity.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HOP = SAMPLE_RATE // 100  # samples between two mel frames
FRAMES_PER_SECOND = SAMPLE_RATE // HOP
LAYERS, HIDDEN, MELS = 3, 256, 40
SHAPES = {
    **{f"lstm.weight_ih_l{layer}": (4 * HIDDEN, MELS if layer == 0 else HIDDEN) for layer in range(LAYERS)},
    **{f"lstm.weight_hh_l{layer}": (4 * HIDDEN, HIDDEN) for layer in range(LAYERS)},
    **{f"lstm.bias_l{layer}": (4 * HIDDEN,) for layer in range(LAYERS)},
    "linear.weight": (HIDDEN, HIDDEN),
    "linear.bias": (HIDDEN,),
}

_FFT = SAMPLE_RATE * 25 // 1000  # samples in the 25 ms analysis window
_LOUDNESS = 10 ** (-30 / 20)  # root mean square the encoder was trained at, -30 dBFS
_BATCH = 48  # windows at a time: keeps the largest temporary array near 30 MB


class VoiceEncoder:
    """Turns windows of mel frames into unit vectors. Build it with ``load``."""

    def __init__(self, weights: Mapping[str, NDArray[np.floating]]) -> None:
        import numpy as np

        for name, shape in SHAPES.items():
            if name not in weights or weights[name].shape != shape:
                raise ModelError(
                    f"The voice model does not hold “{name}” in the expected shape. Install the model again."
                )
        # One tanh over all gates is quicker than a mix: sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, so the rows
        # of the three sigmoid gates (input, forget, output; the third of four is the cell) are halved.
        halved = np.full(4 * HIDDEN, 0.5, dtype=np.float32)
        halved[2 * HIDDEN : 3 * HIDDEN] = 1.0
        single = {name: np.asarray(weights[name], dtype=np.float32) for name in SHAPES}
        self._layers = [
            (
                np.ascontiguousarray((single[f"lstm.weight_ih_l{layer}"] * halved[:, None]).T),
                np.ascontiguousarray((single[f"lstm.weight_hh_l{layer}"] * halved[:, None]).T),
                single[f"lstm.bias_l{layer}"] * halved,
            )
            for layer in range(LAYERS)
        ]
        self._linear = np.ascontiguousarray(single["linear.weight"].T)
        self._bias = single["linear.bias"]

    @classmethod
    def load(cls, folder: Path) -> VoiceEncoder:
        """Read ``weights.npz`` from a folder such as ``models/voice/1.0``."""
        import zipfile
        import zlib

        import numpy as np

        path = folder / "weights.npz"
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as weights:
                return cls(dict(weights))
        except FileNotFoundError:
            raise ModelError(f"The voice model {path} is missing. Install the model again.") from None
        except (OSError, ValueError, EOFError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error):
            raise ModelError(f"The voice model {path} is damaged. Install the model again.") from None

    def embed(self, windows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """One unit vector for each window of mel frames; windows may differ in length."""
        import numpy as np
        from threadpoolctl import threadpool_limits

        if not windows:
            return np.zeros((0, HIDDEN), dtype=np.float32)
        # The matrices are small: more threads spend twice the CPU waiting for each other, and add up in any order.
        with threadpool_limits(1):
            return np.concatenate(
                [self._embed(windows[first : first + _BATCH]) for first in range(0, len(windows), _BATCH)]
            )

    def _embed(self, windows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        import numpy as np

        lengths = np.array([len(window) for window in windows])
        # Time first, so that each step reads one contiguous slab.
        sequence = np.zeros((lengths.max(), len(windows), MELS), dtype=np.float32)
        for column, window in enumerate(windows):
            sequence[: len(window), column] = window
        for into, recur, bias in self._layers:
            sequence = _lstm(sequence, into, recur, bias)
        last = sequence[lengths - 1, np.arange(len(windows))]
        raw = np.maximum(last @ self._linear + self._bias, 0.0)
        unit: NDArray[np.float32] = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
        return unit


def mel_power(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mel power, 40 bands every 10 ms; frame ``i`` is centred on sample ``i * HOP``."""
    import numpy as np

    padded = np.pad(samples, (_FFT // 2, _FFT // 2))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::HOP]
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT)).astype(np.float32)
    spectrum = np.fft.rfft(frames * hann, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    return (power @ _filters().T).astype(np.float32)


def to_training_loudness(mel: NDArray[np.float32], power: NDArray[np.float64]) -> NDArray[np.float32]:
    """Scale mel frames as if recorded at the loudness trained on; ``power`` is the mean square of the sound."""
    scaled: NDArray[np.float32] = mel * (_LOUDNESS**2 / max(float(power.mean()), 1e-10))
    return scaled


@cache
def _filters() -> NDArray[np.float32]:
    """Triangular bands, even in mels (Slaney's scale: linear to 1 kHz, then logarithmic), of equal area."""
    import numpy as np

    linear, knee, step = 200 / 3, 1000.0, np.log(6.4) / 27
    top = knee / linear + np.log(SAMPLE_RATE / 2 / knee) / step
    mels = np.linspace(0.0, top, MELS + 2)
    edges = np.where(mels < knee / linear, mels * linear, knee * np.exp(step * (mels - knee / linear)))
    bins = np.fft.rfftfreq(_FFT, 1 / SAMPLE_RATE)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    bands = np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (edges[2:] - edges[:-2]))[:, None]
    single: NDArray[np.float32] = bands.astype(np.float32)
    return single


def _lstm(
    sequence: NDArray[np.float32],
    into: NDArray[np.float32],
    recur: NDArray[np.float32],
    bias: NDArray[np.float32],
) -> NDArray[np.float32]:
    """One layer over (time, window, feature). Gates come in torch's order: input, forget, cell, output."""
    import numpy as np

    steps, width = sequence.shape[:2]
    driven = sequence @ into + bias
    hidden = np.zeros((width, HIDDEN), dtype=np.float32)
    cell = np.zeros((width, HIDDEN), dtype=np.float32)
    out = np.empty((steps, width, HIDDEN), dtype=np.float32)
    for step in range(steps):
        gates = np.tanh(driven[step] + hidden @ recur)
        enter, forget, candidate, leave = (gates[:, i * HIDDEN : (i + 1) * HIDDEN] for i in range(4))
        cell = 0.5 * ((1 + forget) * cell + (1 + enter) * candidate)
        hidden = 0.5 * (1 + leave) * np.tanh(cell)
        out[step] = hidden
    return out
