"""Who speaks when in a stereo recording with one person on each channel.

There the louder channel tells who speaks, more exactly than any model of voices could. Many stereo files
are not like that: one room heard twice, the same sound on both sides, or one side silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from fidelity.config import SAMPLE_RATE, ChannelOptions
from fidelity.conversation import Span, VoiceSpan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ChannelDiariser:
    """Decides by which of two channels is louder, each measured against its own loudest speech."""

    def __init__(self, options: ChannelOptions | None = None) -> None:
        self._options = options or ChannelOptions()
        self._times: list[NDArray[np.floating]] = []
        self._levels: list[NDArray[np.float64]] = []  # dB, shape (2, frames); speech only

    def observe(self, samples: NDArray[np.float32], start: float, speech: Sequence[Span]) -> None:
        """Take in the next block, shape (2, n): when it starts, and where in the recording is speech."""
        import numpy as np

        size = round(self._options.frame * SAMPLE_RATE)
        frames = samples.shape[1] // size
        power = np.square(samples[:, : frames * size].reshape(2, frames, size), dtype=np.float64).mean(axis=2)
        spoken = np.zeros(frames, dtype=bool)
        for span in speech:
            first, last = (round((at - start) / self._options.frame) for at in (span.start, span.end))
            spoken[max(first, 0) : max(last, 0)] = True
        self._times.append(start + np.flatnonzero(spoken) * self._options.frame)
        self._levels.append(10 * np.log10(power[:, spoken] + 1e-10))

    def one_person_each(self) -> bool:
        """Whether the channels hold different people, rather than one sound twice or one side silent."""
        import numpy as np

        o = self._options
        if not sum(map(len, self._times)):
            return False
        levels = self._relative()
        contrast = np.percentile(levels, 99, axis=1) - np.percentile(levels, 10, axis=1)
        if contrast.min() < o.least_range:
            return False
        lead = levels[0] - levels[1]
        share = min(np.mean(lead > o.margin), np.mean(lead < -o.margin))
        return bool(share >= o.least_share and np.asarray(np.corrcoef(levels))[0, 1] <= o.most_alike)

    def finish(self) -> tuple[VoiceSpan, ...]:
        """Who spoke when. ``confidence`` is the mean share of the sound's power on that person's channel."""
        import numpy as np

        o = self._options
        times = np.concatenate(self._times)
        lead = np.subtract(*self._relative())
        clear = np.flatnonzero(np.abs(lead) > o.margin)
        # Until the other channel is clearly ahead, whoever spoke last still speaks; before the first: whoever is.
        holder = clear[np.maximum(np.searchsorted(clear, np.arange(len(lead)), side="right") - 1, 0)]
        ahead = lead[holder] < 0
        certain = 1 / (1 + 10 ** (np.where(ahead, lead, -lead) / 10))
        broken = (np.diff(times) > 1.5 * o.frame) | (np.diff(ahead) != 0)
        bounds = [0, *(np.flatnonzero(broken) + 1).tolist(), len(times)]
        return tuple(
            VoiceSpan(
                start=round(float(times[first]), 3),
                end=round(float(times[last - 1]) + o.frame, 3),
                voice=int(ahead[first] != ahead[0]),
                confidence=round(float(certain[first:last].mean()), 4),
            )
            for first, last in pairwise(bounds)
        )

    def _relative(self) -> NDArray[np.float64]:
        """Levels in dB below each channel's loudest, so that two differently set microphones compare."""
        import numpy as np

        levels = np.concatenate(self._levels, axis=1)
        relative: NDArray[np.float64] = levels - np.percentile(levels, 99, axis=1, keepdims=True)
        return np.maximum(relative, -self._options.floor)
