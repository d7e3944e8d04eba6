"""What the heads say of a turn and of its utterances becomes one coding, with heads that say what a test wants."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from fidelity.classify.heads import Model
from fidelity.classify.practitioner import Verdict, judge
from fidelity.config import CodingOptions
from fidelity.conversation import Turn
from fidelity.utterances import split_all


class Heads:
    """A model of the practitioner whose every head is told what to say."""

    flow = None

    def __init__(self, question: float) -> None:
        held = {"reflection": 0.1, "question": question, "input": 0.9}
        self.turn = {head: {"yes": p, "no": 1 - p} for head, p in held.items()}
        self.turn |= {"openness": {"open": 0.5, "closed": 0.5}, "depth": {"simple": 0.5, "complex": 0.5}}
        self.turn["behaviour"] = {"reflection": 0.1, "question": 0.2, "input": 0.6, "other": 0.1}
        self.codes = [{"GI": 0.5, "CQ": 0.45, "NC": 0.05}, {"GI": 0.9, "NC": 0.1}]

    def features(self, samples: Sequence[Any], _vectors: Any) -> Any:
        return SimpleNamespace(words=[None] * len(samples))

    def probabilities(self, head: str, _features: Any) -> list[dict[str, float]]:
        return self.codes if head == "code" else [self.turn[head]]


def said(question: float) -> Verdict:
    turns = split_all([Turn(n=0, speaker="practitioner", text="The school rang on Monday. The plan starts next week.")])
    (verdict,) = judge(cast(Model, Heads(question)), turns, [0], CodingOptions())
    return verdict


@pytest.mark.parametrize(("question", "first"), [(0.9, "CQ"), (0.1, "GI")])
def test_a_turn_that_holds_a_question_besides_its_main_behaviour_shows_which(question: float, first: str) -> None:
    verdict = said(question)
    codes = [max(u.probabilities, key=u.probabilities.__getitem__) for u in verdict.utterances]
    assert (verdict.behaviour, codes) == ("input", [first, "GI"])
    assert max(verdict.behaviour_probabilities, key=verdict.behaviour_probabilities.__getitem__) == "input"
