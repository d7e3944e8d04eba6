"""What a turn does in the light of what the practitioner's turns before and after it do.

A hidden Markov model: the heads say what each turn looks like, and the flow says how one behaviour follows
another. Skilful and unskilful sessions flow differently (in unskilful ones reflections are few), so there is
a table for each, and the session itself says how much each of them counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fidelity.classify.decode import Probabilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

SESSION = 6  # turns of the practitioner: fewer do not show how a session goes
_LEAST = 1e-6  # nothing that the heads say rules a behaviour out


@dataclass(frozen=True, slots=True)
class Flow:
    """How behaviours follow each other.

    ``usual`` holds the share of each behaviour in all sessions, ``following`` a table for each kind of session:
    the share of each behaviour (column) after each (row).
    """

    behaviours: tuple[str, ...]
    usual: tuple[float, ...]
    following: tuple[tuple[tuple[float, ...], ...], ...]

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> Flow:
        """The flow whose fields, as JSON keeps them, are in ``table``."""
        following = tuple(tuple(tuple(row) for row in kind) for kind in table["following"])
        return cls(tuple(table["behaviours"]), tuple(table["usual"]), following)

    def settled(self, turns: Sequence[Mapping[str, float]], trust: float) -> list[Probabilities]:
        """The probabilities of the behaviours of one side's turns, in order, each in the light of all the others.

        ``trust`` (0 to 1) says how far the flow counts. Fewer than ``SESSION`` turns stay as they are.
        """
        import numpy as np
        from scipy.special import softmax

        if len(turns) < SESSION:
            return [dict(turn) for turn in turns]
        seen = np.array([[max(turn[b], _LEAST) for b in self.behaviours] for turn in turns])
        usual = np.array(self.usual)
        found, likely = [], []
        for table in self.following:
            steps = usual * (np.array(table) / usual) ** trust
            settled, likelihood = _both_ways(seen / usual, usual, steps / steps.sum(axis=1, keepdims=True))
            found.append(settled)
            likely.append(likelihood)
        weights = softmax(np.array(likely))
        mixed = np.tensordot(weights, np.array(found), axes=1)
        return [dict(zip(self.behaviours, map(float, row), strict=True)) for row in mixed]


def _both_ways(seen: NDArray[Any], start: NDArray[Any], steps: NDArray[Any]) -> tuple[NDArray[Any], float]:
    """Forward and backward through a chain (Rabiner 1989): shares, shape (turns, behaviours), and log likelihood."""
    import numpy as np

    forward = np.empty_like(seen)
    likelihood = 0.0
    expected = start
    for t, look in enumerate(seen):
        joint = expected * look
        total = joint.sum()
        likelihood += float(np.log(total))
        forward[t] = joint / total
        expected = forward[t] @ steps
    backward = np.ones(seen.shape[1])
    settled = np.empty_like(seen)
    for t in range(len(seen) - 1, -1, -1):
        joint = forward[t] * backward
        settled[t] = joint / joint.sum()
        backward = steps @ (seen[t] * backward)
        backward /= backward.sum()
    return settled, likelihood
