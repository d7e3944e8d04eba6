"""The command line as a user meets it: what it prints, what it returns, what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fidelity.cli import main
from tests.fidelity.clips import clip
from tests.media import tone, write_audio, write_silent_video

ROOT = Path(__file__).parents[2]
SKILFUL = ROOT / "data" / "samples" / "skilful" / "skilful.m4a"
RESULTS = {"analysis.json", "report.html", "transcript.vtt", "utterances.csv"}
COMMANDS = ("analyse", "code", "evaluate", "train", "models", "samples", "schema")


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} if folder.exists() else set()


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_shows_examples(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    assert f"examples:\n  changetalk {' '.join(command)}" in capsys.readouterr().out


def test_help_and_import_are_quick() -> None:
    """Heavy libraries must not load: asserted by name, since a clock would depend on the machine."""
    code = (
        "import sys, fidelity, fidelity.cli.arguments, fidelity.cli.analyse\n"
        "heavy = {'spacy', 'torch', 'onnxruntime', 'ctranslate2', 'faster_whisper', 'sklearn', 'scipy', 'av', 'numpy',"
        " 'plotly', 'pydantic', 'rich', 'jinja2', 'webvtt'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def bad_recordings(folder: Path) -> dict[str, tuple[Path, str]]:
    (folder / "empty.wav").write_bytes(b"")
    (folder / "notes.mp3").write_text("Only some notes.\n" * 500)
    (folder / "folder").mkdir()
    noise = 0.001 * np.random.default_rng(0).standard_normal((1, 16_000 * 12)).astype("float32")
    return {
        "missing": (folder / "none.m4a", "There is no file"),
        "folder without audio": (folder / "folder", "no audio or video in the folder"),
        "empty": (folder / "empty.wav", "is empty"),
        "text": (folder / "notes.mp3", "not a recording we can read"),
        "no sound": (write_silent_video(folder / "a.mp4"), "no sound in it"),
        "short": (write_audio(folder / "short.wav", tone(3)), "needs at least 5 seconds"),
        "silence": (write_audio(folder / "silence.wav", noise, rate=16_000), "could not hear anyone speaking"),
        "music": (write_audio(folder / "music.ogg", tone(12, channels=2)), "could not hear anyone speaking"),
    }


@pytest.mark.parametrize(
    "case", ["missing", "folder without audio", "empty", "text", "no sound", "short", "silence", "music"]
)
def test_bad_recordings_end_with_a_sentence_status_2_and_nothing_written(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, says = bad_recordings(tmp_path)[case]
    out = tmp_path / "out"
    assert main(["analyse", str(path), "--out", str(out)]) == 2
    shown = capsys.readouterr().err
    assert says in shown
    assert "Traceback" not in shown
    assert files(out) == set()


def test_bad_transcript_and_bad_models(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    transcript = tmp_path / "a.csv"
    transcript.write_text("speaker,text\nBob,Hello.\n")
    assert main(["code", str(transcript)]) == 2
    assert "Row 2: the speaker “Bob” is not known" in capsys.readouterr().err
    transcript.write_text("speaker,text\npractitioner,Hello.\n")
    assert main(["code", str(transcript), "--models", str(tmp_path)]) == 2
    assert "registry.toml" in capsys.readouterr().err


def test_output_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "out"
    taken.write_text("a file")
    assert main(["analyse", str(SKILFUL), "--out", str(taken)]) == 2
    assert "--out needs a folder" in capsys.readouterr().err
    assert taken.read_text() == "a file"


def test_wrong_choices_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(SKILFUL), "--out", str(tmp_path), "--speakers", "7"]) == 2
    assert "--speakers takes 2 or 3" in capsys.readouterr().err


def test_code_prints_the_documented_shape_and_keeps_turns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.json"
    given = [
        {
            "speaker": "practitioner",
            "text": "Hello. What brings you here?",
            "utterances": ["Hello.", "What brings you here?"],
        },
        {"speaker": "client", "text": "I want to stop shouting at him."},
        {"speaker": "other", "text": "Mum, look."},
        {"speaker": "practitioner", "text": "You want things to be calmer."},
    ]
    path.write_text(json.dumps({"turns": given}))
    assert main(["code", str(path)]) == 0
    analysis = json.loads(capsys.readouterr().out)
    assert list(analysis)[:4] == ["recording", "settings", "models", "turns"] or analysis["schema"]
    assert [(t["n"], t["speaker"], t["text"]) for t in analysis["turns"]] == [
        (n, turn["speaker"], turn["text"]) for n, turn in enumerate(given)
    ]
    assert [u["text"] for u in analysis["turns"][0]["utterances"]] == given[0]["utterances"]
    assert analysis["turns"][2]["behaviour"] is None
    for turn in analysis["turns"]:
        for utterance in turn["utterances"]:
            if turn["speaker"] != "other":
                assert sum(utterance["probabilities"].values()) == pytest.approx(1, abs=0.01)
                assert utterance["code"] in utterance["probabilities"]
                assert utterance["status"] in ("confident", "suggested")
                assert utterance["why"]


def test_a_folder_goes_on_after_a_bad_file_and_skips_what_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recordings, out = tmp_path / "in", tmp_path / "out"
    recordings.mkdir()
    (recordings / "a-bad.mp3").write_text("no sound here " * 100)
    clip(SKILFUL, recordings / "b-good.flac")
    (recordings / "notes.txt").write_text("not a recording, so not looked at")
    assert main(["analyse", str(recordings), "--out", str(out)]) == 2
    shown = capsys.readouterr()
    assert "1 analysed, 0 done already, 1 failed" in shown.out
    assert "a-bad.mp3" in shown.out
    assert files(out) == {
        "b-good", "b-good/analysis.json", "b-good/report.html", "b-good/transcript.vtt", "b-good/utterances.csv",
    }  # fmt: skip
    before = (out / "b-good" / "analysis.json").stat().st_mtime_ns
    assert main(["analyse", str(recordings / "b-good.flac"), "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "done already" in shown
    assert "One next step" in shown, "the feedback is shown again"
    assert (out / "b-good" / "analysis.json").stat().st_mtime_ns == before


def run_apart(arguments: list[str], home: Path, **more: str) -> subprocess.Popen[str]:
    """The command as a process of its own, with a home and a temporary folder we can look into."""
    from fidelity.transcribe.weights import cache_folder

    (home / "tmp").mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ, "HOME": str(home), "TMPDIR": str(home / "tmp"), "CHANGETALK_CACHE": str(cache_folder()),
        "XDG_CACHE_HOME": str(home / "cache"), "PYTHONDONTWRITEBYTECODE": "1", **more,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
    )


NO_NETWORK = """
import socket, sys
def refuse(*a, **k): raise AssertionError("the network was used")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refuse
socket.create_connection = socket.getaddrinfo = refuse
from fidelity.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_same_bytes_twice_without_network_and_nothing_written_elsewhere(tmp_path: Path) -> None:
    minute, made = clip(SKILFUL, tmp_path / "minute.flac"), []
    for name in ("one", "two"):
        home, out = tmp_path / f"home-{name}", tmp_path / name
        process = run_apart(["-c", NO_NETWORK, "analyse", str(minute), "--out", str(out)], home)
        shown, errors = process.communicate(timeout=500)
        assert process.returncode == 0, errors
        assert "Report:" in shown
        assert files(home) == {"tmp"}, "something was written outside the output folder"
        made.append({path.name: path.read_bytes() for path in (out / "minute").iterdir()})
    assert set(made[0]) == RESULTS
    assert made[0] == made[1]


@pytest.mark.parametrize("after", ["Writing down", "Scores and feedback"])
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, after: str) -> None:
    """Nothing but whole results, where the last step was done before the stop arrived."""
    home, out = tmp_path / "home", tmp_path / "out"
    minute = clip(SKILFUL, tmp_path / "minute.flac")
    process = run_apart(["-m", "fidelity", "analyse", str(minute), "--out", str(out)], home)
    assert process.stderr is not None
    for line in process.stderr:
        if after in line:
            break
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    done = {"minute", *(f"minute/{name}" for name in RESULTS)}
    if after == "Writing down" or process.returncode != 0:
        assert process.returncode == 130, errors
        assert "stopped" in errors
    assert files(out) in (set(), done)
    assert process.returncode == 130 or files(out) == done
    assert not [name for name in files(out) if re.search(r"\.changetalk|copy\.mp3", name)]
    assert files(home) == {"tmp"}
