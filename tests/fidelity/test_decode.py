"""From separate opinions to one coding of a turn that agrees with itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from random import Random

import pytest

from fidelity.classify.decode import agreed, best, borne_out, pooled, tilted


def test_a_behaviour_is_borne_out_by_moving_the_likeliest_utterance_just_enough() -> None:
    kind = {"SR": "reflection", "OQ": "question", "NC": "other"}
    first = {"SR": 0.1, "OQ": 0.2, "NC": 0.7}
    second = {"SR": 0.3, "OQ": 0.25, "NC": 0.45}
    one, two = borne_out("reflection", [first, second], kind)
    assert one == first
    assert best(two) == "SR"
    assert sum(two.values()) == pytest.approx(1)
    assert two["SR"] - two["NC"] < 0.01


def test_nothing_moves_when_an_utterance_bears_the_behaviour_out() -> None:
    p = {"SR": 0.6, "NC": 0.4}
    assert borne_out("reflection", [p], {"SR": "reflection", "NC": "other"}) == [p]
    assert tilted(p, ["SR"]) == p


def test_what_a_turn_holds_speaks_for_what_its_utterances_do() -> None:
    first = {"reflection": 0.5, "question": 0.4, "other": 0.1}
    utterances = [first, {"reflection": 0.1, "question": 0.1, "other": 0.8}]
    main = {"reflection": 0.4, "question": 0.4, "other": 0.2}
    assert agreed(utterances, {"reflection": 0.6, "question": 0.6}, main) == ("reflection", ["reflection", "other"])
    assert agreed(utterances, {"reflection": 0.3, "question": 0.8}, main) == ("question", ["question", "other"])


def test_no_other_way_that_agrees_is_likelier() -> None:
    random, kinds = Random(1), ("reflection", "question", "input", "other")
    for _ in range(50):
        utterances = [{kind: random.random() for kind in kinds} for _ in range(random.randint(1, 4))]
        held = {kind: random.random() for kind in kinds[:3]}
        main = {kind: random.random() for kind in kinds}

        def likely(top: str, does: Sequence[str]) -> float:
            each = math.prod(p[kind] for p, kind in zip(utterances, does, strict=True))  # noqa: B023
            return each * main[top] * math.prod(p if kind in does else 1 - p for kind, p in held.items())  # noqa: B023

        ways = [(top, does) for does in product(kinds, repeat=len(utterances)) for top in set(does)]
        found, does = agreed(utterances, held, main)
        assert found in does
        assert likely(found, does) == pytest.approx(max(likely(*way) for way in ways))


def test_pooling_is_a_compromise() -> None:
    middle = pooled({"a": 0.9, "b": 0.1}, {"a": 0.1, "b": 0.9}, 0.5)
    assert middle["a"] == pytest.approx(0.5)
    assert pooled({"a": 0.9, "b": 0.1}, {"a": 0.1, "b": 0.9}, 0.0)["a"] == pytest.approx(0.9)
