"""What codings that lie side by side come to, with intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from fidelity.agreement import confusion, kappa
from fidelity.codebook import CLIENT
from fidelity.config import AgreementOptions
from fidelity.hand import tally
from fidelity.hand.align import compare
from fidelity.hand.coding import HeardTurn
from fidelity.hand.figures import Figure, figure, figures, rated

EXACT = 1e-6


def _recording(pairs_of: dict[tuple[str, str], int]) -> tally.Tally:
    """A recording of one-word turns, each coded by two."""
    codes = [pair for pair, times in pairs_of.items() for _ in range(times)]
    who = ["client" if pair[0] in CLIENT else "practitioner" for pair in codes]
    turns = [HeardTurn(n=n, speaker=speaker, text="word") for n, speaker in enumerate(who)]  # type: ignore[arg-type]
    first, second = ({n: ((0, pair[k]),) for n, pair in enumerate(codes)} for k in (0, 1))
    return tally.of(compare(turns, first, second))


MIXED = {
    ("SR", "SR"): 8, ("SR", "CR"): 4, ("CR", "CR"): 6, ("OQ", "OQ"): 9, ("OQ", "CQ"): 3, ("CQ", "CQ"): 9,
    ("NC", "NC"): 12, ("GI", "NC"): 3, ("GI", "GI"): 6, ("AF", "AF"): 1, ("change", "change"): 9,
    ("change", "neutral"): 6, ("neutral", "neutral"): 30,
}  # fmt: skip


def _by(found: tuple[Figure, ...]) -> dict[tuple[str, str], Figure]:
    return {(one.name, one.level): one for one in found}


def test_figures_ask_one_table_in_many_ways() -> None:
    found = _by(figures([_recording(MIXED)], "kappa"))
    depth = found["depth", "utterances"]
    assert depth.value is None
    assert (depth.n, depth.why, depth.experts) == (18, "few", 0.21)
    question = found["question", "utterances"]
    assert question.value == 1
    assert (question.n, question.given, question.both) == (61, (21, 21), 21)
    simple = found["SR", "utterances"]
    assert simple.value == pytest.approx(
        cohen_kappa_score([1] * 12 + [0] * 49, [1] * 8 + [0] * 53), abs=EXACT
    )  # twelve, of which the other gave eight
    assert simple.basis == "utterances"
    assert simple.low is not None
    assert simple.low < (simple.value or 0) < (simple.high or 0)
    assert found["AF", "utterances"].why == "unused"
    assert found["SR", "turns"].value == simple.value
    assert found["client", "utterances"].experts == 0.47


def test_with_enough_recordings_whole_ones_are_resampled() -> None:
    few = figures([_recording(MIXED)] * 4, "kappa")
    many = figures([_recording(MIXED)] * 4 + [_recording({**MIXED, ("SR", "CR"): 9})], "kappa")
    assert {one.basis for one in few if one.value is not None} == {"utterances"}
    assert {one.basis for one in many if one.value is not None} == {"recordings"}
    simple = _by(many)["SR", "utterances"]
    assert simple.low is not None
    assert simple.low <= (simple.value or 0) <= (simple.high or 0)
    assert many == figures([_recording(MIXED)] * 4 + [_recording({**MIXED, ("SR", "CR"): 9})], "kappa")


def test_alpha_of_two_is_close_to_kappa_and_counts_units_once() -> None:
    two, several = (
        _by(figures([one], statistic))["practitioner", "utterances"]  # type: ignore[arg-type]
        for one, statistic in ((_recording(MIXED), "kappa"), (_recording(MIXED).both_ways(), "alpha"))
    )
    assert two.n == several.n == 61
    assert several.value == pytest.approx(two.value or 0, abs=0.02)
    assert several.low is not None
    assert several.low < (several.value or 0) < (several.high or 0)


def test_one_code_only_has_no_figure() -> None:
    found = _by(figures([_recording({("NC", "NC"): 40, ("neutral", "neutral"): 40})], "kappa"))
    assert (found["practitioner", "utterances"].value, found["practitioner", "utterances"].why) == (None, "one code")
    assert found["SR", "utterances"].why == "unused"
    assert figures([], "kappa") == ()


def test_ratings_of_two_need_some_conversations() -> None:
    assert rated("empathy", [(3, 4)] * 4).why == "few"
    assert rated("empathy", [(3, 3)] * 6).why == "one code"
    told = rated("percent_complex", [(1, 2), (2, 2), (4, 3), (5, 5), (3, 3)])
    assert told.experts == 0.16
    assert told.low is not None
    assert told.low < (told.value or 0) < (told.high or 0)


def test_resampling_recordings_holds_the_truth_where_a_formula_is_too_sure() -> None:
    """Recordings differ in how hard they are to code: the formula knows nothing of that, and is right too seldom."""
    random, held = np.random.default_rng(7), {"recordings": 0, "utterances": 0}
    options = AgreementOptions(draws=300)
    worlds, truth = 60, None
    for world in range(worlds + 1):
        size = 4000 if world == 0 else 10
        tables = np.array([_hard(random) for _ in range(size)])
        if world == 0:
            truth = kappa(tables.sum(axis=0))
            continue
        for basis, some in (("recordings", tables), ("utterances", tables.sum(axis=0, keepdims=True))):
            one = figure("practitioner", "utterances", some, "kappa", options)
            assert one.basis == basis
            held[basis] += (one.low or 0) <= (truth or 0) <= (one.high or 0)
    assert held["recordings"] > 0.75 * worlds
    assert held["utterances"] < 0.6 * worlds


def _hard(random: np.random.Generator) -> Any:
    agreeing = random.beta(3, 2)
    first = random.integers(3, size=60)
    second = np.where(random.random(60) < agreeing, first, random.integers(3, size=60))
    return confusion([str(x) for x in first], [str(x) for x in second], ["0", "1", "2"])
