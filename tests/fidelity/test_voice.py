"""The speaker encoder: numpy does what torch does, and the shipped weights do what they did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from fidelity.errors import ModelError
from fidelity.training import voice as conversion
from fidelity.voice import HIDDEN, LAYERS, MELS, SHAPES, VoiceEncoder, mel_power, to_training_loudness

MODEL = Path(__file__).resolve().parents[2] / "models" / "voice" / "1.0"
REFERENCE = Path(__file__).parent / "audio" / "buzz.npy"


class Network(torch.nn.Module):
    """The published network, as torch runs it."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = torch.nn.LSTM(MELS, HIDDEN, LAYERS, batch_first=True)
        self.linear = torch.nn.Linear(HIDDEN, HIDDEN)

    def forward(self, window: torch.Tensor) -> torch.Tensor:
        raw = torch.relu(self.linear(self.lstm(window)[1][0][-1]))
        return raw / raw.norm(dim=1, keepdim=True)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Network]:
    torch.manual_seed(0)
    network = Network().eval()
    for parameter in network.parameters():  # values that half precision holds exactly
        parameter.data = parameter.data.half().float()
        if parameter.dim() == 1:
            parameter.data = (parameter.data * 64).round() / 64  # so that their sum is exact, too
    path = tmp_path_factory.mktemp("checkpoint") / "pretrained.pt"
    torch.save({"model_state": network.state_dict(), "step": 1}, path)
    return path, network


def buzz(pitch: float = 140.0, seconds: float = 1.2) -> np.ndarray:
    """A voice-like sound: harmonics with a little vibrato and two resonances."""
    t = np.arange(int(seconds * 16000)) / 16000
    phase = 2 * np.pi * pitch * (t + 0.002 * np.sin(2 * np.pi * 5 * t))
    weights = [
        np.exp(-(((k * pitch - 600) / 400) ** 2)) + 0.5 * np.exp(-(((k * pitch - 1800) / 500) ** 2))
        for k in range(1, 25)
    ]
    return (0.05 * sum(w * np.sin(k * phase) for k, w in enumerate(weights, 1))).astype(np.float32)


def test_numpy_gives_what_torch_gives(checkpoint: tuple[Path, Network]) -> None:
    path, network = checkpoint
    encoder = VoiceEncoder(conversion.convert(path))
    random = np.random.default_rng(1)
    windows = [random.gamma(0.5, 1.0, (length, MELS)).astype(np.float32) for length in (160, 80, 33, 1) * 20]
    with torch.no_grad():
        expected = np.concatenate([network(torch.from_numpy(window[None])).numpy() for window in windows])
    np.testing.assert_allclose(encoder.embed(windows), expected, atol=1e-5)


def test_no_windows_give_no_vectors(checkpoint: tuple[Path, Network]) -> None:
    assert VoiceEncoder(conversion.convert(checkpoint[0])).embed([]).shape == (0, HIDDEN)


def test_shipped_weights_give_the_vector_of_the_published_network() -> None:
    """The reference was computed with librosa's mel bands, torch and the published single-precision weights."""
    sound = buzz()
    vector = VoiceEncoder.load(MODEL).embed([to_training_loudness(mel_power(sound), sound.astype(float) ** 2)])[0]
    assert vector @ np.load(REFERENCE) > 0.9999


def test_loudness_does_not_change_the_vector() -> None:
    encoder, sound = VoiceEncoder.load(MODEL), buzz()
    vectors = encoder.embed([to_training_loudness(mel_power(s), s.astype(float) ** 2) for s in (sound, sound / 8)])
    assert vectors[0] @ vectors[1] > 0.9999


@pytest.mark.parametrize(("hertz", "band"), [(250.0, 3), (1000.0, 13), (4000.0, 30)])
def test_a_tone_is_heard_in_its_band(hertz: float, band: int) -> None:
    tone = np.sin(2 * np.pi * hertz * np.arange(16000) / 16000).astype(np.float32)
    mel = mel_power(tone)
    assert mel.shape == (101, MELS)
    assert abs(int(mel[50].argmax()) - band) <= 1


def test_missing_damaged_and_wrong_weights_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is missing"):
        VoiceEncoder.load(tmp_path)
    whole = (MODEL / "weights.npz").read_bytes()
    for damaged in (b"", b"not an archive", whole[:5000], whole[:20000] + b"xxxx" + whole[20004:]):
        (tmp_path / "weights.npz").write_bytes(damaged)
        with pytest.raises(ModelError, match="is damaged"):
            VoiceEncoder.load(tmp_path)
    np.savez(tmp_path / "weights.npz", **{name: np.zeros(3) for name in SHAPES})
    with pytest.raises(ModelError, match="expected shape"):
        VoiceEncoder.load(tmp_path)


def test_conversion_command_writes_the_same_bytes_each_time(checkpoint: tuple[Path, Network], tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        assert conversion.main([str(checkpoint[0]), str(tmp_path / name)]) == 0
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_conversion_command_refuses_what_is_no_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.pt").write_text("nothing")
    assert conversion.main([str(tmp_path / "x.pt"), str(tmp_path / "out.npz")]) == 2
    assert "not a Resemblyzer checkpoint" in capsys.readouterr().err
    assert conversion.main([]) == 2
    assert not (tmp_path / "out.npz").exists()
