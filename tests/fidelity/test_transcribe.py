"""Speech to words with real weights: both engines, the packaged weights, and what goes wrong with them."""

from __future__ import annotations

import os
import re
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from fidelity.audio import open_audio
from fidelity.config import TranscribeOptions
from fidelity.conversation import Span, Word
from fidelity.errors import ModelError
from fidelity.transcribe import load_transcriber, weights
from fidelity.vad import find_speech, join_speech

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("’", "'"))


def speech_clips() -> list[Path]:
    """Clips to compare the engines on: our samples, and real speech where the data folder is at hand."""
    data = Path(os.environ.get("CHANGETALK_DATA", ROOT.parent / "shared" / "data")) / "speech"
    ours = [next(p for p in sorted((SAMPLES / "skilful").iterdir()) if p.suffix == ".m4a")]
    return [*ours, *(p for p in (data / "jfk.flac",) if p.exists())]


def listen(path: Path, engine: str, seconds: float = 12.0, precision: str = "int8") -> list[Word]:
    mono = next(iter(open_audio(path).blocks())).mono[: int(seconds * 16_000)]
    joined = join_speech(mono, 0.0, find_speech(mono))
    transcriber = load_transcriber(TranscribeOptions(engine=engine, precision=precision))
    return joined.restore(transcriber.words(joined.samples))


# openai-whisper leaves its vocabulary file open; nothing we could close.
@pytest.mark.filterwarnings("ignore:.*multilingual.tiktoken:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("clip", speech_clips(), ids=lambda p: p.stem)
def test_both_engines_hear_the_same_words_on_the_same_weights(clip: Path) -> None:
    ours = listen(clip, "faster-whisper", precision="float32")
    reference = listen(clip, "openai-whisper")
    assert [words_of(w.text) for w in ours] == [words_of(w.text) for w in reference]
    assert len(ours) > 15
    apart = [abs(a.start - b.start) for a, b in zip(ours, reference, strict=True)]
    assert np.median(apart) < 0.1


def test_int8_hears_what_was_said_and_does_so_twice_alike() -> None:
    clip = speech_clips()[0]
    first, second = listen(clip, "faster-whisper"), listen(clip, "faster-whisper")
    assert first == second
    assert all(a.end <= b.start + 0.5 for a, b in pairwise(first))
    assert all(0 <= w.probability <= 1 and w.start <= w.end for w in first)


def test_packaged_weights_are_joined_once_and_repaired_when_damaged(tmp_path: Path) -> None:
    folder = weights.packaged_weights(tmp_path)
    model = folder / "model.bin"
    assert weights.sha256(model).startswith("905e5bf8")
    made = model.stat().st_mtime_ns
    weights.packaged_weights(tmp_path)
    assert model.stat().st_mtime_ns == made, "joined again although nothing was wrong"
    with model.open("r+b") as file:
        file.write(b"damaged")
    weights.packaged_weights(tmp_path)
    assert weights.sha256(model).startswith("905e5bf8")
    assert not list(folder.glob(".*")), "temporary files are left"


def test_damaged_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = tmp_path / "part"
    part.write_bytes(b"not the weights")
    monkeypatch.setattr(weights, "_packaged_file", lambda *_: part)
    with pytest.raises(ModelError, match=r"damaged.*Reinstall"):
        weights.packaged_weights(tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("model.bin*"))


@pytest.mark.parametrize(("name", "says"), [
    ("enormous", "no Whisper weights called “enormous”"),
    ("tiny.en", "could not be downloaded"),
])  # fmt: skip
@pytest.mark.parametrize("engine", ["faster-whisper", "openai-whisper"])
def test_weights_that_are_not_there(
    engine: str, name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGETALK_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match=says):
        load_transcriber(TranscribeOptions(engine=engine, model=name))


def test_folder_or_file_that_holds_no_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no Whisper weights"):
        load_transcriber(TranscribeOptions(model=str(tmp_path)))
    wrong = tmp_path / "model.bin"
    wrong.write_bytes(b"\x06\x00\x00\x00rubbish")
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        shutil.copy(weights.packaged_weights(weights.cache_folder()) / name, tmp_path / name)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_transcriber(TranscribeOptions(model=str(tmp_path)))
    with pytest.raises(ModelError, match="does not hold a Whisper model"):
        load_transcriber(TranscribeOptions(model=str(tmp_path), engine="openai-whisper"))
    with pytest.raises(ModelError, match="is a single file"):
        load_transcriber(TranscribeOptions(model=str(wrong)))
    with pytest.raises(ModelError, match="not a Whisper checkpoint"):
        load_transcriber(TranscribeOptions(model=str(wrong), engine="openai-whisper"))


def test_unknown_engine() -> None:
    with pytest.raises(ModelError, match="no speech engine called “siri”"):
        load_transcriber(TranscribeOptions(engine="siri"))


def test_speech_is_found_and_silence_is_cut_out() -> None:
    speech = next(iter(open_audio(speech_clips()[0]).blocks())).mono[: 8 * 16_000]
    silence = np.zeros(5 * 16_000, dtype="float32")
    samples = np.concatenate([silence, speech, silence])
    spans = find_speech(samples, start=100.0)
    assert 104.3 < spans[0].start < 106.5
    assert spans[-1].end < 114
    joined = join_speech(samples, 100.0, spans)
    assert len(joined.samples) == pytest.approx(sum(s.end - s.start for s in spans) * 16_000, abs=2)
    assert find_speech(silence) == ()


def test_times_are_restored_across_the_cuts() -> None:
    joined = join_speech(np.arange(10 * 16_000, dtype="float32"), 0.0, (Span(start=1, end=3), Span(start=6, end=9)))
    assert joined.samples[0] == 16_000
    restored = joined.restore([
        Word(text="a", start=0.5, end=1.0),
        Word(text="b", start=1.9, end=2.3),
        Word(text="c", start=4.0, end=5.4),
    ])  # fmt: skip
    assert [(w.start, w.end) for w in restored] == [(1.5, 2.0), (6.0, 6.3), (8.0, 9.0)]
