"""Agreement figures against worked examples and against their own meaning."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fidelity.agreement import confusion, icc, kappa, middle, resampled
from fidelity.conversation import CodedTurn, CodedUtterance, Turn, Utterance
from fidelity.training.corpora import Conversation, Gold
from fidelity.training.experts import Opinions, expert_figures, opinions
from fidelity.training.sessions import SessionValue, session_figures, session_values


def test_kappa_of_a_table_worked_by_hand() -> None:
    # 20 and 15 of 50 alike; chance alike is .5, so (.7 - .5) / .5.
    assert kappa(np.array([[20.0, 5.0], [10.0, 15.0]])) == pytest.approx(0.4)
    assert kappa(np.array([[9.0, 0.0], [0.0, 0.0]])) == 1.0


def test_confusion_counts_pairs() -> None:
    table = confusion(["a", "a", "b"], ["a", "b", "b"], ["a", "b", "c"])
    assert table.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_icc_of_the_example_in_its_paper() -> None:
    """Shrout and Fleiss (1979), table 2: six targets, four judges; they print .29 for ICC(2,1)."""
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
    assert icc(ratings) == pytest.approx(0.29, abs=0.005)


def test_icc_punishes_a_constant_shift() -> None:
    truth = np.arange(10.0)
    assert icc(np.stack([truth, truth], axis=1)) == pytest.approx(1)
    assert icc(np.stack([truth, truth + 5], axis=1)) < 0.5
    assert math.isnan(icc(np.ones((4, 2))))


def test_bootstrap_is_always_the_same_and_the_middle_leaves_out_what_is_no_number() -> None:
    assert (resampled(7, 20) == resampled(7, 20)).all()
    assert middle([math.nan, *range(101)]) == pytest.approx((5.0, 95.0))
    assert all(map(math.isnan, middle([math.nan])))


def _value(n: int, gold: float, value: float) -> SessionValue:
    return SessionValue(conversation=str(n), measure="questions", gold=gold, value=value, low=value - 1, high=value + 1)


def test_session_figures_tell_agreement_coverage_and_bias() -> None:
    exact = session_figures([_value(n, n, n) for n in range(10)])[0]
    assert (exact.icc, exact.covered, exact.bias, exact.n) == (1.0, 1.0, 0.0, 10)
    shifted = session_figures([_value(n, n, n + 3) for n in range(10)])[0]
    assert shifted.covered == 0.0
    assert shifted.bias == 3.0
    assert shifted.icc < 0.9
    assert session_figures([_value(n, n, n) for n in range(7)]) == ()


def _turn(n: int, code: str, behaviour: str | None = None) -> CodedTurn:
    return CodedTurn(
        n=n,
        speaker="practitioner" if n % 2 == 0 else "client",
        text="some words of mine",
        behaviour=behaviour,  # type: ignore[arg-type]
        utterances=(CodedUtterance(u=0, text="some words of mine", code=code),),
    )


def test_codes_of_humans_and_machine_go_through_the_same_counting() -> None:
    codes = ["OQ", "change", "SR", "sustain", "CQ", "neutral", "CR", "change"]
    turns = tuple(
        Turn(n=n, speaker=t.speaker, text=t.text, utterances=(Utterance(u=0, text=t.text),))
        for n, t in enumerate(_turn(n, code) for n, code in enumerate(codes))
    )
    conversation = Conversation(
        id="misc:1", corpus="misc", turns=turns, gold=tuple(Gold(codes=(code,)) for code in codes)
    )
    found = {v.measure: v for v in session_values(conversation, [_turn(n, c) for n, c in enumerate(codes)])}
    assert {name: (v.gold, v.value) for name, v in found.items()} == {"questions": (2, 2), "reflections": (2, 2)}


def test_machine_is_compared_with_each_expert_and_experts_with_one_another() -> None:
    a, b = ("question", "reflection")
    rows = [Opinions("main behaviour", "1", x, (x, x, y)) for x, y in [(a, a), (b, b), (a, a), (b, b), (a, b), (b, a)]]
    found = expert_figures(rows)[0]
    # The third expert differs twice in six: kappa 1/3 with the others, who never differ.
    assert found.expert_expert == pytest.approx((1 + 2 / 3) / 3, abs=1e-4)
    assert found.machine_expert == pytest.approx((1 + 1 + 1 / 3) / 3, abs=1e-4)
    assert (found.experts, found.sessions, found.n) == (3, 1, 6)


def test_sessions_of_one_coder_give_no_opinions() -> None:
    turn = Turn(n=0, speaker="practitioner", text="a", utterances=(Utterance(u=0, text="a"),))
    alone = Conversation(id="annomi:1", corpus="annomi", turns=(turn,), gold=(Gold(behaviour="question"),))
    assert opinions(alone, [_turn(0, "OQ", "question")]) == []
    several = Conversation(
        id="annomi:2",
        corpus="annomi",
        turns=(turn,),
        gold=alone.gold,
        raters=((Gold(behaviour="question"),), (Gold(behaviour="other"),)),
    )
    assert opinions(several, [_turn(0, "OQ", "question")]) == [
        Opinions("main behaviour", "annomi:2", "question", ("question", "other"))
    ]
