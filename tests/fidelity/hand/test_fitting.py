"""Files that other people made are fitted onto the words of a talk; what does not fit is left out and named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fidelity.errors import CodingError
from fidelity.hand import cacti, elan, names, table
from fidelity.hand.coding import HeardTurn
from fidelity.hand.fitting import fitted
from fidelity.hand.rows import Row, clock, seconds
from tests.fidelity.hand.talk import PARSES, TURNS

# As somebody else may have typed it: other spelling, turns joined over the child's word, no times.
THEIRS = """Speaker;Words;MISC
Therapist;you were worried, about him;REC
Therapist;what happend then;OQ0
Client;I rang my sister an' she came around;C+2
T;Its up to you what you do next ofcourse;EC
C;yeah;FN
C;I would like to stop;D+
C;but not yet;R-
"""

ELAN_THEIRS = b"""<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2019-01-01T00:00:00+00:00" FORMAT="2.8" VERSION="2.8">
 <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>
 <TIME_ORDER>
  <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="10050"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="12150"/>
  <TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="12300"/><TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="13900"/>
  <TIME_SLOT TIME_SLOT_ID="ts5" TIME_VALUE="14600"/><TIME_SLOT TIME_SLOT_ID="ts6"/>
 </TIME_ORDER>
 <TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="THERAPIST">
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
   <ANNOTATION_VALUE>You were worried about him.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4">
   <ANNOTATION_VALUE>What happened then?</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
 </TIER>
 <TIER LINGUISTIC_TYPE_REF="misc" TIER_ID="Therapist_Codes">
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
   <ANNOTATION_VALUE>SR0</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a4" TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4">
   <ANNOTATION_VALUE>OQ+</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
 </TIER>
 <TIER LINGUISTIC_TYPE_REF="misc" TIER_ID="client">
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a5" TIME_SLOT_REF1="ts5" TIME_SLOT_REF2="ts6">
   <ANNOTATION_VALUE>TS+</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
 </TIER>
</ANNOTATION_DOCUMENT>
"""


def test_another_spelling_and_other_names_of_the_codes() -> None:
    found = fitted(TURNS, table.read(THEIRS.encode("cp1252")))
    assert found.problems == ()
    assert found.parses == {**{n: p for n, p in PARSES.items() if n != 2}, 0: ((0, "CR"), (5, "OQ"))}
    assert (found.taken, found.uncoded) == (7, 0)


def test_somebody_elses_elan_file_with_codes_beside_the_utterances() -> None:
    found = fitted(TURNS, elan.read(ELAN_THEIRS))
    assert found.problems == ()
    assert found.parses == {0: ((0, "SR"), (5, "OQ")), 1: ((0, "change"),)}
    assert found.uncoded == 2


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_old_cacti_files_by_their_bytes_and_where_those_do_not_fit_by_their_seconds(mark: bytes) -> None:
    rate = 8000 * 2
    lines = [
        "Audio File:\tC:\\sessions\\12.wav",
        f"0\t0:00:10\t0:00:12\t{10 * rate}\t{12 * rate + 3200}\t19\tSR0",
        f"1\t0:00:12\t0:00:14\t{12 * rate + 3200}\t{14 * rate}\t14\tOQ0",
        f"2\t0:00:14\t0:00:17\t{14 * rate}\t{17 * rate}",
    ]
    data = mark + "\r\n".join(lines).encode()
    exact = cacti.read(data, sample_rate=8000)
    assert [(row.start, row.end, row.code) for row in exact] == [
        (10.0, 12.2, "SR0"), (12.2, 14.0, "OQ0"), (14.0, 17.0, ""),
    ]  # fmt: skip
    assert fitted(TURNS, exact).parses == {0: ((0, "SR"), (5, "OQ")), 1: ((0, None),)}
    assert [row.start for row in cacti.read(data, sample_rate=96_000)] == [10.0, 12.0, 14.0]


def test_a_cacti_code_falls_to_whoever_can_have_it_and_a_number_is_enough() -> None:
    text = "Audio File:\tt.wav\n00:00:10.1\t19\t \n00:00:14.6\t40\tTS+\n00:00:12.1\t14\tOQ0\n00:00:18.9\t-1\t-\n"
    found = fitted(TURNS, cacti.read(text.encode()))
    assert found.problems == ()
    assert found.parses[0] == ((0, "SR"), (5, "OQ"))
    assert found.parses[1] == ((0, "change"),)


def test_an_utterance_that_goes_on_after_an_interruption_keeps_its_code_there() -> None:
    turns = (
        HeardTurn(n=0, speaker="practitioner", text="So you want to be there for him"),
        HeardTurn(n=1, speaker="client", text="Yeah"),
        HeardTurn(n=2, speaker="practitioner", text="and the drinking gets in the way. What now?"),
    )
    theirs = (
        "speaker,text,code\nT,so you want to be there for him and the drinking gets in the way,CR\nC,yeah,change\n"
        "T,what now?,OQ\n"
    )
    found = fitted(turns, table.read(theirs.encode()))
    assert found.parses == {0: ((0, "CR"),), 1: ((0, "change"),), 2: ((0, "CR"), (7, "OQ"))}


ROWS = table.read(table.write(TURNS, PARSES, "Ana").encode())


def _with(k: int, **changes: object) -> list[Row]:
    rows = [replace(row, turn=None, first=None) for row in ROWS]
    rows[k] = replace(rows[k], **changes)  # type: ignore[arg-type]
    return rows


@pytest.mark.parametrize(
    ("k", "changes", "says"),
    [
        (1, {"code": "Q"}, "Line 3: “Q” does not say whether the question was open or closed. Write OQ or CQ."),
        (1, {"code": "reflection"}, "Line 3: “Reflection” does not say whether it was simple or complex"),
        (1, {"code": "XYZ"}, "Line 3: “XYZ” is no code we know"),
        (1, {"code": "D+"}, "Line 3: “D+” is a code for the client, and it stands at the practitioner's words."),
        (3, {"code": "SR"}, "Line 5: “SR” stands at words of somebody else"),
        (2, {"speaker": "practitioner", "end": 14.6}, "Line 4: the file says that the practitioner said it"),
        (2, {"text": "nothing of that kind"}, "Line 4: its words are not found here (“nothing of that kind”)"),
        (1, {"start": 11.0}, "Line 3 overlaps with line 2: it begins at 0:11.0, and that one goes on until 0:12.2."),
        (1, {"end": 9.0}, "Line 3: it ends (0:09.0) before it begins (0:12.2)."),
    ],
)
def test_what_does_not_fit_is_left_out_and_named(k: int, changes: dict[str, object], says: str) -> None:
    found = fitted(TURNS, _with(k, **changes))
    assert len(found.problems) == 1
    assert found.problems[0].startswith(says)
    assert found.taken == len(ROWS) - 1
    assert fitted(TURNS, _with(k)).problems == ()


def test_two_at_one_word_are_one_and_the_other_is_named() -> None:
    text = "Audio File:\tt\n00:00:10.0\t19\tSR\n00:00:10.0\t22\tCR\n00:00:12.2\t14\tOQ\n"
    found = fitted(TURNS, cacti.read(text.encode()))
    assert found.problems == ("Line 3 begins with the same word as line 2, so it was left out.",)
    assert found.parses == {0: ((0, "SR"), (5, "OQ"))}


def test_times_where_nobody_speaks_are_named() -> None:
    text = "Audio File:\tt\n00:00:10.0\t19\tSR\n00:00:14.6\t71\tchange\n00:09:00.0\t71\tchange\n"
    found = fitted(TURNS, cacti.read(text.encode()))
    assert found.problems == ("Line 4: nobody of the two speaks here at 9:00.0, so it was left out.",)
    assert found.taken == 2


def test_a_file_of_another_recording_is_refused_by_its_words_or_its_times() -> None:
    other = "text,code\nWell the weather has been dreadful all week hasn't it,CQ\nIt rained on Tuesday and Friday,GI\n"
    with pytest.raises(CodingError, match=r"Only \d of the file's 16 words are found here in their order"):
        fitted(TURNS, table.read(other.encode()))
    late = "Audio File:\tt\n" + "".join(f"00:{m:02}:00.0\t19\tSR\n" for m in range(5, 9))
    with pytest.raises(CodingError, match="Only 0 of the file's 4 times"):
        fitted(TURNS, cacti.read(late.encode()))


def test_a_file_of_several_coders_is_refused() -> None:
    both = table.write(TURNS, PARSES, "Ana") + table.write(TURNS, PARSES, "Tess").split("\n", 1)[1]
    with pytest.raises(CodingError, match="several people"):
        fitted(TURNS, table.read(both.encode()))


def test_a_long_talk_is_fitted_in_seconds() -> None:
    said = "so what I hear is that you want the evenings to be calm and that the wine is in the way of it number {}"
    turns = [
        HeardTurn(n=n, speaker="client" if n % 2 else "practitioner", text=said.format(n)) for n in range(300)
    ]  # 6,600 words, which is most of an hour
    rows = [Row(place=f"Line {n}", code="", text=turn.text.replace("hear", "heard")) for n, turn in enumerate(turns)]
    found = fitted(turns, rows)
    assert found.taken == 300
    assert all(parse == ((0, None),) for parse in found.parses.values())


@pytest.mark.parametrize(
    ("name", "speaker", "code"),
    [
        ("ADP", None, "PwP"), ("adw", None, "Persuade"), ("RCW", None, "Persuade"), ("WA", None, "Persuade"),
        ("DI", None, "Persuade"), ("CO", None, "Confront"), ("EC", None, "Emphasize"),
        ("Emphasise Autonomy", None, "Emphasize"),
        ("RF", None, "CR"), ("REC", None, "CR"), ("RES", None, "SR"), ("CR+/-", None, "CR"), ("SU", None, "NC"),
        ("Giving Information", None, "GI"), ("Complex reflection", "practitioner", "CR"), ("Aff", None, "AF"),
        ("N", "client", "neutral"), ("C-", None, "sustain"), ("TS+", None, "change"), ("C+3", None, "change"),
        ("C+_m", None, "change"), ("A −", None, "sustain"), ("Sustain_Talk", None, "sustain"),
        ("NC", "client", "neutral"),
        ("ST", "client", "sustain"), ("ST", "practitioner", "NC"), ("", None, None), (" - ", None, None),
    ],
)  # fmt: skip
def test_other_schemes_names(name: str, speaker: str | None, code: str | None) -> None:
    assert names.code_of(name, speaker) == code  # type: ignore[arg-type]


def test_times_as_people_write_them() -> None:
    assert [seconds(t) for t in ("12.5", "1:02", "1:02:03.5", "12,5")] == [12.5, 62.0, 3723.5, 12.5]
    assert [clock(t) for t in (0, 62.04, 59.96, 3723.5)] == ["0:00.0", "1:02.0", "1:00.0", "1:02:03.5"]
    assert [t for t in ("", "-1", "1:2:3:4", "1e3", "nan", "1::2", ".") if _is_time(t)] == []


def _is_time(written: str) -> bool:
    try:
        seconds(written)
    except ValueError:
        return False
    return True
