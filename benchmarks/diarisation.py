"""How often speech is given to the right person, on dialogues built from recordings of single readers.

    python benchmarks/diarisation.py --data DIR

``DIR`` holds ``librispeech/READER/*.flac`` and, if wanted, ``ami/*.wav`` with one ``.rttm``. Each pair of
readers is made into a dialogue: their utterances are cut at quiet places into turns of one to eight
seconds, which alternate with short pauses. ``words`` are slices of 0.3 s of the speech that the voice
activity detector heard; ``time`` is all the speech, heard or not.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from fidelity.audio import open_audio
from fidelity.config import SAMPLE_RATE, AudioOptions
from fidelity.conversation import Span, VoiceSpan, Word
from fidelity.diarise import Diariser, assign
from fidelity.errors import RecordingError
from fidelity.vad import find_speech
from fidelity.voice import VoiceEncoder

MODEL = Path(__file__).resolve().parents[1] / "models" / "voice" / "1.0"
FRAME = SAMPLE_RATE // 100  # labels are kept for every 10 ms
WORD = 30  # frames
BLOCK = 120 * SAMPLE_RATE
Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Condition:
    """What a dialogue is like. ``short`` is the share of turns cut down to a "yeah" of 0.4 to 0.8 s."""

    name: str
    pause: tuple[float, float] = (0.2, 0.8)
    short: float = 0.0
    phone: bool = False


CONDITIONS = (
    Condition("plain"),
    Condition("short turns", short=0.35),
    Condition("no pauses", pause=(-0.15, 0.15)),
    Condition("phone", pause=(0.0, 0.6), short=0.25, phone=True),
)


@dataclass(frozen=True)
class Dialogue:
    """Sound, and who speaks in each frame (-1: nobody)."""

    samples: Sound
    truth: NDArray[np.int64]


def main() -> int:
    """Print the tables; 1 where the mark for plain dialogues is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of recordings")
    parser.add_argument("--mark", type=float, default=0.98, help="least share of words right on plain dialogues")
    options = parser.parse_args()
    encoder = VoiceEncoder.load(MODEL)
    readers = {
        folder.name: [_trim(read(path)) for path in sorted(folder.glob("*.flac"))]
        for folder in sorted((options.data / "librispeech").iterdir())
        if folder.is_dir()
    }
    plain = 0.0
    for condition in CONDITIONS:
        share = _table(condition, readers, encoder)
        plain = share if condition.name == "plain" else plain
    _one_voice(readers, encoder)
    if (options.data / "ami").is_dir():
        _meetings(options.data / "ami", encoder)
    return 0 if plain >= options.mark else 1


def _table(condition: Condition, readers: dict[str, list[Sound]], encoder: VoiceEncoder) -> float:
    print(f"\n{condition.name:14} {'minutes':>8} {'words':>7} {'right':>7} {'time':>7} {'CPU s/min':>10}")
    rows = []
    for n, (one, other) in enumerate(itertools.combinations(readers, 2)):
        made = dialogue(readers[one], readers[other], condition, np.random.default_rng(n))
        minutes = len(made.samples) / SAMPLE_RATE / 60
        speech = find_speech(made.samples)
        began = time.process_time()
        try:
            spans = diarise(made.samples, speech, encoder)
        except RecordingError as error:
            print(f"{one}-{other:9} {error}")
            spans = (VoiceSpan(start=0.0, end=minutes * 60, voice=0),)
        rows.append((minutes, *_score(made, speech, spans), (time.process_time() - began) / minutes))
        _print_row(f"{one}-{other}", rows[-1])
    minutes, words = sum(row[0] for row in rows), sum(row[1] for row in rows)
    total = (
        minutes,
        words,
        sum(row[1] * row[2] for row in rows) / words,
        sum(row[0] * row[3] for row in rows) / minutes,
        sum(row[0] * row[4] for row in rows) / minutes,
    )
    _print_row("all", total)
    return total[2]


def _print_row(name: str, row: tuple[float, int, float, float, float]) -> None:
    print(f"{name:14} {row[0]:8.1f} {row[1]:7d} {row[2]:7.4f} {row[3]:7.4f} {row[4]:10.2f}")


def diarise(samples: Sound, speech: Sequence[Span], encoder: VoiceEncoder, speakers: int = 2) -> tuple[VoiceSpan, ...]:
    """Run the diariser over blocks, as the engine does."""
    diariser = Diariser(encoder)
    for first in range(0, len(samples), BLOCK):
        diariser.observe(samples[first : first + BLOCK], first / SAMPLE_RATE, speech)
    return diariser.finish(speakers)


def _score(made: Dialogue, speech: Sequence[Span], spans: Sequence[VoiceSpan]) -> tuple[int, float, float]:
    """How many words there were, what share went to the right voice, and what share of the time."""
    heard = np.zeros(len(made.truth), dtype=bool)
    for span in speech:
        heard[round(span.start * 100) : round(span.end * 100)] = True
    words, right = _right(np.where(heard, made.truth, -1), WORD, spans)
    return words, right, _right(made.truth, 1, spans)[1]


def _right(truth: NDArray[np.int64], size: int, spans: Sequence[VoiceSpan]) -> tuple[int, float]:
    """Slices in which one person alone speaks, at least half the time; and the share given to that person."""
    slices = truth[: len(truth) // size * size].reshape(-1, size)
    talk = np.stack([(slices == person).mean(axis=1) for person in (0, 1)])
    wanted = np.flatnonzero((talk.max(axis=0) >= 0.5) & (talk.min(axis=0) == 0))
    words = [Word(text="", start=at * size / 100, end=(at + 1) * size / 100) for at in wanted.tolist()]
    given = np.array([voice for _, voice, _ in assign(words, spans)])
    right = float(np.mean(given == talk.argmax(axis=0)[wanted]))
    return len(words), max(right, 1 - right)  # which voice gets which number is no matter here


def _one_voice(readers: dict[str, list[Sound]], encoder: VoiceEncoder) -> None:
    found = 0
    for utterances in readers.values():
        samples = np.concatenate(utterances)
        try:
            diarise(samples, find_speech(samples), encoder)
        except RecordingError:
            found += 1
    print(f"\none reader alone: noticed in {found} of {len(readers)}")


def _meetings(folder: Path, encoder: VoiceEncoder) -> None:
    """AMI cuts: share of the time in which exactly one person speaks that is given to that person."""
    turns: dict[str, list[tuple[float, float, str]]] = {}
    for line in next(folder.glob("*.rttm")).read_text(encoding="utf-8").splitlines():
        fields = line.split()
        turns.setdefault(fields[1], []).append((float(fields[3]), float(fields[4]), fields[7]))
    print(f"\n{'meeting':14} {'people':>8} {'s':>7} {'right':>7}")
    for path in sorted(folder.glob("*.wav")):
        samples = read(path)
        people = sorted({who for _, _, who in turns[path.stem]})
        active = np.zeros((len(people), len(samples) // FRAME), dtype=bool)
        for start, length, who in turns[path.stem]:
            active[people.index(who), round(start * 100) : round((start + length) * 100)] = True
        alone = active.sum(axis=0) == 1
        try:
            spans = diarise(samples, find_speech(samples), encoder, speakers=max(len(people), 2))
        except RecordingError as error:
            print(f"{path.stem:14} {len(people):8d} {alone.sum() / 100:7.1f} {error}")
            continue
        given = np.full(active.shape[1], -1)
        for span in spans:
            given[round(span.start * 100) : round(span.end * 100)] = span.voice
        agree = np.array(
            [[np.sum(alone & row & (given == voice)) for voice in range(given.max() + 1)] for row in active]
        )
        right = max(
            sum(agree[who, voice] for who, voice in zip(order, range(agree.shape[1]), strict=False))
            for order in itertools.permutations(range(len(people)))
        )
        print(f"{path.stem:14} {len(people):8d} {alone.sum() / 100:7.1f} {right / alone.sum():7.4f}")


def read(path: Path) -> Sound:
    """A whole file as mono."""
    everything = AudioOptions(shortest=0.0)
    return np.concatenate([block.mono for block in open_audio(path).blocks(everything)])


def dialogue(one: list[Sound], other: list[Sound], condition: Condition, rng: np.random.Generator) -> Dialogue:
    """Turns of two readers in alternation, at the same loudness, over faint hiss."""
    turns = [[turn for sound in reader for turn in _turns(sound, condition, rng)] for reader in (one, other)]
    pieces = list(itertools.chain.from_iterable(zip(*turns, strict=False)))
    size = sum(map(len, pieces)) + int((max(condition.pause) * len(pieces) + 2) * SAMPLE_RATE)
    samples, truth = np.zeros(size, dtype=np.float32), np.full(size // FRAME, -1)
    at = end = 50
    for n, piece in enumerate(pieces):
        frames = len(piece) // FRAME
        samples[at * FRAME : (at + frames) * FRAME] += piece[: frames * FRAME]
        loud = np.zeros(len(truth), dtype=bool)
        loud[at : at + frames] = _loud(piece)[:frames]
        truth[loud & (truth == 1 - n % 2)] = 2  # both at once: nobody can be right or wrong
        truth[loud & (truth == -1)] = n % 2
        end = at + frames
        at = end + int(rng.uniform(*condition.pause) * 100)
    truth[truth == 2] = -1
    samples, truth = samples[: (end + 50) * FRAME], truth[: end + 50]
    if condition.phone:
        samples = sosfilt(butter(4, [300, 3400], "bandpass", fs=SAMPLE_RATE, output="sos"), samples)
    hiss = 0.005 if condition.phone else 0.0003  # 20 and 44 dB below the speech
    return Dialogue((samples + rng.normal(0, hiss, len(samples))).astype(np.float32), truth)


def _turns(sound: Sound, condition: Condition, rng: np.random.Generator) -> list[Sound]:
    """Cut at the quietest place near lengths drawn from one to eight seconds, mostly two or three."""
    quiet = _level(sound, 10)
    turns, first = [], 0
    while len(quiet) - first > 200:
        length = float(np.clip(rng.lognormal(np.log(2.2), 0.7), 1.0, 8.0))
        low, high = (first + int((length + side) * 100) for side in (-0.2, 0.8))
        if high > len(quiet) - 80:
            break
        last = low + int(np.argmin(quiet[low:high]))
        turns.append(_trim(sound[first * FRAME : last * FRAME]))
        first = last
    turns.append(_trim(sound[first * FRAME :]))
    cut = [
        turn[: int(rng.uniform(0.4, 0.8) * SAMPLE_RATE)] if rng.random() < condition.short else turn for turn in turns
    ]
    return [turn * np.float32(0.05 / np.sqrt(np.mean(turn**2))) for turn in cut if len(turn) > 0.3 * SAMPLE_RATE]


def _level(sound: Sound, width: int = 3) -> NDArray[np.float64]:
    power = np.square(sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME), dtype=np.float64).mean(axis=1)
    level: NDArray[np.float64] = 10 * np.log10(np.convolve(power, np.ones(width) / width, mode="same") + 1e-10)
    return level


def _loud(sound: Sound) -> NDArray[np.bool_]:
    """Frames that are speech: within 35 dB of the loud parts and clearly above the background."""
    level = _level(sound)
    loud: NDArray[np.bool_] = level > max(np.percentile(level, 95) - 35, np.percentile(level, 5) + 8)
    return loud


def _trim(sound: Sound) -> Sound:
    loud = np.flatnonzero(_loud(sound))
    return sound[loud[0] * FRAME : (loud[-1] + 1) * FRAME]


if __name__ == "__main__":
    sys.exit(main())
