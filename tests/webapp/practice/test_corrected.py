"""Changes applied to a conversation: nothing is lost or invented, whatever is changed in whatever order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.config import ScoreOptions
from fidelity.conversation import CodedTurn, CodedUtterance
from fidelity.score import score
from tests import factories
from webapp.practice.services.corrected import FAMILIES, Change, Corrected, apply, key
from webapp.practice.services.sense import problem

TURNS = tuple(CodedTurn(**{f: getattr(t, f) for f in t.__slots__ if f != "words"}) for t in factories.turns())
STRUCTURE = ("split", "join", "speaker", "leave_out", "put_back", "code", "swap")

# The first example loads NumPy, and builds the strategies.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
numbers = st.integers(-2, 18)
changes = st.builds(
    Change,
    kind=st.sampled_from((*STRUCTURE, "words")),
    n=numbers,
    u=st.integers(-1, 3),
    k=st.integers(-1, 12),
    text=st.sampled_from(["", "Yeah.", "Something quite different was said."]),
    code=st.sampled_from(["", "nonsense", *PRACTITIONER, *CLIENT]),
    at=st.one_of(st.none(), st.floats(0, 80)),
)
lists = st.lists(changes, max_size=12)


def words(found: Corrected) -> list[str]:
    return [word for turn in found.turns for said in turn.utterances for word in said.text.split()]


@PATIENT
@given(lists)
def test_nothing_is_lost_or_invented(asked: list[Change]) -> None:
    found = apply(TURNS, [change for change in asked if change.kind in STRUCTURE])
    assert words(found) == words(apply(TURNS, []))
    assert " ".join(turn.text for turn in found.turns).split() == words(found)


@PATIENT
@given(lists)
def test_numbers_are_dense_times_ordered_and_it_can_be_scored(asked: list[Change]) -> None:
    found = apply(TURNS, asked)
    assert [turn.n for turn in found.turns] == list(range(len(found.turns)))
    assert len(found.marks) == len(found.turns)
    for turn, mark in zip(found.turns, found.marks, strict=True):
        assert [said.u for said in turn.utterances] == list(range(len(mark.said)))
        assert turn.utterances
        assert all(said.text for said in turn.utterances)
        assert all(said.code in (*FAMILIES[turn.speaker], None) for said in turn.utterances)
        assert turn.speaker == ("other" if mark.left_out else mark.speaker)
    said = [said for turn in found.turns for said in turn.utterances]
    assert all(one.start <= one.end for one in said)  # type: ignore[operator]
    assert all(one.end <= two.start for one, two in pairwise(said))  # type: ignore[operator]
    score(found.turns, ScoreOptions(draws=5))


@PATIENT
@given(lists, changes)
def test_what_makes_no_sense_changes_nothing_and_what_does_is_seen(asked: list[Change], last: Change) -> None:
    before = apply(TURNS, asked)
    if last.kind == "swap":
        assert apply(TURNS, [*asked, last]) == before
    elif problem(before, last) == "":
        assert apply(TURNS, [*asked, last]) != before
    elif last.kind != "put_back":
        after = apply(TURNS, [*asked, last])
        assert [turn.utterances for turn in after.turns] == [turn.utterances for turn in before.turns]


@PATIENT
@given(lists)
def test_without_changes_it_is_the_machines(asked: list[Change]) -> None:
    assert apply(TURNS, asked[:0]).turns == TURNS
    assert apply(TURNS, asked) == apply(TURNS, asked)


def test_what_is_undone_by_hand_is_the_machines_too() -> None:
    for back in (
        [Change(kind="leave_out", n=2), Change(kind="put_back", n=2)],
        [Change(kind="speaker", n=2), Change(kind="speaker", n=2)],
        [Change(kind="code", n=2, u=1, code="OQ"), Change(kind="code", n=2, u=1)],
        [Change(kind="words", n=2, u=1, text="No."), Change(kind="words", n=2, u=1, text=TURNS[2].utterances[1].text)],
    ):
        assert apply(TURNS, back).turns == TURNS


def test_codes_wait_for_the_machine_and_hers_wins() -> None:
    asked = [Change(kind="words", n=2, u=1, text="What did he say?")]
    found = apply(TURNS, asked)
    assert found.waiting == (2,)
    assert found.turns[2].utterances[1].code == "CQ"  # for the words as they were, until it has read these
    heard = CodedUtterance(u=1, text="What did he say?", code="OQ", probabilities={"OQ": 1.0}, status="confident")
    codes = {key("practitioner", found.turns[2].utterances[1]): heard}
    found = apply(TURNS, asked, codes)
    assert found.waiting == ()
    assert found.turns[2].utterances[1].code == "OQ"
    found = apply(TURNS, [*asked, Change(kind="code", n=2, u=1, code="Seek", reason="It did.")], codes)
    said, mark = found.turns[2].utterances[1], found.marks[2].said[1]
    assert (said.code, said.status, dict(said.probabilities)) == ("Seek", "confident", {})
    assert (mark.code, mark.reason, mark.machine.code, mark.new_words) == ("Seek", "It did.", "OQ", True)


def test_another_speaker_has_no_code_until_the_machine_has_read_it() -> None:
    found = apply(TURNS, [Change(kind="speaker", n=1)])
    assert (found.turns[1].speaker, found.turns[1].voice) == ("practitioner", "A")
    assert found.turns[1].utterances[0].code is None
    assert (found.turns[1].certainty, found.waiting) == (1.0, (1,))


@pytest.mark.parametrize(("codes", "behaviour"), [
    (("OQ", "NC"), "question"), (("NC", "AF"), "other"), (("SR", "Persuade"), "reflection"),
])  # fmt: skip
def test_what_a_turn_mainly_does_follows_her_codes(codes: tuple[str, str], behaviour: str) -> None:
    asked = [Change(kind="code", n=2, u=u, code=code) for u, code in enumerate(codes)]
    assert apply(TURNS, asked).turns[2].behaviour == behaviour


def test_a_conversation_without_times_can_be_split() -> None:
    turns = factories.turns(times=False)
    found = apply(turns, [Change(kind="split", n=2, u=0, k=3)])
    assert [turn.start for turn in found.turns[2:4]] == [None, None]
    assert found.turns[2].text == "So for now"
