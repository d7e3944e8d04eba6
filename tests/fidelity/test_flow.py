"""Turns in the light of each other: against every path written out, what is learned, and parts of a conversation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from fidelity.classify import Coder
from fidelity.classify.encoder import Reading, Reads
from fidelity.classify.flow import SESSION, Flow
from fidelity.conversation import Turn
from fidelity.training import flow
from fidelity.training.corpora import Conversation, Gold
from tests.fidelity.test_classify import TALK, talk

BEHAVIOURS = ("input", "other", "question", "reflection")
SKILFUL = ((0.1, 0.2, 0.3, 0.4), (0.1, 0.3, 0.3, 0.3), (0.1, 0.3, 0.2, 0.4), (0.1, 0.2, 0.4, 0.3))
UNSKILFUL = ((0.5, 0.2, 0.28, 0.02), (0.3, 0.3, 0.35, 0.05), (0.3, 0.2, 0.45, 0.05), (0.4, 0.2, 0.3, 0.1))
FLOW = Flow(BEHAVIOURS, (0.2, 0.25, 0.3, 0.25), (SKILFUL, UNSKILFUL))


def probabilities(n: int, seed: int = 0) -> list[dict[str, float]]:
    table = np.random.default_rng(seed).dirichlet([1.0] * 4, n)
    return [dict(zip(BEHAVIOURS, map(float, row), strict=True)) for row in table]


def by_all_paths(turns: list[dict[str, float]], trust: float) -> np.ndarray:
    """The same by adding up every path through every kind of session."""
    usual = np.array(FLOW.usual)
    totals = np.zeros((len(turns), 4))
    for table in FLOW.following:
        steps = usual * (np.array(table) / usual) ** trust
        steps = steps / steps.sum(axis=1, keepdims=True)
        for path in itertools.product(range(4), repeat=len(turns)):
            weight = usual[path[0]] * np.prod([steps[a, b] for a, b in itertools.pairwise(path)])
            weight *= np.prod([turn[BEHAVIOURS[b]] / usual[b] for turn, b in zip(turns, path, strict=True)])
            for t, b in enumerate(path):
                totals[t, b] += weight
    return totals / totals.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("trust", [0.4, 1.0])
def test_as_every_path_added_up(trust: float) -> None:
    turns = probabilities(SESSION)
    found = FLOW.settled(turns, trust)
    assert np.allclose([list(p.values()) for p in found], by_all_paths(turns, trust), atol=1e-9)
    assert found != turns


def test_a_few_turns_are_no_session_and_what_is_not_trusted_does_not_move_either() -> None:
    assert FLOW.settled([], 1.0) == []
    few = probabilities(SESSION - 1)
    assert FLOW.settled(few, 1.0) == few
    several = probabilities(SESSION)
    assert all(a == pytest.approx(b) for a, b in zip(FLOW.settled(several, 0.0), several, strict=True))


def test_in_a_session_of_advice_a_doubtful_reflection_is_none() -> None:
    doubtful = {"input": 0.4, "other": 0.05, "question": 0.05, "reflection": 0.5}
    advice = {"input": 0.85, "other": 0.05, "question": 0.05, "reflection": 0.05}
    giving_back = {"input": 0.05, "other": 0.05, "question": 0.1, "reflection": 0.8}
    asking = {"input": 0.05, "other": 0.05, "question": 0.85, "reflection": 0.05}
    among_advice = FLOW.settled([advice] * 3 + [doubtful] + [advice] * 3, 0.4)[3]
    among_skill = FLOW.settled([asking, giving_back, asking, doubtful, asking, giving_back, asking], 0.4)[3]
    assert max(among_advice, key=lambda b: among_advice[b]) == "input"
    assert max(among_skill, key=lambda b: among_skill[b]) == "reflection"


def session(name: str, quality: str | None, behaviours: list[str | None]) -> Conversation:
    turns = tuple(Turn(n=n, speaker="practitioner", text="So.") for n in range(len(behaviours)))
    gold = tuple(Gold(behaviour=b) for b in behaviours)
    return Conversation(id=name, corpus="annomi", turns=turns, gold=gold, quality=quality)


def test_learned_from_sessions_of_each_quality() -> None:
    high = session("high", "high", ["question", "reflection"] * 300)
    low = session("low", "low", ["input", "input", None, "question"] * 100)
    found = flow.learned([high, low])
    assert found is not None
    skilful, unskilful = found.following
    q, r, i = (found.behaviours.index(b) for b in ("question", "reflection", "input"))
    assert skilful[q][r] > 0.95
    assert unskilful[i][i] > 0.9  # a turn that nobody coded is no step
    assert unskilful[q][i] > 0.9
    for row in (found.usual, *skilful, *unskilful):
        assert sum(row) == pytest.approx(1, abs=1e-5)
        assert min(row) > 0
    assert flow.learned([high, session("x", None, ["input", "other"])]) is None
    assert Flow.read({"behaviours": found.behaviours, "usual": found.usual, "following": found.following}) == found


class Counted:
    """An encoder that remembers which turns it read."""

    def __init__(self, encoder: Reads) -> None:
        self.encoder, self.asked = encoder, list[int]()

    def read(self, turns: Sequence[Turn], wanted: Sequence[int]) -> list[Reading]:
        self.asked += wanted
        return self.encoder.read(turns, wanted)


def test_a_part_is_coded_as_in_the_whole() -> None:
    coder = Coder.load()
    assert coder.practitioner.flow is not None
    turns = talk(*TALK)
    whole = coder.code(turns)
    own = [i for i, turn in enumerate(turns) if turn.speaker == "practitioner"]
    part = coder.code(turns, only={own[-1]})
    assert part[own[-1]] == whole[own[-1]]
    assert part[own[0]].behaviour is None
    others = {i: whole[i].behaviour_probabilities for i in own[:-1]}
    assert coder.encoder is not None
    encoder = Counted(coder.encoder)
    quick = replace(coder, encoder=encoder).code(turns, only={own[-1]}, known=others)
    assert encoder.asked == [own[-1]]
    assert [u.code for u in quick[own[-1]].utterances] == [u.code for u in whole[own[-1]].utterances]
    still = replace(coder, practitioner=replace(coder.practitioner, flow=None)).code(turns)
    assert still[own[-1]].behaviour_probabilities != whole[own[-1]].behaviour_probabilities
