"""Who speaks: by voice, by channel, and which of the two to believe.

The two synthetic voices in ``audio`` say eight sentences each (``sentences.json`` has their times).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from fidelity.audio import open_audio
from fidelity.channels import ChannelDiariser
from fidelity.conversation import Span, VoiceSpan, Word
from fidelity.diarise import Diariser, VoiceTracker, assign
from fidelity.errors import RecordingError
from fidelity.voice import VoiceEncoder

AUDIO = Path(__file__).parent / "audio"
MODEL = Path(__file__).resolve().parents[2] / "models" / "voice" / "1.0"
RATE = 16000


@cache
def encoder() -> VoiceEncoder:
    return VoiceEncoder.load(MODEL)


@cache
def sentences(voice: str) -> tuple[np.ndarray, ...]:
    sound = np.concatenate([block.mono for block in open_audio(AUDIO / f"{voice}.opus").blocks()])
    times = json.loads((AUDIO / "sentences.json").read_text())[voice]
    return tuple(sound[int(start * RATE) : int(end * RATE)] for start, end in times)


@dataclass
class Talk:
    """Each person on a channel of their own; when there is speech, and words (0.3 s) with their speaker."""

    samples: np.ndarray
    speech: list[Span]
    words: list[Word]
    speakers: list[int]

    @property
    def mono(self) -> np.ndarray:
        return self.samples.sum(axis=0)


def talk(first: str = "slt", second: str = "rms", pause: float = 0.3) -> Talk:
    pieces = [piece for pair in zip(sentences(first), sentences(second), strict=True) for piece in pair]
    size = sum(map(len, pieces)) + int((len(pieces) + 1) * pause * RATE)
    samples = np.random.default_rng(0).normal(0, 3e-4, (2, size)).astype(np.float32)
    at, words, speakers = int(pause * RATE), [], []
    for n, piece in enumerate(pieces):
        samples[n % 2, at : at + len(piece)] += piece
        edges = np.arange(at / RATE, (at + len(piece)) / RATE, 0.3).tolist()
        words += [Word(text="x", start=a, end=b) for a, b in pairwise(edges)]
        speakers += [n % 2] * (len(edges) - 1)
        at += len(piece) + int(pause * RATE)
    return Talk(samples, [Span(start=0.1, end=size / RATE)], words, speakers)


def right(made: Talk, spans: Sequence[VoiceSpan]) -> float:
    return float(np.mean([voice for _, voice, _ in assign(made.words, spans)] == np.array(made.speakers)))


def diarise(
    mono: np.ndarray, speech: Sequence[Span], speakers: int = 2, block: float = 1000.0
) -> tuple[VoiceSpan, ...]:
    diariser = Diariser(encoder())
    size = int(block * RATE)
    for first in range(0, len(mono), size):
        diariser.observe(mono[first : first + size], first / RATE, speech)
    return diariser.finish(speakers)


def track(samples: np.ndarray, speech: Sequence[Span]) -> tuple[VoiceSpan, ...]:
    tracker = VoiceTracker.load()
    assert tracker.model is not None
    assert tracker.model.version == MODEL.name
    for first in range(0, samples.shape[1], 20 * RATE):
        tracker.observe(samples[:, first : first + 20 * RATE], first / RATE, speech)
    return tracker.finish()


@pytest.mark.parametrize("order", [("slt", "rms"), ("rms", "slt")])
def test_words_go_to_the_person_who_said_them(order: tuple[str, str]) -> None:
    made = talk(*order)
    spans = diarise(made.mono, made.speech)
    assert right(made, spans) >= 0.98  # also says that whoever speaks first is voice 0
    assert all(0.5 <= span.confidence <= 1 for span in spans)
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(spans))


def test_a_single_yeah_between_two_sentences_is_heard() -> None:
    made = talk()
    yeah = sentences("rms")[3]
    assert len(yeah) < 0.6 * RATE
    at = sum(map(len, sentences("slt")[:4])) + sum(map(len, sentences("rms")[:3])) + int(8 * 0.3 * RATE)
    middle = at / RATE + len(yeah) / RATE / 2
    spoken = [span.voice for span in diarise(made.mono, made.speech) if span.start <= middle <= span.end]
    assert spoken == [1]


def test_blocks_make_no_difference_to_who_spoke() -> None:
    made = talk()
    assert right(made, diarise(made.mono, made.speech, block=11.0)) >= 0.98


def test_the_same_recording_gives_the_same_spans() -> None:
    made = talk()
    assert diarise(made.mono, made.speech) == diarise(made.mono, made.speech)


def test_spans_stay_inside_the_speech() -> None:
    made = talk()
    speech = [Span(start=0.2, end=9.0), Span(start=12.0, end=30.0)]
    for span in diarise(made.mono, speech):
        assert any(s.start - 0.1 <= span.start and span.end <= s.end + 0.1 for s in speech)


def test_two_people_stay_two_where_three_were_expected() -> None:
    made = talk()
    assert right(made, diarise(made.mono, made.speech, speakers=3)) >= 0.95


@pytest.mark.parametrize("voice", ["slt", "rms"])
def test_one_voice_is_no_conversation(voice: str) -> None:
    mono = np.concatenate(sentences(voice))
    with pytest.raises(RecordingError, match="only one voice"):
        diarise(mono, [Span(start=0.0, end=len(mono) / RATE)])


@pytest.mark.parametrize("speech", [(), (Span(start=50.0, end=60.0),)])
def test_no_speech_is_said_plainly(speech: Sequence[Span]) -> None:
    mono = np.zeros(10 * RATE, dtype=np.float32)
    with pytest.raises(RecordingError, match="no speech"):
        diarise(mono, speech)


def test_a_moment_of_speech_is_not_two_voices() -> None:
    mono = sentences("slt")[1][: int(0.7 * RATE)]
    with pytest.raises(RecordingError, match="only one voice"):
        diarise(mono, [Span(start=0.0, end=0.7)])


@pytest.mark.parametrize(("leak", "gain"), [(0.0, 1.0), (0.1, 1.0), (0.03, 0.2)])
def test_one_person_a_channel_is_told_by_loudness(leak: float, gain: float) -> None:
    made = talk()
    stereo = made.samples + leak * made.samples[::-1]
    stereo[1] *= gain
    channels = ChannelDiariser()
    channels.observe(stereo, 0.0, made.speech)
    assert channels.one_person_each()
    spans = track(stereo, made.speech)
    assert spans == channels_in_blocks(stereo, made.speech)
    assert right(made, spans) >= 0.98


def channels_in_blocks(stereo: np.ndarray, speech: Sequence[Span]) -> tuple[VoiceSpan, ...]:
    channels = ChannelDiariser()
    for first in range(0, stereo.shape[1], 20 * RATE):
        channels.observe(stereo[:, first : first + 20 * RATE], first / RATE, speech)
    return channels.finish()


@pytest.mark.parametrize("kind", ["same sound twice", "one side silent", "one side hiss", "one room"])
def test_other_stereo_is_told_by_voice(kind: str) -> None:
    made = talk()
    random = np.random.default_rng(1)
    stereo = {
        "same sound twice": np.stack([made.mono, made.mono]),
        "one side silent": np.stack([made.mono, np.zeros_like(made.mono)]),
        "one side hiss": np.stack([made.mono, random.normal(0, 1e-3, made.mono.shape)]),
        "one room": made.samples + 0.6 * made.samples[::-1],
    }[kind].astype(np.float32)
    channels = ChannelDiariser()
    channels.observe(stereo, 0.0, made.speech)
    assert not channels.one_person_each()
    assert right(made, track(stereo, made.speech)) >= 0.98


def test_mono_blocks_are_told_by_voice() -> None:
    made = talk()
    assert right(made, track(made.mono[None], made.speech)) >= 0.98


def test_one_voice_on_one_channel_is_noticed() -> None:
    mono = np.concatenate(sentences("slt"))
    stereo = np.stack([mono, np.zeros_like(mono)])
    with pytest.raises(RecordingError, match="only one voice"):
        track(stereo, [Span(start=0.0, end=len(mono) / RATE)])


SPANS = (
    VoiceSpan(start=0.0, end=1.0, voice=0, confidence=0.9),
    VoiceSpan(start=1.0, end=2.0, voice=1, confidence=0.8),
    VoiceSpan(start=4.0, end=5.0, voice=0, confidence=1.0),
)


@pytest.mark.parametrize(
    ("start", "end", "voice", "certainty"),
    [
        (0.2, 0.6, 0, 0.9),  # inside one
        (0.9, 1.3, 1, 0.6),  # three quarters of the time
        (0.0, 4.1, 0, (0.9 + 0.1) / 2.1),  # across a gap: only heard time counts
        (2.1, 2.4, 1, 0.4),  # in a gap: the nearest, half as surely
        (3.5, 3.9, 0, 0.5),
        (7.0, 7.5, 0, 0.5),  # after the end
        (1.5, 1.5, 1, 0.4),  # no length at all
    ],
)
def test_a_word_goes_where_most_of_its_time_is(start: float, end: float, voice: int, certainty: float) -> None:
    word = Word(text="word", start=start, end=end)
    [(same, given, sure)] = assign([word], SPANS)
    assert same is word
    assert (given, sure) == (voice, pytest.approx(certainty))


def test_words_before_the_first_span_go_to_it() -> None:
    late = [VoiceSpan(start=3.0, end=4.0, voice=0), VoiceSpan(start=4.0, end=5.0, voice=1)]
    assert [voice for _, voice, _ in assign([Word(text="a", start=0.0, end=0.2)], late)] == [0]
    assert assign([], late) == []
