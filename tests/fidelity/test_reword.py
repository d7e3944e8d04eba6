"""Other wordings: golden turns, and what must hold for any text at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fidelity.reword import (
    Rewording,
    as_statement,
    ask_before_information,
    ask_offer_ask,
    open_question,
    reflect,
    reword,
    swap_person,
)
from fidelity.reword.phrases import pattern, phrases
from fidelity.reword.tidy import sentences, spell
from fidelity.reword.verbs import gerund, third_person

GOLDEN: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parents[1] / "golden" / "rewordings.toml").read_text(encoding="utf-8")
)
ONE_TEXT: dict[str, Callable[[str], str | None]] = {
    "swap_person": swap_person,
    "reflect": reflect,
    "open_question": open_question,
    "as_statement": as_statement,
    "ask_offer_ask": ask_offer_ask,
    "ask_before_information": ask_before_information,
}
CASES = [(name, turn) for name in ONE_TEXT for turn in GOLDEN[name]]
FIRST_PERSON = re.compile(r"\b(?:I|I'm|I've|I'd|I'll|me|my|mine|myself|we|us|our|ours|ourselves)\b", re.I)
# The practitioner's own "I" in the frames is meant; everything between the frames is the client's.
PERSON_WORDS = {"you", "your", "yours", "yourself", "yourselves", "are", "were", "you're", "you've", "you'd", "you'll"}


def test_the_golden_file_is_large_enough_to_mean_something() -> None:
    assert len(CASES) + len(GOLDEN["reword"]) >= 150
    assert set(GOLDEN) == {*ONE_TEXT, "reword"}


@pytest.mark.parametrize(("name", "turn"), CASES, ids=[f"{name}: {turn['said']}" for name, turn in CASES])
def test_golden_turn(name: str, turn: dict[str, Any]) -> None:
    assert ONE_TEXT[name](turn["said"]) == turn.get("gives")


@pytest.mark.parametrize("turn", GOLDEN["reword"], ids=lambda turn: f"{turn['code']}: {turn['said']} / {turn['heard']}")
def test_golden_rewording(turn: dict[str, Any]) -> None:
    expected = Rewording(kind=turn["kind"], text=turn["gives"]) if "gives" in turn else None
    assert reword(turn["code"], turn["said"], turn["heard"]) == expected


@pytest.mark.parametrize("code", ["SR", "CR", "AF", "Seek", "Emphasize", "PwP", "NC"])
def test_skilful_and_uncoded_talk_is_left_alone(code: str) -> None:
    assert reword(code, "You need to get him up earlier.", "I want my kids back.") is None


@pytest.mark.parametrize("code", ["CQ", "OQ", "Persuade", "Confront", "GI"])
@pytest.mark.parametrize(
    "heard", ["Sometimes I want to kill myself.", "He punched me and I left.", "I shook the baby."]
)
def test_danger_is_met_straight_whatever_the_code(code: str, heard: str) -> None:
    said = "Babies sleep safest on their backs in their own cot." if code == "GI" else "Do you want to cut down?"
    assert reword(code, said, "I want my kids back.") is not None
    assert reword(code, said, heard) is None


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[\w']+", text.lower()))


FRAME_WORDS = set().union(*(words_of(frame) for frames in phrases().frames.values() for frame in frames))


@pytest.mark.parametrize("turn", [turn for turn in GOLDEN["reflect"] if "gives" in turn], ids=lambda turn: turn["said"])
def test_a_reflection_holds_no_content_word_that_nobody_said(turn: dict[str, Any]) -> None:
    assert words_of(turn["gives"]) <= words_of(spell(turn["said"])) | FRAME_WORDS | PERSON_WORDS


@pytest.mark.parametrize(
    "said", [turn["said"] for turn in GOLDEN["reflect"] if "gives" in turn and turn["said"][0] == "I"]
)
def test_fillers_and_apostrophes_do_not_change_a_reflection(said: str) -> None:
    plain = reflect(said)
    assert reflect(f"Um, yeah, well, {said}") == plain
    assert reflect(f"{said.rstrip('.')}, you know.") == plain
    assert reflect(said.replace("'", "’")) == plain


# Sentences built from parts: enough variety to hit odd combinations, close enough to speech to get answers.
SUBJECTS = [
    "I",
    "we",
    "my mum",
    "my husband and I",
    "me and my sister",
    "he",
    "the kids",
    "nobody",
    "it",
    "you",
    "my dad, my mum and I",
]
VERBS = [
    "was",
    "am scared of",
    "don't want",
    "hate",
    "never told",
    "can't cope with",
    "were shouting at",
    "feel bad about",
    "said",
    "love",
    "am",
]
OBJECTS = [
    "me",
    "my son",
    "us",
    "the school",
    "my own house",
    "him and me",
    "it",
    "what I did",
    "myself",
    "our GP",
    "that I can't do it",
]
TAILS = [
    "",
    " when I was drinking",
    " because he left me",
    ", you know",
    " but I'm trying",
    " if I can",
    " and I don't know why",
    "-",
    "?",
]
LEADS = ["", "um ", "Yeah, well, ", "I- I mean, ", "And ", "[sighs] ", "I think ", "So "]
CODES = st.sampled_from(["CQ", "OQ", "Persuade", "Confront", "GI", "SR"])
SPEECH = st.tuples(*map(st.sampled_from, (LEADS, SUBJECTS, [" "], VERBS, [" "], OBJECTS, TAILS))).map("".join)
CASED = st.tuples(SPEECH, st.booleans()).map(
    lambda drawn: drawn[0].lower().replace("'", "") if drawn[1] else drawn[0] + "."
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(CASED)
def test_no_first_person_is_left_and_nothing_is_repeated(said: str) -> None:
    for text in (swap_person(said), reflect(said)):
        if text is not None:
            assert not FIRST_PERSON.search(text)
            assert not re.search(r"\byou (?:am|was|is|has|you)\b", text, re.I)
            assert text[0].isupper()
            assert text.endswith(".")


@settings(max_examples=40, deadline=None, derandomize=True)
@given(CODES, CASED, CASED)
def test_the_same_turn_always_gets_the_same_wording(code: str, said: str, heard: str) -> None:
    assert reword(code, said, heard) == reword(code, said, heard)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=120))
def test_no_text_raises(said: str) -> None:
    for wording in (*ONE_TEXT.values(), sentences):
        wording(said)
    reword("CQ", said, said)


def test_every_pattern_and_part_in_the_tables_compiles() -> None:
    table = phrases()
    for name in table.patterns:
        assert pattern(name).search("") is None, f"{name} matches nothing at all"
    named = {name for rule in table.questions for name in re.findall(r"(?<!\?P)<(\w+)>", rule.closed)}
    assert named <= set(table.parts)


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("cut", "cutting"), ("lie", "lying"), ("be", "being"), ("quit", "quitting"), ("visit", "visiting"),
        ("argue", "arguing"), ("travel", "travelling"), ("eat", "eating"), ("play", "playing"), ("panic", "panicking"),
        ("see", "seeing"),
    ],
)  # fmt: skip
def test_gerund(verb: str, form: str) -> None:
    assert gerund(verb) == form


@pytest.mark.parametrize(
    ("verb", "form"), [("worry", "worries"), ("upset", "upsets"), ("watch", "watches"), ("have", "has"), ("go", "goes")]
)
def test_third_person(verb: str, form: str) -> None:
    assert third_person(verb) == form
