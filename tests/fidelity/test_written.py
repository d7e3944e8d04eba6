"""The written conversations: their form, how much there is, and that both codings are kept."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fidelity.cli import main
from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.errors import DataError
from fidelity.training.corpora import Conversation
from fidelity.training.twice import CODING, coded_places, corpus_report, read_codings
from fidelity.training.written import KINDS, SKILLS, TOPICS, WRITTEN, read_written

LEAST = 250  # of each code: fewer teach a model little


@pytest.fixture(scope="module")
def written() -> list[Conversation]:
    return read_written()


def test_every_code_is_there_often_enough(written: list[Conversation]) -> None:
    n = Counter(code for c in written for _, code, _ in coded_places(c))
    assert {code: n[code] for code in (*PRACTITIONER, *CLIENT) if n[code] < LEAST} == {}


def test_every_topic_has_every_skill_and_every_kind_of_pair_on_both_sides_of_the_split(
    written: list[Conversation],
) -> None:
    whole = {(c.topic, c.quality) for c in written if not c.pair}
    assert whole == {(topic, skill) for topic in TOPICS for skill in SKILLS}
    pairs = {(c.topic, c.pair, c.held_out) for c in written if c.pair}
    assert pairs == {(topic, kind, out) for topic in TOPICS for kind in KINDS for out in (True, False)}
    for topic in TOPICS:
        assert sum(c.held_out for c in written if c.topic == topic and not c.pair) == 2, topic


def test_both_codings_are_kept_and_agree_well(written: list[Conversation]) -> None:
    report = corpus_report()
    assert report.conversations == sum(not c.pair for c in written)
    for role, (kappa, n) in report.kappas.items():
        assert n > 2000, role
        assert kappa > 0.6, role
    assert min(report.codes.values()) >= LEAST


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Written, not recorded.")
    assert "kappa" in shown


GOOD = """
title = "A"
topic = "neglect"
skill = "mixed"
setting = "B"
change_goal = "C"
held_out = false
turns = [
  ["P", ["OQ", "How are things?"]],
  ["C", ["neutral", "Fine."]],
]
"""
PAIR = """
[[pairs]]
differs = "praise or affirmation"
held_out = false
before = [["C", ["change", "I rang them myself."]]]
one = ["NC", "Well done."]
other = ["AF", "You rang them yourself."]
"""


def _file(folder: Path, text: str, name: str = "01-a.toml", topic: str = "neglect") -> Path:
    (folder / topic).mkdir(exist_ok=True)
    (folder / topic / name).write_text(text, encoding="utf-8")
    return folder


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    (conversation,) = read_written(_file(tmp_path, GOOD))
    assert conversation.id == "written:neglect/01-a"
    assert [t.speaker for t in conversation.turns] == ["practitioner", "client"]
    assert conversation.gold[0].codes == ("OQ",)


def test_a_pair_is_two_short_conversations_that_differ_in_one_turn(tmp_path: Path) -> None:
    one, other = read_written(_file(tmp_path, PAIR, "pairs.toml"))
    assert one.turns[0] == other.turns[0]
    assert [c.gold[c.decides or 0].codes for c in (one, other)] == [("NC",), ("AF",)]
    assert [code for c in (one, other) for _, code, _ in coded_places(c)] == ["NC", "AF"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"OQ"', '"XX"', "not a code of the practitioner"),
        ('"neutral"', '"OQ"', "not a code of the client"),
        ('["C",', '["P",', "two turns in a row"),
        ('"Fine."', '"Fine. "', "needless spaces"),
        ('"Fine."', '""', "words are missing"),
        ('["neutral", "Fine."]', '["neutral"]', "a code and its words"),
        ('["P", ["OQ", "How are things?"]]', '["P"]', "followed by its utterances"),
        ('skill = "mixed"', 'skill = "brilliant"', "not one of those in the guide"),
        ('topic = "neglect"', 'topic = "teenagers"', "not one of those in the guide"),
        ("held_out = false", "held_out = 0", "not one of those in the guide"),
        ('title = "A"', "", "it needs exactly"),
        ('title = "A"', 'title = ""', "must be words"),
        ("turns = [", "turns = ", "cannot be read"),
    ],
)
def test_a_flaw_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(DataError, match=said) as error:
        read_written(_file(tmp_path, GOOD.replace(old, new)))
    assert "neglect/01-a.toml" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("praise or affirmation", "this or that", "a kind of pair from the guide"),
        ('["NC",', '["GI",', "it may be NC"),
        ("held_out = false\n", "", "a kind of pair from the guide"),
    ],
)
def test_a_flaw_in_a_pair_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_written(_file(tmp_path, PAIR.replace(old, new), "pairs.toml"))


def test_lines_are_not_written_twice_and_topics_are_known(tmp_path: Path) -> None:
    line = '"This line is rather long and stands in two files."'
    _file(tmp_path, GOOD.replace('"Fine."', line))
    _file(tmp_path, GOOD.replace('"Fine."', line), "02-b.toml")
    with pytest.raises(DataError, match="share a line"):
        read_written(tmp_path)
    with pytest.raises(DataError, match="no topic's folder"):
        read_written(_file(tmp_path, GOOD, topic="astrology"))
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="no written conversations"):
        read_written(empty)


ROWS = """conversation,turn,utterance,first,second,settled
written:neglect/01-a,0,0,OQ,CQ,OQ
written:neglect/01-a,1,0,neutral,neutral,neutral
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("settled", "final", "needs the columns"),
        ("0,0,OQ", "0,x,OQ", "must be numbers"),
        (",1,0,neutral", ",0,0,neutral", "was there before"),
        (",1,0,neutral", ",2,0,neutral", "do not match"),
        ("CQ,OQ", "OQ,CQ", "settled on CQ"),
        ("CQ,OQ", "change,OQ", "not a code of the practitioner"),
    ],
)
def test_a_flaw_in_the_codings_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    conversations = read_written(_file(tmp_path, GOOD))
    file = tmp_path / CODING
    file.write_text(ROWS, encoding="utf-8")
    assert read_codings(conversations, file)["written:neglect/01-a", 0, 0].second == "CQ"
    file.write_text(ROWS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_codings(conversations, file)


def test_the_guide_names_every_kind_of_pair() -> None:
    guide = (WRITTEN / "README.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| {kind} |" in guide
