"""The sample recordings: scripts, references and files agree. Nothing is synthesised here."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from fidelity.codebook import CLIENT, PRACTITIONER
from fidelity.conversation import ModelUse
from fidelity.errors import DataError
from fidelity.score import score
from fidelity.training import sample_analyses, synthesis
from fidelity.training.sample_audio import encode, with_room
from fidelity.training.sample_script import SAMPLES, Reference, Script, load_script, names
from fidelity.training.samples import build, main

NAMES = ("mixed", "poor", "skilful", "stereo")
ROOM_FOR_ALL = 5_000_000  # bytes
CODEC_DELAY = 0.1  # s by which a decoded file may differ from what was encoded

MINIMAL = """
title = "T"
setting = "S"
change_goal = "G"
skill = "mixed"
recording = "x.ogg"
voices = { practitioner = "low", client = "soft" }

[[turns]]
speaker = "practitioner"
said = [{ code = "OQ", text = "How are you?" }]
"""


def reference(name: str) -> Reference:
    return Reference.from_json((SAMPLES / name / "reference.json").read_bytes())


def recording(script: Script) -> Path:
    return SAMPLES / script.name / script.recording


def write(folder: Path, text: str) -> Path:
    (folder / "x").mkdir()
    (folder / "x" / "script.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_sample_is_there() -> None:
    assert names() == NAMES


def test_every_code_is_heard_somewhere() -> None:
    codes = {line.code for name in NAMES for turn in load_script(name).turns for line in turn.said}
    assert codes == {*PRACTITIONER, *CLIENT}


def test_the_samples_bring_four_file_formats_and_one_is_stereo() -> None:
    scripts = [load_script(name) for name in NAMES]
    assert {Path(script.recording).suffix for script in scripts} == {".m4a", ".mp3", ".ogg", ".webm"}
    assert [script.name for script in scripts if script.stereo] == ["stereo"]


def test_they_are_small() -> None:
    assert sum(recording(load_script(name)).stat().st_size for name in NAMES) < ROOM_FOR_ALL


@pytest.mark.parametrize("name", NAMES)
def test_people_take_turns(name: str) -> None:
    speakers = [turn.speaker for turn in load_script(name).turns]
    assert speakers[0] == "practitioner"
    assert all(before != after for before, after in pairwise(speakers))


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_says_what_the_script_says(name: str) -> None:
    script, truth = load_script(name), reference(name)
    said = [(turn.speaker, [(line.code, line.text) for line in turn.said]) for turn in script.turns]
    assert [(turn.speaker, [(u.code, u.text) for u in turn.utterances]) for turn in truth.turns] == said
    assert [turn.text for turn in truth.turns] == [" ".join(line.text for line in turn.said) for turn in script.turns]
    assert (truth.name, truth.change_goal, truth.recording) == (name, script.change_goal, script.recording)
    assert [turn.n for turn in truth.turns] == list(range(len(truth.turns)))


@pytest.mark.parametrize("name", NAMES)
def test_times_run_forward_inside_the_recording(name: str) -> None:
    truth = reference(name)
    assert all(before.start < after.start for before, after in pairwise(truth.turns))
    for turn in truth.turns:
        assert (turn.start, turn.end) == (turn.utterances[0].start, turn.utterances[-1].end)
        edges = [time for u in turn.utterances for time in (u.start, u.end)]
        assert edges == sorted(edges)
        assert edges[0] >= 0
        assert edges[-1] <= truth.duration


@pytest.mark.parametrize("name", NAMES)
def test_nobody_talks_over_their_own_words(name: str) -> None:
    truth = reference(name)
    for role in ("practitioner", "client"):
        own = [turn for turn in truth.turns if turn.speaker == role]
        assert all(before.end <= after.start for before, after in pairwise(own))


@pytest.mark.parametrize("name", NAMES)
def test_the_recording_decodes_to_the_length_the_reference_gives(name: str) -> None:
    import av

    script, truth = load_script(name), reference(name)
    with av.open(recording(script)) as container:
        (stream,) = container.streams.audio
        channels, rate = stream.channels, stream.rate
        heard = sum(frame.samples for frame in container.decode(stream)) / rate
    assert channels == truth.channels == (2 if script.stereo else 1)
    assert heard == pytest.approx(truth.duration, abs=CODEC_DELAY)
    assert 120 <= heard <= 300


def test_in_stereo_each_person_is_heard_on_their_own_side() -> None:
    import av

    truth = reference("stereo")
    with av.open(SAMPLES / "stereo" / truth.recording) as container:
        rate = container.streams.audio[0].rate
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    for side, role in enumerate(("practitioner", "client")):
        alone = [
            u
            for turn, after in pairwise(truth.turns)
            if turn.speaker == role and turn.end < after.start
            for u in turn.utterances[1:]
        ]
        pieces = [sound[:, int(u.start * rate) : int(u.end * rate)] for u in alone]
        loudness = 10 * np.log10(np.mean(np.square(np.concatenate(pieces, axis=1)), axis=1))
        assert 20 < loudness[side] - loudness[1 - side] < 32


def test_a_reference_survives_reading_and_writing() -> None:
    text = (SAMPLES / "mixed" / "reference.json").read_text(encoding="utf-8")
    assert Reference.from_json(text).to_json() == text
    assert json.loads(text)["schema"] == "changetalk.sample/1"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('code = "OQ"', 'code = "XX"', "XX in turn 0 of the sample x is no code for a practitioner"),
        ('code = "OQ"', 'code = "change"', "no code for a practitioner"),
        ('speaker = "practitioner"', 'speaker = "mother"', "must be practitioner or client, not mother"),
        ('speaker = "practitioner"', 'speaker = "practitioner"\npause = 1\noverlap = 1', "not both"),
        ('speaker = "practitioner"', 'speaker = "practitioner"\nloud = true', "Unknown in turn 0"),
        ('text = "How are you?"', 'text = " "', "empty utterance in turn 0"),
        ('change_goal = "G"', "", "Missing in the sample x: change_goal"),
        (', client = "soft"', "", "one to the client"),
        ("[[turns]]", "[[turns", "not valid TOML"),
    ],
)
def test_a_wrong_script_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in MINIMAL
    with pytest.raises(DataError, match=complaint):
        load_script("x", write(tmp_path, MINIMAL.replace(old, new, 1)))


def test_a_right_script_is_read(tmp_path: Path) -> None:
    script = load_script("x", write(tmp_path, MINIMAL))
    assert (script.words(), script.stereo, script.turns[0].said[0].code) == (3, False, "OQ")


def test_an_unknown_sample_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DataError, match="There are: mixed, poor, skilful, stereo"):
        load_script("brilliant")


def test_building_an_unknown_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no sample called brilliant"):
        build(tmp_path, ["brilliant"])
    assert list(tmp_path.iterdir()) == []


def test_missing_voices_are_named_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(synthesis, "_JOE", "no_such_voice")
    assert main(["--out", str(tmp_path), "mixed"]) == 2
    complaint = capsys.readouterr().err
    assert "no-such-voice" in complaint
    assert 'pip install -e ".[voices]"' in complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".m4a", ".mp3", ".ogg", ".webm"])
def test_encoding_twice_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    tone = np.sin(np.arange(24_000, dtype=np.float32) / 20)[np.newaxis] / 4
    files = [tmp_path / f"{name}{suffix}" for name in "ab"]
    for file in files:
        encode(with_room(tone, seed=1), file)
    first, second = (file.read_bytes() for file in files)
    assert first == second


def test_the_room_is_never_digitally_silent_and_leaks_a_little() -> None:
    talk = np.zeros((2, 24_000), dtype=np.float32)
    talk[0] = np.sin(np.arange(24_000) / 20) / 4
    left, right = with_room(talk, seed=1)
    assert np.count_nonzero(right) == right.size
    assert 20 * np.log10(np.std(left) / np.std(right)) == pytest.approx(30, abs=1)
    assert 20 * np.log10(np.std(with_room(np.zeros((1, 24_000), np.float32), seed=1))) == pytest.approx(-62, abs=1)


def test_an_analysis_of_a_sample_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no sample called best"):
        sample_analyses.build(tmp_path, only=["best"])
    assert list(tmp_path.iterdir()) == []


def test_an_analysis_made_anew_keeps_its_words_and_what_heard_them(tmp_path: Path) -> None:
    """And the sample without one is left alone, unless it is named."""
    whole = sample_analyses.read(SAMPLES / "poor" / sample_analyses.NAME)
    first = next(t for t in whole.turns if t.speaker == "practitioner")
    asked = replace(first.utterances[0], text="What matters to you most here?", code="GI")
    other = replace(first, text=asked.text, utterances=(asked,))
    hearer = ModelUse(role="speech", name="another", version="1", sha256="0" * 64)
    kept = replace(whole, turns=(other, *whole.turns[-6:]), models=(hearer, *whole.models))
    for name in ("poor", "stereo"):
        (tmp_path / "samples" / name).mkdir(parents=True)
        shutil.copy(SAMPLES / name / "script.toml", tmp_path / "samples" / name)
    (tmp_path / "samples" / "poor" / sample_analyses.NAME).write_bytes(sample_analyses.squeezed(kept))

    (written,) = sample_analyses.build(tmp_path / "out", samples=tmp_path / "samples")
    assert written.parent.name == "poor"
    now = sample_analyses.read(written)
    assert [(t.text, t.start, t.voice) for t in now.turns] == [(t.text, t.start, t.voice) for t in kept.turns]
    assert now.turns[0].utterances[0].code == "OQ"
    assert (now.recording, now.settings, now.models) == (kept.recording, kept.settings, kept.models)
    assert now.scores == score(now.turns)


def test_a_kept_analysis_is_the_same_bytes_again() -> None:
    path = SAMPLES / "poor" / sample_analyses.NAME
    assert sample_analyses.squeezed(sample_analyses.read(path)) == path.read_bytes()
