"""A coding goes out as a table, to ELAN and to CACTI, and comes back as it was; each flaw of a file is named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from pympi.Elan import Eaf

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.errors import CodingError
from fidelity.hand import cacti, elan, rows, table
from fidelity.hand.coding import HeardTurn, Parse
from fidelity.hand.fitting import fitted
from tests.fidelity.hand.talk import PARSES, TURNS, talks

MADE = datetime(2027, 3, 1, 12, tzinfo=UTC)
Talk = tuple[tuple[HeardTurn, ...], dict[int, Parse]]


def _elan(turns: tuple[HeardTurn, ...], parses: dict[int, Parse]) -> bytes:
    return elan.write(turns, parses, "Ana", recording="/home/ana/Smith family.m4a", made=MADE).encode()


@settings(deadline=None)
@given(talks())
def test_a_table_comes_back_whole(talk: Talk) -> None:
    turns, parses = talk
    found = fitted(turns, table.read(table.write(turns, parses, "=Ana").encode("utf-8-sig")))
    assert (found.parses, found.problems) == (parses, ())


@settings(deadline=None)
@given(talks())
def test_a_table_keeps_every_cell(talk: Talk) -> None:
    turns, parses = talk
    for row in table.read(table.write(turns, parses, "'=1").encode()):
        turn = turns[row.turn or 0]
        assert row.text.split() == turn.words[row.first or 0 :][: len(row.text.split())]
        assert (row.coder, row.speaker) == ("'=1", turn.speaker)


@settings(deadline=None)
@given(talks())
def test_elan_comes_back(talk: Talk) -> None:
    turns, parses = talk
    read = elan.read(_elan(turns, parses))
    said = [(n, first, code) for n, parse in parses.items() for first, code in parse]
    assert [row.code for row in read] == [code or "" for _, _, code in said]
    for row, (n, first, _) in zip(read, said, strict=True):
        assert row.text.split() == turns[n].words[first:][: len(row.text.split())]
        assert row.start == pytest.approx(turns[n].starts[first], abs=0.001)


def test_another_reader_of_elan_finds_every_line_and_code_and_what_it_writes_fits(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.eaf", tmp_path / "theirs.eaf"
    ours.write_bytes(_elan(TURNS, PARSES))
    document = Eaf(str(ours))
    for speaker in ("practitioner", "client"):
        lines = [line for line in elan.read(ours.read_bytes()) if line.speaker == speaker]
        said = document.get_annotation_data_for_tier(speaker)
        assert [(text, start / 1000) for start, _, text in said] == [(line.text, line.start) for line in lines]
        coded = document.get_annotation_data_for_tier(f"{speaker} code")
        assert [code for _, _, code, _ in coded] == [line.code for line in lines]
    document.to_file(str(theirs))
    found = fitted(TURNS, elan.read(theirs.read_bytes()))
    assert (found.parses, found.problems) == (PARSES, ())


def test_elan_and_the_table_fit_a_real_talk_to_the_word() -> None:
    for read in (elan.read(_elan(TURNS, PARSES)), table.read(table.write(TURNS, PARSES, "Ana").encode())):
        found = fitted(TURNS, read)
        assert (found.parses, found.taken, found.problems, found.uncoded) == (PARSES, 8, (), 0)


@settings(deadline=None)
@given(talks())
def test_cacti_comes_back_with_all_that_has_a_code(talk: Talk) -> None:
    turns, parses = talk
    every = {
        n: tuple((first, code or ("NC" if turns[n].speaker == "practitioner" else "neutral")) for first, code in parse)
        for n, parse in parses.items()
        if turns[n].speaker != "other"
    }
    if not every:
        return
    for text in (cacti.write(turns, every, "talk.wav"), cacti.write_before_030(turns, every, "talk.wav")):
        found = fitted(turns, cacti.read(text.encode()))
        assert (found.parses, found.problems) == (every, ())


def test_elan_holds_what_elan_needs() -> None:
    root = ET.fromstring(_elan(TURNS, PARSES))
    assert root.get("FORMAT") == "3.0"
    assert b"/home" not in _elan(TURNS, PARSES)
    media = root.find("HEADER/MEDIA_DESCRIPTOR")
    assert media is not None
    assert (media.get("MEDIA_URL"), media.get("MIME_TYPE")) == ("./Smith-family.m4a", "audio/mp4")
    times = [int(slot.get("TIME_VALUE", "")) for slot in root.iterfind("TIME_ORDER/TIME_SLOT")]
    assert times == sorted(times)
    tiers = {tier.get("TIER_ID"): tier for tier in root.iterfind("TIER")}
    assert list(tiers) == ["practitioner", "practitioner code", "client", "client code", "other"]
    assert tiers["client code"].get("PARENT_REF") == "client"
    types = {kind.get("LINGUISTIC_TYPE_ID"): kind.get("CONSTRAINTS") for kind in root.iterfind("LINGUISTIC_TYPE")}
    assert types == {
        "utterance": None, "practitioner code": "Symbolic_Association", "client code": "Symbolic_Association",
    }  # fmt: skip
    ids = [one.get("ANNOTATION_ID") for one in root.iterfind(".//ANNOTATION/*")]
    assert len(set(ids)) == len(ids) == 8 + 7
    order = [child.tag for child in root]
    assert order == sorted(order, key=("HEADER TIME_ORDER TIER LINGUISTIC_TYPE LANGUAGE CONSTRAINT "
                                       "CONTROLLED_VOCABULARY").split().index)  # fmt: skip


def test_cacti_writes_its_own_lines() -> None:
    lines = cacti.write(TURNS, PARSES, "talk.wav").splitlines()
    assert lines[:3] == ["Audio File:\ttalk.wav", "00:00:10.0\t19\tSR", "00:00:12.2\t14\tOQ"]
    older = cacti.write_before_030(TURNS, {0: ((0, "SR"),)}, "talk.wav", sample_rate=8000, frame_bytes=4).splitlines()
    assert older[1] == "0\t0:00:10\t0:00:14\t320000\t448000\t19\tSR"
    assert older[2] == "1\t0:00:14\t0:00:17\t464000\t560000"
    late = HeardTurn(n=0, speaker="client", text="Yes", start=3725.26, end=3726.0)
    assert cacti.write([late], {0: ((0, "change"),)}, "t").splitlines()[1] == "01:02:05.3\t71\tchange"


def test_cacti_knows_every_code_of_its_files_by_our_list() -> None:
    listed = {code.get("name"): code.get("value") for code in ET.fromstring(cacti.code_list()).iter("code")}
    assert listed == {name: str(number) for name, number in cacti.NUMBERS.items()}
    assert set(listed) == {*PRACTITIONER, *CLIENT}
    assert len(set(listed.values())) == len(listed)


def test_two_utterances_in_one_tenth_of_a_second_stay_two() -> None:
    quick = HeardTurn(n=0, speaker="client", text="Yes no", start=1.0, end=1.05, starts=(1.0, 1.02))
    lines = cacti.write([quick], {0: ((0, "change"), (1, "change"))}, "t").splitlines()
    assert [line.split("\t")[0] for line in lines[1:]] == ["00:00:01.0", "00:00:01.1"]


@pytest.mark.parametrize(
    "write", [_elan, lambda t, p: cacti.write(t, p, "t"), lambda t, p: cacti.write_before_030(t, p, "t")]
)
def test_without_times_only_a_table_can_be_made(write: object) -> None:
    bare = (HeardTurn(n=0, speaker="client", text="I will."),)
    with pytest.raises(CodingError, match="no times"):
        write(bare, {0: ((0, "change"),)})  # type: ignore[operator]
    assert fitted(bare, table.read(table.write(bare, {0: ((0, "change"),)}, "Ana").encode())).taken == 1


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>'
    b"<ANNOTATION_DOCUMENT>&c;</ANNOTATION_DOCUMENT>"
)


@pytest.mark.parametrize(
    ("read", "data", "says"),
    [
        (table.read, b"", "empty"),
        (table.read, b"\0\1\2", "no text file"),
        (table.read, b"a,b\n1,2\n", "called “code”"),
        (table.read, b"code,coder\nSR,A\n", "“text” with the words"),
        (table.read, b"code,text\n", "no utterance"),
        (table.read, b"code,text,start\nSR,Yes,noon\n", "Line 2: “noon” in “start” is no time"),
        (table.read, b"code,text,turn\nSR,Yes,-1\n", "Line 2: “-1” in “turn” is no whole number"),
        (table.read, b"code,text,speaker\nSR,Yes,\nSR,No,Bob\n", "Line 3: “Bob” is nobody we know"),
        (table.read, b'code,text\nSR,"' + b"x" * 140_000, "cannot be read as a row|too long"),
        (elan.read, b"   ", "empty"),
        (elan.read, b"<a/>", "no ELAN file"),
        (elan.read, b"<ANNOTATION_DOCUMENT>\n<TIER>", "broken, or no ELAN file: line 2"),
        (elan.read, b'<?xml version="1.0" encoding="klingon"?><a/>', "broken, or no ELAN file"),
        (elan.read, BOMB, "declares a document type"),
        (elan.read, b'<ANNOTATION_DOCUMENT><TIER TIER_ID="Gesture"/></ANNOTATION_DOCUMENT>', "tiers are: “Gesture”"),
        (
            elan.read,
            b'<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t" TIME_VALUE="-4"/></TIME_ORDER>'
            b"</ANNOTATION_DOCUMENT>",
            "“-4”",
        ),
        (elan.read, b'<ANNOTATION_DOCUMENT><HEADER TIME_UNITS="PAL-frames"/></ANNOTATION_DOCUMENT>', "milliseconds"),
        (cacti.read, b"SQLite format 3\0more", "Export it in CACTI as text"),
        (cacti.read, b"00:00:01.0\t1\tADP\n", "begins with “Audio File:”"),
        (cacti.read, b"Audio File:\tt.wav\n", "no utterance"),
        (cacti.read, b"Audio File:\tt.wav\n00:00:01.0\t1\n", "Line 2: a line has three"),
        (cacti.read, b"Audio File:\tt.wav\n\nsoon\t1\tADP\n", "Line 3: a time or a number"),
    ],
)
def test_each_flaw_of_a_file_is_named(read: object, data: bytes, says: str) -> None:
    with pytest.raises(CodingError, match=says):
        read(data)  # type: ignore[operator]


@pytest.mark.parametrize("read", [table.read, elan.read, cacti.read])
def test_what_is_too_large_is_not_read(read: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LARGEST", 10)
    with pytest.raises(CodingError, match="too large"):
        read(b"Audio File:\tt.wav\n")  # type: ignore[operator]


def test_there_may_not_be_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 2)
    with pytest.raises(CodingError, match="3 utterances in the file; 2"):
        table.read(b"code,text\nSR,a\nSR,b\nSR,c\n")
