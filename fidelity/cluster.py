"""Vectors into voices, and evidence for voices into the probability of each at every moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fidelity.config import DiariseOptions
from fidelity.errors import RecordingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def find_voices(vectors: NDArray[np.float64], speakers: int, options: DiariseOptions) -> NDArray[np.int64]:
    """A voice for each vector: as many voices as asked for, or fewer where some are really the same."""
    import numpy as np

    alike = options.same_voice - options.same_voice_drift / max(len(vectors), 1)
    for count in range(min(speakers, len(vectors)), 1, -1):
        voices = _cluster(vectors, count, options)
        if len(np.unique(voices)) < count:
            continue
        means = np.stack([vectors[voices == voice].mean(axis=0) for voice in range(count)])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        if (means @ means.T)[np.triu_indices(count, 1)].max() < alike:
            return voices
    raise RecordingError(
        "We could hear only one voice in the recording. A conversation needs two people: check that both "
        "can be heard, and that it is not a recording of one side only."
    )


def _cluster(vectors: NDArray[np.float64], count: int, options: DiariseOptions) -> NDArray[np.int64]:
    """K-means, then a Gaussian mixture begun from it: k-means alone makes voices about equally frequent."""
    import warnings

    from sklearn.decomposition import PCA
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture
    from threadpoolctl import threadpool_limits

    # Several threads add up in any order, so results would differ in the last bit.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # alike or very few vectors; judged by the caller
        principal = PCA(min(options.directions, len(vectors)), svd_solver="full").fit_transform(vectors)
        mixture = GaussianMixture(
            count, covariance_type="tied", n_init=options.restarts, random_state=options.seed, reg_covar=1e-5
        )
        voices: NDArray[np.int64] = mixture.fit_predict(principal)
    return voices


def posterior(evidence: NDArray[np.float64], costs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each voice in each step. ``costs[i]`` is what a change of voice before step ``i`` costs."""
    import numpy as np

    steps, count = evidence.shape
    stay, change = np.eye(count), 1 - np.eye(count)
    likely = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    moves = stay + change * np.exp(-costs)[:, None, None]
    forward, backward = np.empty_like(likely), np.empty_like(likely)
    forward[0], backward[-1] = likely[0], 1.0
    for i in range(1, steps):
        ahead = (forward[i - 1] @ moves[i]) * likely[i]
        forward[i] = ahead / ahead.sum()
    for i in range(steps - 1, 0, -1):
        behind = moves[i] @ (backward[i] * likely[i])
        backward[i - 1] = behind / behind.sum()
    both: NDArray[np.float64] = forward * backward
    both /= both.sum(axis=1, keepdims=True)
    return both
