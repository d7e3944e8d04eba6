import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fidelity.errors import TranscriptError
from fidelity.transcripts import read_transcript

GOOD = {
    "a.csv": 'speaker,text,start,end\npractitioner,"Hello, how have you been?",0,1.5\nClient,Tired.,0:02,0:03.25\n',
    "a.json": json.dumps({
        "turns": [
            {"speaker": "practitioner", "text": "Hello, how have you been?", "start": 0, "end": 1.5},
            {"speaker": "Client", "text": "Tired.", "start": 2, "end": 3.25},
        ]
    }),
    "a.vtt": "WEBVTT\n\n00:00.000 --> 00:01.500\n<v Practitioner>Hello, how have you been?</v>\n\n"
    "00:02.000 --> 00:03.250\n<v Client>Tired.</v>\n",
    "a.srt": "1\n00:00:00,000 --> 00:00:01,500\nPractitioner: Hello, how\nhave you been?\n\n"
    "2\n00:00:02,000 --> 00:00:03,250\nClient: Tired.\n",
}  # fmt: skip


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", GOOD)
def test_every_form_gives_the_same_turns(tmp_path: Path, name: str) -> None:
    turns = read_transcript(put(tmp_path, name, GOOD[name]))
    assert [(t.n, t.speaker, t.text, t.start, t.end) for t in turns] == [
        (0, "practitioner", "Hello, how have you been?", 0.0, 1.5),
        (1, "client", "Tired.", 2.0, 3.25),
    ]


def test_times_may_be_left_out_and_columns_may_come_in_any_order(tmp_path: Path) -> None:
    turns = read_transcript(put(tmp_path, "a.csv", "\ufeffText,Note,Speaker\nHello.,x,therapist\nHi.,,patient\n"))
    assert [(t.speaker, t.text, t.start) for t in turns] == [("practitioner", "Hello.", None), ("client", "Hi.", None)]


def test_utterances_that_are_given_are_kept(tmp_path: Path) -> None:
    turn = {"speaker": "practitioner", "text": "Okay. How was it?", "utterances": ["Okay. How", {"text": "was it?"}]}
    turns = read_transcript(put(tmp_path, "a.json", json.dumps([turn])))
    assert [u.text for u in turns[0].utterances] == ["Okay. How", "was it?"]


def test_practitioner_named_by_label(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "speaker,text\nSam K,Hello.\nDee,Hi.\nchild,Mum!\n")
    assert [t.speaker for t in read_transcript(path, practitioner="sam k")] == ["practitioner", "client", "other"]


@pytest.mark.parametrize(("name", "content", "says"), [
    ("a.csv", "speaker,text\nBob,Hello.\n", r"Row 2: the speaker “Bob” is not known.*--practitioner"),
    ("a.csv", "speaker,text\n,Hello.\n", "Row 2: it does not say who speaks"),
    ("a.csv", "speaker,text\nclient,Hello.\n", "no turn by the practitioner"),
    ("a.csv", "speaker,text\npractitioner,Hi.\nclient,  \n", "Row 3: there is no text"),
    ("a.csv", "speaker,text\npractitioner\n", "Row 2: there is no text"),
    ("a.csv", "who,said\nclient,Hi.\n", "Missing: speaker and text. Found: who, said"),
    ("a.csv", "speaker,text,start,end\npractitioner,Hi.,5,3\n", r"Row 2: it ends \(3 s\) before it starts \(5 s\)"),
    ("a.csv", "speaker,text,start\npractitioner,Hi.,soon\n", "“soon” is not a time"),
    ("a.csv", "speaker,text,start\npractitioner,Hi.,-1\n", "“-1” is not a time"),
    ("a.csv", "speaker,text,start\npractitioner,Hi.,nan\n", "“nan” is not a time"),
    ("a.csv", "speaker,text,start\npractitioner,Hi.,9\nclient,Yes.,3\n", "Row 3: it starts .* before the turn above"),
    ("a.csv", "speaker,text\npractitioner," + "a" * 10_000_000 + "\n", "longer than anyone speaks without a break"),
    ("a.csv", "speaker,text\n" + "practitioner,Hi.\n" * 1_500_000, "MB. A three-hour transcript"),
    ("a.csv", "speaker,text\n", "holds no turns"),
    ("a.csv", "", "is empty"),
    ("a.csv", b"\xff\xfes\x00p\x00", "not a text file in UTF-8"),
    ("a.json", "{", "not valid JSON"),
    ("a.json", "[" * 100_000, "not valid JSON"),
    ("a.json", '{"turns": 3}', "needs a list of turns"),
    ("a.json", '[{"speaker": "client"}]', "turn 0 needs “speaker” and “text”"),
    ("a.json", '[{"speaker": "client", "text": 3}]', "Turn 0: there is no text"),
    ("a.json", '[{"speaker": "client", "text": "Hi.", "start": true}]', "“True” is not a time"),
    ("a.json", '[{"speaker": "practitioner", "text": "Hi there.", "utterances": ["Hi."]}]', "are not the text"),
    ("a.json", '[{"speaker": "practitioner", "text": "Hi.", "utterances": [3]}]', "utterance 0 has no text"),
    ("a.json", '[{"speaker": "practitioner", "text": "Hi.", "utterances": "Hi."}]', "must be a list"),
    ("a.vtt", "Not captions at all", "not a VTT file"),
    ("a.srt", "Not captions at all", "not a SRT file"),
    ("a.srt", "1\n00:00:00,000 --> 00:00:01,500\nHello there\n", "Caption 1: it does not say who speaks"),
    ("a.docx", "speaker,text\nclient,Hi.\n", "ends in .csv, .json, .vtt or .srt"),
])  # fmt: skip
def test_bad_transcripts_say_where_and_what(tmp_path: Path, name: str, content: str | bytes, says: str) -> None:
    with pytest.raises(TranscriptError, match=says):
        read_transcript(put(tmp_path, name, content))


def test_missing_file_and_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="There is no file"):
        read_transcript(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(TranscriptError, match="is a folder"):
        read_transcript(tmp_path / "folder.csv")


@given(st.binary(max_size=300), st.sampled_from(["csv", "json", "vtt", "srt"]))
def test_nothing_but_a_transcript_error_comes_out_of_junk(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, kind: str
) -> None:
    path = put(tmp_path_factory.mktemp("junk"), f"a.{kind}", content)
    with contextlib.suppress(TranscriptError):
        assert read_transcript(path)
