"""Rules on wording and grammar, with sentences of our own."""

from __future__ import annotations

import pytest

from fidelity.classify import rules


@pytest.mark.parametrize("text", [
    "Would it be all right if I told you what the school has seen?",
    "Do you mind if we go through the plan together?",
    "can i share something other parents have told us",
    "Would you like to hear what has worked for others?",
])  # fmt: skip
def test_asking_leave_is_seen_with_and_without_punctuation(text: str) -> None:
    assert rules.asks_leave(text)
    assert rules.asks_leave(rules.unpunctuated(text))


@pytest.mark.parametrize("text", [
    "Can I ask what happened on Friday?",
    "Could we talk about how you got home?",
    "Is it all right at home?",
    "That is all right with me.",
])  # fmt: skip
def test_other_questions_are_not_asking_leave(text: str) -> None:
    assert not rules.asks_leave(text)


def test_what_the_client_makes_of_it() -> None:
    assert rules.asks_view("What do you make of that?")
    assert not rules.asks_view("What do you do on a Sunday?")


@pytest.mark.parametrize(("text", "hands"), [
    ("It's really up to you.", True),
    ("that is completely your choice", True),
    ("Nobody can decide that in your place.", True),
    ("What happens next is your decision.", True),
    ("Is it up to you?", False),
    ("what would be your choice if it's up to you", False),
    ("Who gets to say it's your choice?", False),
    ("You need to make a choice.", False),
])  # fmt: skip
def test_handing_over_the_choice_is_said_not_asked(text: str, hands: bool) -> None:
    assert rules.hands_choice(text) is hands


def test_advice_that_hands_the_choice_back() -> None:
    assert rules.advice_with_choice("You could ring her first, but it's up to you.")
    assert not rules.advice_with_choice("You should ring her first.")


def test_a_tag_asks_for_agreement_only() -> None:
    assert rules.tagged("That was a long night, wasn't it?")
    assert not rules.tagged("Wasn't it a long night?")
    assert not rules.tagged("Why don't you?")


def test_echo_with_a_question_mark() -> None:
    heard = "It does nought to sixty in five seconds."
    assert rules.echo_question("Nought to sixty?", heard)
    assert not rules.echo_question("Nought to sixty.", heard)
    assert not rules.echo_question("What about your mother?", heard)


def test_leave_is_remembered_from_either_side() -> None:
    assert rules.leave_given([], ["What should I do about his teacher?"])
    assert rules.leave_given(["Would it be okay if I gave you some ideas?"], ["Go on."])
    assert not rules.leave_given(["How was the week?"], ["Long."])


def test_tidy_takes_out_what_nobody_said() -> None:
    assert rules.tidy("-and then [laughter] I -- I didn’t go-") == "and then I I didn't go"


@pytest.mark.parametrize(("text", "own"), [
    ("But if it doesn't stay like that, I'm going to have to take this further.", True),
    ("I'll ring the school on Monday.", True),
    ("I want this to go well for all of you.", True),
    ("You want things to be calmer at home.", False),
    ("So it's like, I'll never get on top of it.", False),
    ("You feel like nobody listens, and that I'm going to judge you.", False),
])  # fmt: skip
def test_what_the_practitioner_will_do_is_no_reflection(text: str, own: bool) -> None:
    assert rules.own_plan(text) is own


def test_take_it_or_leave_it_hands_the_choice_back() -> None:
    assert rules.advice_with_choice(
        "It's only an idea, and you can take it or leave it, but you could ask for a letter."
    )


@pytest.mark.parametrize(
    ("text", "turn", "stated"),
    [
        ("You've been up since four.", ["Is he asleep?"], True),
        ("It's been a long night.", ["And you?"], True),
        ("You've been up since four", ["is he asleep"], False),  # no punctuation to go by
        ("You've been up since four.", [], False),  # alone, nothing says that questions are marked
        ("How did that go.", ["Was it hard?"], False),
        ("You've been up since four?", ["Is he asleep?"], False),
    ],
)
def test_a_full_stop_beside_a_question_mark_is_no_closed_question(text: str, turn: list[str], stated: bool) -> None:
    assert rules.stated(text, [text, *turn]) is stated
