"""Who speaks when.

The recording comes block by block. Of each block we keep a vector for every short window of speech (how
the voice sounds, see ``fidelity.voice``) and where the pauses are. At the end the windows are clustered
into voices, and for every tenth of a second the probability of each voice is worked out from the windows
around it, knowing that voices change mostly at pauses (forward-backward over a hidden Markov chain).

Where a stereo recording holds one person on each channel, the louder channel says who speaks instead
(``fidelity.channels``). Both ways are followed while the recording streams by; the choice is made at its end.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from fidelity import artefacts
from fidelity.channels import ChannelDiariser
from fidelity.cluster import find_voices, posterior
from fidelity.config import ChannelOptions, DiariseOptions
from fidelity.conversation import ModelUse, Span, VoiceSpan, Word
from fidelity.errors import RecordingError
from fidelity.voice import FRAMES_PER_SECOND, HOP, VoiceEncoder, mel_power, to_training_loudness

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_MODEL = "voice"
_UNHEARD = 0.5  # A word where no voice was heard is given to the nearest, but half as surely.


class VoiceTracker:
    """Finds who speaks when in mono or stereo sound. Call ``observe`` with each block, then ``finish`` once."""

    def __init__(
        self,
        encoder: VoiceEncoder,
        options: DiariseOptions | None = None,
        channel_options: ChannelOptions | None = None,
        *,
        model: ModelUse | None = None,
    ) -> None:
        self.model = model
        self._voices = Diariser(encoder, options)
        self._channels = ChannelDiariser(channel_options)

    @classmethod
    def load(cls, models: Path | None = None, options: DiariseOptions | None = None) -> VoiceTracker:
        """A tracker with the encoder from the folder ``models``, by default the one that comes with the project."""
        # A folder of newly trained models holds the coding models only; the encoder is not trained again.
        known = models is not None and _MODEL in artefacts.names(models)
        artefact = artefacts.find(_MODEL, models if known else None)
        return cls(VoiceEncoder.load(artefact.folder), options, model=artefact.use(_MODEL))

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


class Diariser:
    """Call ``observe`` with each block in turn, then ``finish`` once.

    Memory grows only by the vectors: about 150 kB for a minute of speech.
    """

    def __init__(self, encoder: VoiceEncoder, options: DiariseOptions | None = None) -> None:
        self._encoder = encoder
        self._options = options or DiariseOptions()
        self._steps = 0
        self._vectors: list[NDArray[np.float32]] = []
        self._clear: list[NDArray[np.bool_]] = []  # per window: enough speech to help in forming the voices
        self._firsts: list[NDArray[np.int64]] = []  # per window: the step it begins in
        self._times: list[NDArray[np.floating]] = []  # per step: when it begins
        self._speech: list[NDArray[np.bool_]] = []  # per step: somebody speaks
        self._audible: list[NDArray[np.float64]] = []  # per step: share of it that is not a pause

    def observe(self, samples: NDArray[np.float32], start: float, speech: Sequence[Span]) -> None:
        """Take in the next block: mono at 16 kHz, when it starts, and where in the recording is speech."""
        import numpy as np

        o = self._options
        step, hop, width = (round(seconds * FRAMES_PER_SECOND) for seconds in (o.step, o.hop, o.window))
        steps = len(samples) // HOP // step
        if not steps:
            return
        frames = steps * step
        power = np.square(samples[: frames * HOP].reshape(frames, HOP), dtype=np.float64).mean(axis=1)
        spoken = np.zeros(frames, dtype=bool)
        for span in speech:
            first, last = ((at - start) * FRAMES_PER_SECOND for at in (span.start, span.end))
            spoken[max(round(first), 0) : max(round(last), 0)] = True
        audible = spoken & _audible(power, spoken, o)

        begins = np.arange(0, frames, hop)
        heard = np.concatenate([[0], np.cumsum(audible)])
        share = (heard[np.minimum(begins + width, frames)] - heard[begins]) / width
        begins, share = begins[share >= o.least_speech], share[share >= o.least_speech]
        if len(begins):
            mel = mel_power(samples[: frames * HOP])
            self._vectors.append(
                self._encoder.embed(
                    [
                        to_training_loudness(mel[first : min(first + width, frames)], power[first : first + width])
                        for first in begins
                    ]
                )
            )
            self._clear.append(share >= o.clear_speech)
            self._firsts.append(self._steps + begins // step)
        self._times.append(start + np.arange(steps) * o.step)
        self._speech.append(np.any(spoken.reshape(steps, step), axis=1))
        self._audible.append(audible.reshape(steps, step).mean(axis=1))
        self._steps += steps

    def finish(self, speakers: int = 2) -> tuple[VoiceSpan, ...]:
        """Who spoke when. ``confidence`` is the mean posterior probability of the voice over the span.

        Raises ``RecordingError`` where there is no speech, or one voice only. Where fewer voices can be
        told apart than asked for, but at least two, the result has fewer.
        """
        import numpy as np

        if not self._vectors:
            raise RecordingError(
                "We found no speech in the recording. Check that it is the right file and that the microphone was on."
            )
        spoken = np.concatenate(self._speech)
        audible = np.concatenate(self._audible)[spoken]
        times = np.concatenate(self._times)[spoken]
        evidence = self._evidence(speakers)[spoken] * audible[:, None]
        apart = np.diff(times, prepend=times[0]) > 1.5 * self._options.step
        pauses = (audible == 0) | apart
        belief = posterior(evidence, np.where(pauses, self._options.pause_cost, self._options.change_cost))
        return _spans(times, belief, apart, self._options.step)

    def _evidence(self, speakers: int) -> NDArray[np.float64]:
        """What each step adds to the log probability of each voice."""
        import numpy as np
        from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

        o = self._options
        vectors = np.concatenate(self._vectors).astype(np.float64)
        clear = vectors[np.concatenate(self._clear)]
        voices = find_voices(clear, speakers, o)
        count = int(voices.max()) + 1
        # Only the directions in which the voices differ are looked at: there are more dimensions than windows.
        means = np.stack([clear[voices == voice].mean(axis=0) for voice in range(count)])
        axes = np.linalg.qr((means[1:] - means[0]).T)[0]
        judge = LinearDiscriminantAnalysis(priors=[1 / count] * count).fit(clear @ axes, voices)
        belief = np.maximum(judge.predict_log_proba(vectors @ axes), -o.most_evidence)

        # A window tells most about its middle, so its steps are weighted by a raised cosine.
        firsts, across = np.concatenate(self._firsts), round(o.window / o.step)
        weights = np.hanning(across + 2)[1:-1]
        total, weight = np.zeros((self._steps + across, count)), np.zeros(self._steps + across)
        for offset in range(across):
            np.add.at(total, firsts + offset, weights[offset] * belief)
            np.add.at(weight, firsts + offset, weights[offset])
        mean: NDArray[np.float64] = total / np.maximum(weight, 1e-9)[:, None]
        return mean[: self._steps] * (o.step / o.window)  # a window speaks once, not in each of its steps


def assign(words: Sequence[Word], spans: Sequence[VoiceSpan]) -> list[tuple[Word, int, float]]:
    """Each word with the voice that holds most of its time, and how sure that is (0 to 1).

    A word outside every span goes to the nearest one. ``spans`` must be in order and not overlap.
    """
    if not spans:
        raise ValueError("assign needs at least one span")
    starts = [span.start for span in spans]
    given = []
    for word in words:
        first = max(bisect_right(starts, word.start) - 1, 0)
        last = max(bisect_right(starts, word.end), first + 1)
        shares: dict[int, float] = {}
        total = 0.0
        for span in spans[first:last]:
            overlap = min(word.end, span.end) - max(word.start, span.start)
            if overlap > 0:
                shares[span.voice] = shares.get(span.voice, 0.0) + overlap * span.confidence
                total += overlap
        if shares:
            voice = max(sorted(shares), key=lambda candidate: shares[candidate])
            given.append((word, voice, shares[voice] / total))
        else:
            near = min(spans[first : last + 1], key=lambda span: _distance(word, span))
            given.append((word, near.voice, near.confidence * _UNHEARD))
    return given


def _distance(word: Word, span: VoiceSpan) -> float:
    return max(span.start - word.end, word.start - span.end, 0.0)


def _audible(power: NDArray[np.float64], spoken: NDArray[np.bool_], options: DiariseOptions) -> NDArray[np.bool_]:
    """Frames loud enough to be a voice, judged against the loud parts and the background of their block."""
    import numpy as np

    level = 10 * np.log10(np.convolve(power, np.ones(3) / 3, mode="same") + 1e-10)  # 30 ms: no single clicks
    if not spoken.any():
        return np.zeros_like(spoken)
    quiet = max(np.percentile(level[spoken], 95) - options.loud_range, np.percentile(level, 5) + options.noise_margin)
    audible: NDArray[np.bool_] = level > quiet
    return audible


def _spans(
    times: NDArray[np.floating], belief: NDArray[np.float64], apart: NDArray[np.bool_], step: float
) -> tuple[VoiceSpan, ...]:
    """Runs of steps with the same likeliest voice, broken where the speech breaks off."""
    import numpy as np

    best = belief.argmax(axis=1)
    edges = np.flatnonzero(apart[1:] | (np.diff(best) != 0)) + 1
    bounds = [0, *edges.tolist(), len(best)]
    numbers: dict[int, int] = {}
    spans = []
    for first, last in pairwise(bounds):
        voice = int(best[first])
        number = numbers.setdefault(voice, len(numbers))
        spans.append(
            VoiceSpan(
                start=round(float(times[first]), 3),
                end=round(float(times[last - 1]) + step, 3),
                voice=number,
                confidence=round(float(belief[first:last, voice].mean()), 4),
            )
        )
    return tuple(spans)
