"""How long figures of agreement take for 200 double-coded segments, beside scikit-learn on the same codes.

    python benchmarks/agreement.py

Segments are made up: 150 utterances each, coded by two who give the same code seven times in ten and now and then cut
elsewhere. Ours lays the codings side by side and makes every figure with its interval from 1,000 resamplings of whole
recordings. The baseline makes one kappa of them by scikit-learn; times the resamplings it would need for one interval,
of one figure. CPU seconds of this process.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from sklearn.metrics import cohen_kappa_score

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.config import AgreementOptions
from fidelity.hand import tally
from fidelity.hand.align import Compared, compare
from fidelity.hand.coding import HeardTurn, Parse
from fidelity.hand.figures import figures

SEGMENTS = 200
UTTERANCES = 150
WORDS = 8  # of an utterance
MARK = 2.0  # s for all figures: somebody waits for the page


def main() -> None:
    """Print the times."""
    order = random.Random(0)
    segments = [segment(order) for _ in range(SEGMENTS)]
    side_by_side, compared = timed(lambda: [compare(*one) for one in segments])
    counted, tallies = timed(lambda: [tally.of(one) for one in compared])
    kappas, found = timed(lambda: figures(tallies, "kappa"))
    alphas, _ = timed(lambda: figures([one.both_ways() for one in tallies], "alpha"))
    single = baseline(compared)
    draws = AgreementOptions().draws
    print(f"{SEGMENTS} segments of {UTTERANCES} utterances, {len(found)} figures, {draws} resamplings")
    for what, seconds in (
        ("codings laid side by side", side_by_side),
        ("counted", counted),
        ("all kappas with intervals", kappas),
        ("all alphas with intervals", alphas),
    ):
        print(f"{what:<44}{seconds:>9.2f} s")
    ours = side_by_side + counted + kappas
    print(f"{'in all, with kappas':<44}{ours:>9.2f} s    mark: {MARK:.0f} s")
    print(f"{'scikit-learn, one kappa':<44}{single:>9.3f} s")
    theirs = single * draws
    print(f"{'the same for each resampling of one figure':<44}{theirs:>9.1f} s    {theirs / ours:.0f}x ours")


def segment(order: random.Random) -> tuple[list[HeardTurn], dict[int, Parse], dict[int, Parse]]:
    """Turns of two people by turns, and two parses of them."""
    turns: list[HeardTurn] = []
    first: dict[int, Parse] = {}
    second: dict[int, Parse] = {}
    left = UTTERANCES
    while left:
        n, many = len(turns), min(order.randint(1, 3), left)
        left -= many
        codes = CLIENT if n % 2 else PRACTITIONER
        turns.append(
            HeardTurn(n=n, speaker="client" if n % 2 else "practitioner", text=" ".join(["word"] * WORDS * many))
        )
        given = [order.choice(codes) for _ in range(many)]
        first[n] = tuple((WORDS * k, code) for k, code in enumerate(given))
        second[n] = tuple(
            (WORDS * k + (k > 0 and order.random() < 0.1), code if order.random() < 0.7 else order.choice(codes))
            for k, code in enumerate(given)
        )
    return turns, first, second


def baseline(compared: list[Compared]) -> float:
    """Seconds of one kappa of all utterances."""
    one, other = zip(*(unit.codes for each in compared for unit in each.units), strict=True)
    return min(timed(lambda: cohen_kappa_score(one, other))[0] for _ in range(3))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds, and what came of it."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


if __name__ == "__main__":
    main()
