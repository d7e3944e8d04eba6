"""Who speaks when in a stereo recording, and the choice between channels and the sound of the voices.

With one person on each channel the louder channel tells who speaks, far more exactly than any model of
voices could. Many stereo files are not like that: one room heard twice, the same sound on both sides, or one side silent.
So both ways are followed while the recording streams by, and the choice is made at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fidelity.config import SAMPLE_RATE, ChannelOptions, DiariseOptions
from fidelity.conversation import Span, VoiceSpan
from fidelity.diarise import Diariser
from fidelity.voice import VoiceEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class VoiceTracker:
    """Finds who speaks when in mono or stereo sound. Call ``observe`` with each block, then ``finish`` once."""

    def __init__(
        self,
        encoder: VoiceEncoder,
        options: DiariseOptions | None = None,
        channel_options: ChannelOptions | None = None,
    ) -> None:
        self._voices = Diariser(encoder, options)
        self._channels = ChannelDiariser(channel_options)

    def observe(self, samples: NDArray[np.float32], start: float, speech: Sequence[Span]) -> None:
        """Take in the next block, shape (channels, n): when it starts, and where in the recording is speech."""
        if len(samples) == 2:
            self._channels.observe(samples, start, speech)
        self._voices.observe(samples.mean(axis=0, dtype="float32"), start, speech)

    def finish(self, speakers: int = 2) -> tuple[VoiceSpan, ...]:
        """Who spoke when: from the channels where each holds one person, otherwise from the voices.

        Raises ``RecordingError`` where there is no speech, or one voice only.
        """
        if speakers == 2 and self._channels.one_person_each():
            return self._channels.finish()
        return self._voices.finish(speakers)


class ChannelDiariser:
    """Decides by which of two channels is louder, each measured against its own loudest speech."""

    def __init__(self, options: ChannelOptions | None = None) -> None:
        self._options = options or ChannelOptions()
        self._times: list[NDArray[np.float64]] = []
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
        if np.ptp(np.percentile(levels, (10, 99), axis=1), axis=0).min() < o.least_range:
            return False
        lead = levels[0] - levels[1]
        share = min(np.mean(lead > o.margin), np.mean(lead < -o.margin))
        return bool(share >= o.least_share and np.corrcoef(levels)[0, 1] <= o.most_alike)

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
            for first, last in zip(bounds, bounds[1:], strict=False)
        )

    def _relative(self) -> NDArray[np.float64]:
        """Levels in dB below each channel's loudest, so that two differently set microphones compare."""
        import numpy as np

        levels = np.concatenate(self._levels, axis=1)
        relative: NDArray[np.float64] = levels - np.percentile(levels, 99, axis=1, keepdims=True)
        return np.maximum(relative, -self._options.floor)
