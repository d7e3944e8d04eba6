import io
from pathlib import Path

import av
import numpy as np
import pytest

from fidelity.audio import Block, Sound, compact_copy, open_audio
from fidelity.config import SAMPLE_RATE, AudioOptions
from fidelity.errors import RecordingError
from tests.media import FORMATS, tone, write_audio, write_silent_video


def read(path: Path, options: AudioOptions | None = None) -> tuple[list[Block], list[str], float]:
    audio = open_audio(path)
    blocks = list(audio.blocks(options))
    return blocks, audio.warnings, audio.duration


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read_whole_at_16_khz(tmp_path: Path, kind: str, channels: int) -> None:
    path = write_audio(tmp_path / f"a.{kind}", tone(7, channels=channels), video=kind in ("mp4", "mov"))
    blocks, warnings, duration = read(path)
    samples = np.concatenate([b.samples for b in blocks], axis=1)
    assert samples.dtype == np.float32
    assert samples.shape[0] == channels
    assert duration == pytest.approx(7, abs=0.15)
    assert samples.shape[1] == round(duration * SAMPLE_RATE)
    assert warnings == []
    spectrum = np.abs(np.fft.rfft(samples[0, SAMPLE_RATE : 3 * SAMPLE_RATE]))
    assert np.argmax(spectrum) / 2 == pytest.approx(220, abs=1)
    if channels == 2:
        spectrum = np.abs(np.fft.rfft(samples[1, SAMPLE_RATE : 3 * SAMPLE_RATE]))
        assert np.argmax(spectrum) / 2 == pytest.approx(440, abs=1)


def test_browser_recording_without_duration(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.webm", tone(6), live=True)
    assert open_audio(path).stated is None
    _, warnings, duration = read(path)
    assert duration == pytest.approx(6, abs=0.1)
    assert warnings == []


def test_blocks_are_bounded_join_up_and_are_cut_where_it_is_quiet(tmp_path: Path) -> None:
    samples = tone(40, rate=SAMPLE_RATE)
    samples[:, int(12.0 * SAMPLE_RATE) : int(12.8 * SAMPLE_RATE)] = 0  # the only quiet place in reach
    path = write_audio(tmp_path / "a.wav", samples, rate=SAMPLE_RATE)
    blocks, _, _ = read(path, AudioOptions(block=15, search=6))
    assert all(b.samples.shape[1] <= 15 * SAMPLE_RATE for b in blocks)
    ends = [b.start + b.samples.shape[1] / SAMPLE_RATE for b in blocks]
    assert [b.start for b in blocks[1:]] == pytest.approx(ends[:-1])
    assert 12.2 < ends[0] < 12.6
    joined = np.concatenate([b.samples for b in blocks], axis=1)
    assert np.abs(joined - samples).max() < 1e-3


@pytest.mark.parametrize(("name", "content", "says"), [
    ("missing.mp3", None, "There is no file"),
    ("empty.wav", b"", "is empty"),
    ("notes.mp3", b"Just some notes, saved under the wrong name. " * 200, "not a recording we can read"),
])  # fmt: skip
def test_what_is_no_recording_is_refused(tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RecordingError, match=says):
        open_audio(path)


def test_folder_and_silent_video_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is a folder"):
        open_audio(tmp_path)
    with pytest.raises(RecordingError, match="no sound in it"):
        open_audio(write_silent_video(tmp_path / "a.mp4"))


def test_unreadable_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_audio(tmp_path / "a.wav", tone(6))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(av, "open", refuse)
    with pytest.raises(RecordingError, match="permission"):
        open_audio(path)


def test_too_short_and_too_long_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"holds 3\.0 seconds"):
        read(write_audio(tmp_path / "short.wav", tone(3)))
    with pytest.raises(RecordingError, match="longer than"):
        read(write_audio(tmp_path / "long.wav", tone(12)), AudioOptions(longest=10))


@pytest.mark.parametrize("kind", ["wav", "flac", "webm"])
def test_truncated_file_is_read_with_a_warning_of_how_much_is_lost(tmp_path: Path, kind: str) -> None:
    rng = np.random.default_rng(0)
    noise = (0.1 * rng.standard_normal((1, 30 * SAMPLE_RATE))).astype("float32")
    path = write_audio(tmp_path / f"a.{kind}", noise, rate=SAMPLE_RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    _, warnings, duration = read(path)
    assert duration == pytest.approx(15, abs=1)
    assert any("15 s are missing" in w for w in warnings), warnings


def test_compact_copy_is_small_mono_and_as_long(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.wav", tone(20, channels=2))
    copy = tmp_path / "copy.mp3"
    compact_copy(path, copy)
    again = tmp_path / "again.mp3"
    compact_copy(path, again)
    assert copy.read_bytes() == again.read_bytes()
    assert copy.stat().st_size < 4_500 * 20
    assert open_audio(copy).channels == 1
    assert read(copy)[2] == pytest.approx(20, abs=0.2)


def elsewhere(*paths: Path) -> Sound:
    """A recording whose parts are not files."""
    return Sound("kept elsewhere", tuple(io.BytesIO(path.read_bytes()) for path in paths))


def test_sound_from_elsewhere_is_read_like_a_file(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.wav", tone(7, channels=2))
    audio, plain = open_audio(elsewhere(path)), open_audio(path)
    assert (audio.format, audio.channels, audio.stated) == (plain.format, plain.channels, plain.stated)
    heard = [np.concatenate([b.samples for b in one.blocks()], axis=1) for one in (audio, plain)]
    assert np.array_equal(*heard)


def test_parts_of_a_sound_follow_one_another(tmp_path: Path) -> None:
    first, second = write_audio(tmp_path / "a.webm", tone(4), live=True), write_audio(tmp_path / "b.wav", tone(3))
    audio = open_audio(elsewhere(first, second))
    assert audio.stated is None  # one of them does not say
    assert sum(b.samples.shape[1] for b in audio.blocks()) / SAMPLE_RATE == pytest.approx(7, abs=0.1)
    copy = io.BytesIO()
    assert compact_copy(elsewhere(first, second), copy) == pytest.approx(7, abs=0.1)
    assert open_audio(Sound("copy", (copy,))).stated == pytest.approx(7, abs=0.2)


def test_a_broken_part_is_told_under_the_name_of_the_recording(tmp_path: Path) -> None:
    (tmp_path / "b.webm").write_bytes(b"no sound at all")
    whole = write_audio(tmp_path / "a.wav", tone(6))
    with pytest.raises(RecordingError, match="kept elsewhere is not a recording"):
        open_audio(elsewhere(whole, tmp_path / "b.webm"))
