"""The real engine behind "say it your way"."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fidelity.audio import open_audio
from tests import media
from tests.webapp.learning.test_course_files import SHIPPED
from webapp.learning.content.check import check_course
from webapp.learning.services import hearing
from webapp.settings import ROOT

SAMPLE = ROOT / "data" / "samples" / "skilful" / "skilful.m4a"
EXCHANGE = [{"client": "I've been up since four with him."}]


def test_the_engine_hears_each_thought() -> None:
    heard = hearing.hear_text(EXCHANGE, "You've been up since four. Is he not sleeping?")
    assert [(u["code"], u["text"]) for u in heard] == [
        ("SR", "You've been up since four."),
        ("CQ", "Is he not sleeping?"),
    ]
    assert all(u["why"] for u in heard)
    assert all(0 < u["belief"] <= 1 for u in heard)


def test_odd_answers_are_heard_without_harm() -> None:
    for text in ("?", "🙂", "a " * 290, "YOU'RE TIRED", "<b>You</b>"):
        assert hearing.hear_text(EXCHANGE, text)


def test_the_engine_agrees_with_our_model_answers() -> None:
    """Nobody is to be told off for the very answer we would give."""
    files, _ = check_course(SHIPPED)
    assert files is not None
    asked, strange = 0, []
    for module in files.modules:
        for name, told in module.exercises.items():
            for model in told.get("model_answers", ()):
                asked += 1
                codes = {u["code"] for u in hearing.hear_text(told["exchange"], model["say"])}
                if not codes & set(told["aim"]):
                    strange.append((name, model["say"], codes))
    assert asked > 80
    assert len(strange) <= asked * 0.05, strange


def test_a_spoken_answer_is_written_down(tmp_path: Path) -> None:
    """A few seconds of a sample's practitioner, as a browser would send them."""
    mono = next(iter(open_audio(SAMPLE).blocks())).mono[: 6 * 16_000]
    sound = media.write_audio(tmp_path / "answer.webm", mono[None], rate=16_000, live=True)
    words = hearing.words_in(sound.read_bytes())
    assert len(words.split()) >= 5


def test_a_recording_of_nobody_holds_no_words(tmp_path: Path) -> None:
    silence = media.write_audio(tmp_path / "silence.wav", np.zeros((1, 96_000), dtype="float32"))
    assert hearing.words_in(silence.read_bytes()) == ""
