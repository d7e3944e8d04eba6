from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fidelity.codebook import CLIENT, CODES, PRACTITIONER
from fidelity.config import ScoreOptions
from fidelity.conversation import CodedTurn, CodedUtterance, SessionScore
from fidelity.score import score
from fidelity.volleys import is_backchannel, volleys


def turn(
    n: int, speaker: str, codes: str, text: str = "and then we talked about it some more.", **more: object
) -> CodedTurn:
    """A turn with one utterance for each code; certain unless ``probabilities`` is given."""
    probabilities = more.pop("probabilities", {})
    utterances = tuple(
        CodedUtterance(u=u, text=text, code=code, probabilities=probabilities, status="confident")
        for u, code in enumerate(codes.split())
    )
    behaviour = CODES[codes.split()[0]].behaviour if codes else None
    return CodedTurn(n=n, speaker=speaker, text=text, utterances=utterances, behaviour=behaviour, **more)  # type: ignore[arg-type]


def talk(*turns: tuple[str, str] | tuple[str, str, str], seconds: float | None = None) -> list[CodedTurn]:
    """Turns from (speaker, codes[, text]); ``seconds`` each, one after the other with a second between."""
    made = []
    for n, given_turn in enumerate(turns):
        times = {} if seconds is None else {"start": n * (seconds + 1), "end": n * (seconds + 1) + seconds}
        made.append(turn(n, {"p": "practitioner", "c": "client"}[given_turn[0]], *given_turn[1:], **times))
    return made


def count(scores: SessionScore, name: str) -> float | None:
    return scores.measure(name).value


def test_each_code_counts_once_in_a_volley() -> None:
    scores = score(talk(("p", "OQ OQ GI GI AF"), ("c", "neutral"), ("p", "OQ")))
    assert [count(scores, c) for c in ("OQ", "GI", "AF", "questions")] == [2, 1, 1, 2]


def test_open_and_closed_in_one_volley_are_one_question() -> None:
    scores = score(talk(("p", "OQ CQ")))
    assert [count(scores, c) for c in ("OQ", "CQ", "questions")] == [1, 1, 1]


def test_a_complex_reflection_outranks_a_simple_one_and_permission_covers_advice() -> None:
    scores = score(talk(("p", "SR CR SR Persuade PwP")))
    assert [count(scores, c) for c in ("SR", "CR", "reflections", "Persuade", "PwP")] == [0, 1, 1, 0, 1]


def test_a_yeah_does_not_end_a_volley_unless_it_answers() -> None:
    goes_on = talk(("p", "GI"), ("c", "neutral", "Yeah."), ("p", "GI"))
    answered = talk(("p", "GI OQ"), ("c", "neutral", "Yeah."), ("p", "GI"))
    reflected = talk(("p", "SR"), ("c", "neutral", "Mm-hm, yeah."), ("p", "GI"))
    real = talk(("p", "GI"), ("c", "neutral", "Yeah, I know he did."), ("p", "GI"))
    assert [len(volleys(t)) for t in (goes_on, answered, reflected, real)] == [1, 2, 2, 2]
    assert count(score(goes_on), "GI") == 1


@pytest.mark.parametrize(("text", "is_it"), [
    ("Yeah.", True), ("Mm-hm, right.", True), ("Okay okay okay.", True), ("yeah yeah yeah yeah", False),
    ("Yeah, I know.", False), ("No way", False),
])  # fmt: skip
def test_backchannels(text: str, is_it: bool) -> None:
    assert is_backchannel(text) is is_it


def many(pattern: list[tuple[str, str]], times: int, seconds: float | None = 8.0) -> list[CodedTurn]:
    return talk(*(pattern * times), seconds=seconds)


def test_summary_measures_of_a_known_conversation() -> None:
    # Eight rounds: a question, an answer for change, a complex and a simple reflection, an answer against.
    turns = many([("p", "OQ"), ("c", "change"), ("p", "CR"), ("c", "sustain"), ("p", "SR CQ"), ("c", "change")], 8)
    scores = score(turns)
    expected = {
        "reflections_to_questions": 1.0, "reflection_share": 0.5, "percent_open": 0.5, "percent_complex": 0.5,
        "change_talk_share": 0.667, "mi_adherent": 0.0, "mi_non_adherent": 0.0, "practitioner_talk_share": 0.5,
        "practitioner_turn": 8.0, "client_turn": 8.0, "longest_monologue": 8.0, "pause": 1.0, "interruptions": 0.0,
    }  # fmt: skip
    assert {m.name: m.value for m in scores.measures} == pytest.approx(expected)
    assert scores.measure("percent_complex").thresholds.good == 0.5  # type: ignore[union-attr]
    assert all(m.withheld is None for m in scores.measures)


def test_totals_add_the_adherent_and_the_non_adherent_codes() -> None:
    turns = many(
        [
            ("p", "AF"),
            ("c", "neutral"),
            ("p", "Seek Emphasize Confront"),
            ("c", "neutral"),
            ("p", "Persuade"),
            ("c", "neutral"),
        ],
        4,
    )
    scores = score(turns)
    assert (count(scores, "mi_adherent"), count(scores, "mi_non_adherent")) == (12, 8)


def test_short_recordings_have_measures_withheld_with_a_reason() -> None:
    scores = score(talk(("p", "OQ"), ("c", "change"), ("p", "SR"), seconds=5))
    assert {m.name for m in scores.measures if m.withheld} == {m.name for m in scores.measures}
    assert scores.measure("percent_complex").withheld == "Too little to go on: 1 reflections, and it takes at least 5."
    assert "15 seconds of talk" in (scores.measure("pause").withheld or "")
    assert scores.measure("percent_complex").value is None
    assert count(scores, "OQ") == 1, "counts are shown however short it is"


def test_without_times_only_measures_of_time_are_withheld() -> None:
    scores = score(many([("p", "OQ"), ("c", "change"), ("p", "CR"), ("c", "change")], 8, seconds=None))
    withheld = {m.name for m in scores.measures if m.withheld}
    assert withheld == {
        "practitioner_talk_share", "practitioner_turn", "client_turn", "longest_monologue", "interruptions", "pause",
    }  # fmt: skip


def test_cutting_into_an_unfinished_sentence_is_a_possible_interruption() -> None:
    turns = []
    for n in range(12):
        text = "I was going to say that he" if n % 2 else "What happened then?"
        speaker, code = ("client", "neutral") if n % 2 else ("practitioner", "OQ")
        turns.append(turn(n, speaker, code, text, start=n * 8.0, end=n * 8.0 + 8.0))
    assert count(score(turns), "interruptions") == 5
    finished = [replace(t, text="He left.") for t in turns]
    assert count(score(finished), "interruptions") == 0


def test_intervals_hold_the_value_and_grow_with_doubt() -> None:
    pattern = [("p", "OQ"), ("c", "change"), ("p", "SR"), ("c", "change")] * 6
    sure = score(talk(*pattern, seconds=8.0)).measure("reflection_share")
    doubt = dict.fromkeys(PRACTITIONER, 0.04) | {"SR": 0.3, "OQ": 0.3}
    unsure_turns = [
        turn(n, "practitioner", codes, probabilities=doubt) if who == "p" else turn(n, "client", codes)
        for n, (who, codes) in enumerate(pattern)
    ]
    unsure = score(unsure_turns).measure("reflection_share")
    assert (sure.low, sure.value, sure.high) == (0.5, 0.5, 0.5), "a person's codes leave no doubt"
    assert unsure.low < 0.4 < 0.5 == unsure.value < 0.6 < unsure.high  # type: ignore[operator]


def test_an_uncertain_speaker_widens_the_share_of_talking() -> None:
    turns = [
        turn(n, who, code, start=n * 10.0, end=n * 10.0 + 9, certainty=0.7)
        for n, (who, code) in enumerate([("client", "neutral"), ("practitioner", "GI")] * 10)
    ]
    share = score(turns).measure("practitioner_talk_share")
    assert share.high - share.low > 0.15  # type: ignore[operator]


def test_evidence_for_the_globals_points_at_the_right_places() -> None:
    turns = talk(
        ("p", "OQ"), ("c", "change"), ("p", "CR"), ("c", "sustain"), ("p", "Persuade"), ("c", "sustain"),
        ("p", "Emphasize"), ("c", "change", "I was so tired that week and " * 5), ("p", "CQ"),
    )  # fmt: skip
    evidence = {e.name: e for e in score(turns).evidence}
    assert [(r.n, r.u) for r in evidence["cultivating_change_talk"].supports] == [(0, 0), (2, 0)]
    assert [r.n for r in evidence["cultivating_change_talk"].questions] == [8]
    assert [r.n for r in evidence["softening_sustain_talk"].supports] == [6]
    assert [r.n for r in evidence["softening_sustain_talk"].questions] == [4]
    assert [r.n for r in evidence["partnership"].supports] == [6]
    assert [r.n for r in evidence["partnership"].questions] == [4]
    assert [r.n for r in evidence["empathy"].supports] == [2]
    assert [r.n for r in evidence["empathy"].questions] == [8]


codes = st.lists(
    st.one_of(
        st.tuples(st.just("p"), st.lists(st.sampled_from(PRACTITIONER), min_size=1, max_size=4).map(" ".join)),
        st.tuples(st.just("c"), st.sampled_from(CLIENT)),
    ),
    max_size=30,
)


@given(codes)
def test_any_conversation_scores_and_scores_the_same_twice(pattern: list[tuple[str, str]]) -> None:
    turns = talk(*pattern, seconds=4.0)
    first = score(turns, ScoreOptions(draws=20))
    assert first == score(turns, ScoreOptions(draws=20))
    for measure in (*first.counts, *first.measures):
        assert (measure.value is None) == (measure.withheld is not None)
        if measure.value is not None and measure.low is not None and measure.high is not None:
            assert measure.low <= measure.value <= measure.high
            assert np.isfinite([measure.low, measure.high]).all()
            assert measure.unit != "share" or 0 <= measure.low <= measure.high <= 1


def test_the_estimate_makes_up_for_what_marking_the_likeliest_misses() -> None:
    unsure = {"NC": 0.6, "SR": 0.4}
    turns = []
    for n in range(40):
        speaker = "client" if n % 2 else "practitioner"
        more = {} if n % 2 else {"probabilities": unsure}
        turns.append(turn(n, speaker, "neutral" if n % 2 else "NC", **more))
    found = score(turns).measure("reflections")
    assert found.marked == 0
    assert found.value == pytest.approx(8, abs=1)  # .4 of twenty
    steady = score(turns, ScoreOptions(practitioner_drift=0.0)).measure("reflections")
    assert steady.value == pytest.approx(8, abs=1)
    assert (found.high or 0) - (found.low or 0) > (steady.high or 0) - (steady.low or 0) + 3
