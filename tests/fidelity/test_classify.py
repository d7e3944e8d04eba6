"""The shipped models, through the coder that users get. Sentences are ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from fidelity.classify import Coder
from fidelity.codebook import ALWAYS_SUGGESTED, CLIENT, CODES, PRACTITIONER, PRACTITIONER_BEHAVIOURS
from fidelity.config import CodingOptions
from fidelity.conversation import CodedTurn, Speaker, Turn
from fidelity.utterances import split_all

TALK: tuple[tuple[Speaker, str], ...] = (
    ("practitioner", "Hello Leanne. How have things been since Tuesday?"),
    ("client", "I am fed up with the mornings. I shout at them and I want to stop."),
    ("practitioner", "You are fed up with the mornings, and you want to stop shouting."),
    ("client", "Yeah."),
    ("practitioner", "Do you get them up yourself?"),
    ("client", "I do. I can't see how it could be different, there's no point trying."),
    ("practitioner", "Would it be all right if I shared what other parents have told us?"),
    ("client", "Go on."),
    ("practitioner", "Some people lay the clothes out at night. You could try that, but it's up to you."),
    ("other", "The tea is ready."),
    ("practitioner", "That must be a lot to carry, isn't it?"),
    ("client", "I suppose."),
    ("practitioner", "You should ring the school tomorrow. What you do is your choice."),
    ("client", "Maybe I will."),
)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


def talk(*said: tuple[Speaker, str]) -> tuple[Turn, ...]:
    return split_all([Turn(n=n, speaker=speaker, text=text) for n, (speaker, text) in enumerate(said)])


@pytest.fixture(scope="module")
def coded(coder: Coder) -> tuple[CodedTurn, ...]:
    return coder.code(talk(*TALK))


def test_turns_come_back_one_to_one(coded: Sequence[CodedTurn]) -> None:
    assert [(t.n, t.speaker, t.text) for t in coded] == [(n, s, text) for n, (s, text) in enumerate(TALK)]


def test_codes_and_probabilities_belong_to_the_speaker(coded: Sequence[CodedTurn]) -> None:
    for turn in coded:
        codes = {"practitioner": PRACTITIONER, "client": CLIENT, "other": ()}[turn.speaker]
        behaviours = {"practitioner": PRACTITIONER_BEHAVIOURS, "client": CLIENT, "other": ()}[turn.speaker]
        assert tuple(turn.behaviour_probabilities) == behaviours
        for u in turn.utterances:
            assert tuple(u.probabilities) == codes
            if codes:
                assert sum(u.probabilities.values()) == pytest.approx(1, abs=1e-9)
                assert u.code == max(u.probabilities, key=lambda code, p=u.probabilities: p[code])  # type: ignore[misc]
                assert u.why.endswith(".")


def test_other_people_get_no_code(coded: Sequence[CodedTurn]) -> None:
    (other,) = [t for t in coded if t.speaker == "other"]
    assert other.behaviour is None
    assert [(u.code, u.why) for u in other.utterances] == [(None, "")]


def test_a_turns_behaviour_is_borne_out(coded: Sequence[CodedTurn]) -> None:
    for turn in coded:
        if turn.behaviour:
            assert turn.behaviour in {CODES[str(u.code)].behaviour for u in turn.utterances}


def test_plain_cases(coded: Sequence[CodedTurn]) -> None:
    codes = {t.n: [u.code for u in t.utterances] for t in coded}
    assert codes[0] == ["NC", "OQ"]
    assert codes[2][0] in ("SR", "CR")
    assert codes[4] == ["CQ"]
    assert codes[6] == ["Seek"]
    assert coded[6].behaviour == "question"  # it asks, whatever it is for
    assert codes[8][-1] == "PwP"
    assert codes[10][0] in ("SR", "CR")
    assert codes[12] == ["Persuade", "Emphasize"]
    assert coded[1].behaviour == "change"
    assert coded[3].behaviour == "neutral"


def test_questions_are_heard_without_punctuation(coder: Coder) -> None:
    said = coder.code(talk(("client", "it's been hard"), ("practitioner", "what have you tried so far")))
    assert said[1].utterances[0].code == "OQ"


def test_rare_codes_are_only_suggested(coded: Sequence[CodedTurn]) -> None:
    for u in (u for t in coded for u in t.utterances if u.code):
        least = CodingOptions().confident
        sure = u.probabilities[str(u.code)] >= least and u.code not in ALWAYS_SUGGESTED
        assert (u.status == "confident") is sure


def test_why_quotes_only_what_was_said(coded: Sequence[CodedTurn]) -> None:
    everything = " ".join(t.text for t in coded).lower()
    for u in (u for t in coded for u in t.utterances):
        for quote in u.why.split("“")[1:]:
            assert quote.split("”")[0].lower() in everything


def test_why_names_the_evidence(coded: Sequence[CodedTurn]) -> None:
    why = {(t.n, u.u): u.why for t in coded for u in t.utterances}
    assert why[0, 1].startswith("Begins with “how")
    assert "which invites an open answer" in why[0, 1]
    assert why[6, 0] == "Asks the client's leave: “would it be all right if”."
    assert why[8, 1] == "Puts forward an idea, with words that leave the choice to the client: “it's up to you”."
    assert "“you should”" in why[12, 0]
    assert why[12, 1] == "Says that the choice is the client's: “is your choice”."


def test_coding_is_deterministic(coder: Coder, coded: Sequence[CodedTurn]) -> None:
    assert coder.code(talk(*TALK)) == tuple(coded)


def test_an_empty_conversation_and_a_silent_turn(coder: Coder) -> None:
    assert coder.code(()) == ()
    (turn,) = coder.code((Turn(n=0, speaker="client", text=""),))
    assert turn.behaviour is None


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    check = "import sys, fidelity.classify; print([m for m in ('sklearn', 'scipy', 'spacy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
