"""Marks: what fits, what partly fits, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import yaml

from tests.webapp.learning.small_course import EXERCISES
from webapp.errors import Refused
from webapp.learning.content.course import Exercise
from webapp.learning.content.marking import mark, read_answer, shuffled

TOLD: dict[str, Any] = yaml.safe_load(EXERCISES)


def _exercise(name: str) -> Exercise:
    told = TOLD[name]
    return Exercise(name, told["kind"], told["skill"], told["title"], told)


@pytest.mark.parametrize(
    ("name", "sent", "score", "says"),
    [
        ("choose", {"chosen": ["0"]}, 1, "You saw it."),
        ("choose", {"chosen": ["1"]}, 0, "Look at the first word."),
        ("choose-all", {"chosen": ["0", "1"]}, 1, "Yes second."),
        ("choose-all", {"chosen": ["0"]}, 2 / 3, "one more that fits"),
        ("choose-all", {"chosen": ["2"]}, 0, "Not third."),
        ("code", {"code": ["SR"]}, 1, "Given back."),
        ("code", {"code": ["OQ"]}, 0, "No question there."),
        ("spot", {"marked": ["3"]}, 1, "1 of 1 lines"),
        ("spot", {"marked": ["3", "5"]}, 2 / 3, "marked 1 that speaks"),
        ("spot", {"marked": ["1"]}, 0, "0 of 1"),
        ("spot", {}, 0, "0 of 1"),
    ],
)
def test_marks(name: str, sent: dict[str, Sequence[str]], score: float, says: str) -> None:
    marked = mark(_exercise(name), read_answer(_exercise(name), sent))
    assert marked.score == pytest.approx(score)
    assert marked.right == (score == 1)
    assert says in marked.words + " ".join(r.words for r in marked.remarks)


def _places(exercise: Exercise, order: Sequence[int]) -> list[str]:
    """What the form sends when the parts are put in this order."""
    shown = shuffled(exercise)
    return [str(order.index(k)) for k in shown]


def test_order_gives_reasons_only_when_all_is_right() -> None:
    exercise = _exercise("order")
    right = mark(exercise, read_answer(exercise, {"place": _places(exercise, [0, 1, 2])}))
    assert (right.score, right.words) == (1, "In order now.")
    assert "Then you offer." in [r.words for r in right.remarks]
    wrong = mark(exercise, read_answer(exercise, {"place": _places(exercise, [1, 0, 2])}))
    assert wrong.score == pytest.approx(1 / 3)
    assert [r.words for r in wrong.remarks] == ["", "", ""]
    assert [r.part for r in wrong.remarks] == ["Offer", "Ask", "Ask again"]


def test_two_lines_may_go_with_the_same_words() -> None:
    exercise = _exercise("match")
    shown = shuffled(exercise)
    desire = [str(shown.index(2)), str(shown.index(1)), str(shown.index(0))]  # the two desires exchanged
    assert mark(exercise, read_answer(exercise, {"pick": desire})).right
    all_alike = [str(shown.index(0))] * 3
    assert mark(exercise, read_answer(exercise, {"pick": all_alike})).score == pytest.approx(2 / 3)


def test_parts_are_never_shown_in_the_right_order() -> None:
    for name in ("order", "match"):
        assert shuffled(_exercise(name)) != [0, 1, 2]
        assert shuffled(_exercise(name)) == shuffled(_exercise(name))


@pytest.mark.parametrize(
    ("codes", "score", "words"),
    [
        (["SR"], 1, ""),
        (["CR", "NC"], 1, ""),
        (["SR", "CQ"], 0.5, "You asked him something."),
        (["CQ"], 0, "You asked him something."),
        (["Persuade"], 0, ""),
        (["NC"], 0, ""),
        ([], 0, ""),
    ],
)
def test_free_words_are_marked_by_what_was_heard(codes: list[str], score: float, words: str) -> None:
    heard = {"utterances": [{"text": "x", "code": code, "why": "", "sure": True, "belief": 0.9} for code in codes]}
    marked = mark(_exercise("say"), {"text": "x"}, heard)
    assert (marked.score, marked.words) == (score, words)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("choose", {}),
        ("choose", {"chosen": ["7"]}),
        ("choose", {"chosen": ["0", "1"]}),
        ("choose", {"chosen": ["-1"]}),
        ("choose", {"chosen": ["²"]}),
        ("order", {"place": ["0", "0", "1"]}),
        ("order", {"place": ["0"]}),
        ("order", {}),
        ("match", {"pick": ["0", "", "1"]}),
        ("code", {"code": ["AF"]}),
        ("code", {}),
        ("say", {"text": ["   "]}),
        ("say", {"text": ["a" * 601]}),
        ("say", {}),
    ],
)
def test_what_does_not_fit_is_refused(name: str, sent: dict[str, Sequence[str]]) -> None:
    with pytest.raises(Refused):
        read_answer(_exercise(name), sent)
