"""Codings laid side by side: what is set against what, and what the tables then mean."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fidelity.agreement import alpha, coincidences
from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.hand import tally
from fidelity.hand.align import compare
from fidelity.hand.coding import HeardTurn, Parse

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import krippendorff

EXACT = 1e-6
ASKED = HeardTurn(n=3, speaker="practitioner", text="You were worried. What happened then?", start=10.0, end=14.0)
SAID = HeardTurn(n=4, speaker="client", text="I stopped", start=15.0, end=16.0)
OTHER = HeardTurn(n=5, speaker="other", text="Mummy", start=16.0, end=17.0)
EMPTY = HeardTurn(n=6, speaker="client", text="", start=17.0, end=17.0)
TURNS = (ASKED, SAID, OTHER, EMPTY)


def test_the_same_cuts_give_the_plain_table() -> None:
    one: dict[int, Parse] = {3: ((0, "SR"), (3, "OQ")), 4: ((0, "change"),)}
    other: dict[int, Parse] = {3: ((0, "CR"), (3, "OQ")), 4: ((0, None),)}
    found = compare(TURNS, one, other)
    assert [(u.n, u.first, u.last, u.codes, u.weight) for u in found.units] == [
        (3, 0, 3, ("SR", "CR"), 1),
        (3, 3, 6, ("OQ", "OQ"), 1),
        (4, 0, 2, ("change", "neutral"), 1),
    ]
    assert (found.cuts.f1, found.cuts.guetzkow) == (1, 0)


def test_an_utterance_is_set_against_what_the_other_gave_to_most_of_its_words() -> None:
    one: dict[int, Parse] = {3: ((0, "CR"),)}
    other: dict[int, Parse] = {3: ((0, "SR"), (2, "OQ"))}
    found = compare([ASKED], one, other)
    assert [(u.first, u.last, u.codes, u.weight) for u in found.units] == [
        (0, 2, ("CR", "SR"), 0.5),
        (0, 6, ("CR", "OQ"), 0.5),
        (2, 6, ("CR", "OQ"), 0.5),
    ]
    assert (found.cuts.first, found.cuts.second, found.cuts.both) == (0, 1, 0)
    assert found.cuts.f1 == 0
    assert found.cuts.guetzkow == pytest.approx(1 / 3)
    assert [turn.given for turn in found.turns] == [({"CR"}, {"SR", "OQ"})]


def test_of_two_that_cover_as_many_words_the_first_counts() -> None:
    found = compare([ASKED], {3: ((0, "CR"),)}, {3: ((0, "SR"), (3, "OQ"))})
    assert next(u.codes for u in found.units if u.last - u.first == 6) == ("CR", "SR")


def test_nobody_cut_anything() -> None:
    found = compare(TURNS, {}, {})
    assert (found.cuts.f1, found.cuts.guetzkow) == (1, 0)
    assert compare([], {}, {}).cuts.guetzkow == 0


@st.composite
def codings(draw: st.DrawFn, coders: int) -> tuple[list[HeardTurn], list[dict[int, Parse]]]:
    turns, parses = [], [dict[int, Parse]() for _ in range(coders)]
    for n in range(draw(st.integers(1, 6))):
        speaker = draw(st.sampled_from(["practitioner", "client", "other"]))
        size = draw(st.integers(0, 9))
        turns.append(HeardTurn(n=n, speaker=speaker, text=" ".join(["word"] * size)))
        codes = st.sampled_from([*(CLIENT if speaker == "client" else PRACTITIONER), None])
        for one in parses:
            cuts = sorted({0, *draw(st.lists(st.integers(1, size - 1), max_size=4))}) if size > 1 else [0]
            one[n] = tuple((cut, draw(codes) if speaker != "other" else None) for cut in cuts)
    return turns, parses


@given(codings(2))
@settings(deadline=None)
def test_swapping_the_coders_turns_the_tables_over(found: tuple[list[HeardTurn], list[dict[int, Parse]]]) -> None:
    turns, (one, other) = found
    there, back = tally.of(compare(turns, one, other)), tally.of(compare(turns, other, one))
    for name, table in there.tables.items():
        assert (table == back.tables[name].T).all()
    assert there.cuts.f1 == back.cuts.f1
    assert there.cuts.guetzkow == back.cuts.guetzkow


@given(codings(2))
@settings(deadline=None)
def test_units_count_the_mean_of_both_and_nothing_is_lost(
    found: tuple[list[HeardTurn], list[dict[int, Parse]]],
) -> None:
    turns, parses = found
    spoken = [turn for turn in turns if turn.words and turn.speaker != "other"]
    mean = sum(len(one[turn.n]) for one in parses for turn in spoken) / 2
    compared = compare(turns, *parses)
    assert sum(unit.weight for unit in compared.units) == pytest.approx(mean)
    counted = tally.of(compared)
    assert sum(counted.tables[name].sum() for name in tally.UTTERANCES) == pytest.approx(mean)
    assert counted.tables["behaviour"].sum() == sum(turn.speaker == "practitioner" for turn in spoken)
    assert 0 <= compared.cuts.f1 <= 1


@given(codings(1))
@settings(deadline=None)
def test_with_oneself_agreement_is_whole(found: tuple[list[HeardTurn], list[dict[int, Parse]]]) -> None:
    turns, (one,) = found
    counted = tally.of(compare(turns, one, one))
    assert counted.cuts.f1 == 1
    for table in counted.tables.values():
        assert table.trace() == table.sum()


@given(st.lists(st.tuples(*[st.sampled_from(PRACTITIONER)] * 3), min_size=2, max_size=30))
@settings(deadline=None)
def test_several_coders_with_the_same_cuts_have_the_alpha_of_the_package(given_codes: list[tuple[str, ...]]) -> None:
    assume(len({code for unit in given_codes for code in unit}) > 1)
    turns = [HeardTurn(n=n, speaker="practitioner", text="a word") for n in range(len(given_codes))]
    parses = [{n: ((0, unit[coder]),) for n, unit in enumerate(given_codes)} for coder in range(3)]
    met = tally.among(turns, parses).tables["practitioner"]
    assert met == pytest.approx(coincidences(given_codes, PRACTITIONER))
    theirs = krippendorff.alpha(
        reliability_data=np.array(given_codes).T, level_of_measurement="nominal", value_domain=list(PRACTITIONER)
    )
    assert alpha(met) == pytest.approx(float(theirs), abs=EXACT)
