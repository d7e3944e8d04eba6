"""A parse by hand over the words of a turn, and what counting it gives."""

from __future__ import annotations

import pytest

from fidelity.hand.coding import HeardTurn, as_coded, utterances
from fidelity.score import as_coded as counted
from fidelity.score import score

ASKED = HeardTurn(
    n=3,
    speaker="practitioner",
    text="You were worried. What happened then?",
    start=10.0,
    end=14.0,
    starts=(10.0, 10.4, 10.8, 12.0, 12.5, 13.0),
)
SAID = HeardTurn(n=4, speaker="client", text="I stopped", start=15.0, end=16.0)


def test_a_parse_cuts_a_turn_at_its_words_with_their_times() -> None:
    found = utterances([ASKED, SAID], {3: ((0, "SR"), (3, "OQ"))})
    assert [(u.n, u.first, u.last, u.text, u.code) for u in found] == [
        (3, 0, 3, "You were worried.", "SR"),
        (3, 3, 6, "What happened then?", "OQ"),
        (4, 0, 2, "I stopped", None),
    ]
    assert [(u.start, u.end) for u in found] == [(10.0, 12.0), (12.0, 14.0), (15.0, 16.0)]


def test_without_the_times_of_words_a_cut_falls_by_its_place_in_the_text() -> None:
    first, second = utterances([SAID], {4: ((0, "neutral"), (1, "change"))})
    assert first.end == second.start == pytest.approx(15 + 1 / 9, abs=0.001)
    bare = HeardTurn(n=0, speaker="client", text="I stopped")
    assert [u.start for u in utterances([bare], {0: ((0, None), (1, None))})] == [None, None]


def test_codes_by_hand_are_counted_by_the_engines_own_rules_and_certain() -> None:
    turns = as_coded([ASKED, SAID], {3: ((0, "SR"), (3, "OQ")), 4: ((0, "change"),)})
    assert [t.behaviour for t in turns] == ["question", "change"]
    counts = {m.name: m for m in score(turns).counts}
    for name in ("SR", "OQ", "reflections", "questions", "change"):
        assert (counts[name].value, counts[name].low, counts[name].high) == (1, 1, 1)
    assert counts["CR"].value == 0


def test_what_nobody_has_coded_counts_for_nothing() -> None:
    turns = as_coded([ASKED, SAID], {})
    assert [u.code for t in turns for u in t.utterances] == ["NC", "neutral"]
    assert {m.value for m in score(turns).counts} == {0}


def test_counting_codes_as_they_stand_gives_what_the_engine_gives() -> None:
    practitioner = ["SR", "CR", "OQ", "CQ", "OQ", "AF", "GI", "Persuade", "SR", "CR", "OQ", "SR"]
    client = ["change", "neutral", "sustain", "change"]
    turns = [
        HeardTurn(n=n, speaker="client" if n % 2 else "practitioner", text="some words", start=3.0 * n, end=3.0 * n + 2)
        for n in range(24)
    ]
    codes = {n: ((0, (client * 3)[n // 2] if n % 2 else practitioner[n // 2]),) for n in range(24)}
    for known in (codes, {0: codes[0]}, {}):
        coded = as_coded(turns, known)
        told = score(coded)
        expected = {m.name: m.value for m in (*told.counts, *told.measures)}
        assert counted(coded) == {name: expected[name] for name in counted(coded)}
    assert counted(as_coded(turns, codes))["percent_complex"] == pytest.approx(0.4)
