import re
from itertools import pairwise

from fidelity.codebook import CODES
from fidelity.conversation import CodedTurn, CodedUtterance, Feedback
from fidelity.feedback import give_feedback
from fidelity.score import score

# (speaker, code, text); the client's code is the turn's behaviour. Everything here is made up.
SKILFUL = [
    ("p", "OQ", "How have the mornings been since we last met?"),
    ("c", "change", "I got him to school three times, and I want to keep that going because he is happier there."),
    ("p", "CR", "Seeing him happy makes the early start worth it for you."),
    ("c", "change", "Yeah, it does. I need to sort my sleep out though, I know that, and I am going to try this week."),
    ("p", "AF", "You worked out a plan when you were exhausted, and you stuck to it."),
    ("c", "neutral", "I suppose I did."),
    ("p", "Emphasize", "What you do about the evenings is really up to you."),
    ("c", "change", "I want to go to bed when he does."),
] * 3
PRESSING = [
    ("p", "CQ", "Do you get him up yourself?"),
    ("c", "sustain", "I can't get him up in the mornings, I am too tired."),
    ("p", "Persuade", "You need to get him up earlier."),
    ("c", "sustain", "That's easy for you to say."),
    ("p", "CQ", "Have you thought about asking your sister for help?"),
    ("c", "sustain", "I don't want my sister knowing my business."),
    ("p", "Confront", "That is just an excuse."),
    ("c", "sustain", "I am doing my best with what I've got."),
] * 3


def build(lines: list[tuple[str, str, str]], belief: float = 0.9, seconds: float = 6.0) -> list[CodedTurn]:
    turns = []
    for n, (who, code, text) in enumerate(lines):
        start = n * (seconds + 1)
        utterance = CodedUtterance(
            u=0, text=text, start=start, end=start + seconds, code=code, status="confident",
            probabilities={code: belief, "NC" if who == "p" else "neutral": 1 - belief} if belief < 1 else {code: 1.0},
        )  # fmt: skip
        turns.append(
            CodedTurn(
                n=n, speaker="practitioner" if who == "p" else "client", text=text, start=start, end=start + seconds,
                behaviour=CODES[code].behaviour, utterances=(utterance,),  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return turns


def feedback(lines: list[tuple[str, str, str]], **more: float) -> Feedback:
    turns = build(lines, **more)
    return give_feedback(turns, score(turns))


def test_what_went_well_names_real_moments_strongest_first() -> None:
    given = feedback(SKILFUL)
    assert [(m.code, m.said) for m in given.went_well] == [
        ("CR", "Seeing him happy makes the early start worth it for you."),
        ("Emphasize", "What you do about the evenings is really up to you."),
    ]
    assert "talk of change" in given.went_well[0].note
    assert all(m.start is not None for m in given.went_well)


def test_a_doubtful_code_is_no_affirmation_but_something_true_is_still_said() -> None:
    given = feedback(SKILFUL[:8], belief=0.3)
    assert len(given.went_well) == 1
    assert "longest answers" in given.went_well[0].note


def test_a_reflection_we_are_not_sure_of_is_not_praised() -> None:
    assert all(m.code != "CR" for m in feedback(SKILFUL, belief=0.7).went_well)
    assert feedback(SKILFUL, belief=0.8).went_well[0].code == "CR"


def test_pressing_leads_to_asking_first_and_the_moments_are_about_it() -> None:
    given = feedback(PRESSING)
    assert given.next_step.title == "Ask before you offer"
    assert given.next_step.measure == "mi_non_adherent"
    assert "6 places" in given.next_step.text
    assert len(given.moments) == 3
    assert [m.n for m in given.moments] == sorted(m.n for m in given.moments)
    advice = next(m for m in given.moments if m.code == "Persuade")
    assert advice.heard == "I can't get him up in the mornings, I am too tired."
    assert advice.another_way is not None
    assert "to get him up earlier" in advice.another_way
    assert all(m.another_way for m in given.moments)


def test_moments_are_apart_and_never_the_same_words_twice() -> None:
    given = feedback(PRESSING)
    places = [m.n for m in given.moments]
    assert all(b - a >= 3 for a, b in pairwise(places))
    assert len({m.said for m in given.moments}) == len(given.moments)


def test_next_step_follows_the_measures() -> None:
    questions = [
        ("p", "OQ", "What was the week like for you?"),
        ("c", "neutral", "It was all right, we went to the park."),
    ]
    closed = [("p", "CQ", "Did he go to school?"), ("c", "neutral", "He went on Tuesday and on Wednesday."),
              ("p", "SR", "He went on two of the days."), ("c", "neutral", "Yes, he did, those two days.")]  # fmt: skip
    assert feedback(questions * 10).next_step.measure == "reflections_to_questions"
    assert feedback(closed * 6).next_step.measure == "percent_open"
    assert feedback(SKILFUL).next_step.measure == "change"
    assert feedback(questions).next_step.title == "Bring a little more"


def test_feedback_asks_and_leaves_the_choice() -> None:
    for given in (feedback(SKILFUL), feedback(PRESSING), feedback(SKILFUL[:2])):
        assert given.closing.endswith("?")
        assert "?" in given.next_step.text
        shown = " ".join([given.next_step.text, *(m.note for m in (*given.went_well, *given.moments))])
        assert not re.search(r"\b(must|should|wrong|failed|bad|poor)\b", shown, re.IGNORECASE)


def test_a_conversation_without_the_practitioner_or_of_one_turn_is_no_trouble() -> None:
    assert feedback([("c", "neutral", "Hello?")]).went_well == ()
    assert feedback([("p", "NC", "Hello there, come in.")]).moments == ()
