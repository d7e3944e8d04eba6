"""CPU time and memory of the whole analysis, beside openai-whisper on the same weights and files.

    python benchmarks/speed.py            # the marks: speed on the samples, memory on files of up to three hours
    python benchmarks/speed.py --quick    # a minute of speech, and a 10-minute file

Each run is a process of its own; times are user plus system CPU seconds of that process, memory its peak
resident size. openai-whisper runs with the defaults of its command line (beam 5, temperature fallback, text
of the last window as prompt, no word times, language found by itself) and only transcribes; ours does
everything up to the report, without PyTorch in sight, as in the default installation.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "samples"

_OURS = """
import sys
class NoTorch:  # spaCy loads it where it is installed; the default installation has none
    def find_spec(self, name, *_):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoTorch())
from fidelity.cli import main
sys.exit(main(sys.argv[1:]))
"""
_REFERENCE = """
import sys, numpy, whisper
from fidelity.transcribe.checkpoint import whisper_from_converted
from fidelity.transcribe.weights import cache_folder, packaged_weights
samples = numpy.load(sys.argv[1])
model = whisper_from_converted(packaged_weights(cache_folder()))
result = whisper.transcribe(model, samples, beam_size=5, best_of=5, fp16=False,
                            temperature=(0.0, 0.2, 0.4, 0.6, 0.8, 1.0))
print(len(result["text"].split()), "words")
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process used."""

    cpu: float  # s
    wall: float  # s
    memory: float  # MB


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="shorter files, the same table")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        print("CPU seconds, one thread each, the same weights (Whisper base) and file")
        print(f"{'file':<12}{'audio s':>9}{'ours':>9}{'openai-whisper':>16}{'ratio':>8}")
        ratios = []
        for name in ("skilful",) if quick else ("skilful", "mixed", "poor", "stereo"):
            audio = long_file(work / f"{name}.wav", [name], 60 if quick else None)
            ours, theirs = analyse(audio, work), reference(audio, work)
            ratios.append(theirs.cpu / ours.cpu)
            print(f"{name:<12}{seconds(audio):>9.0f}{ours.cpu:>9.1f}{theirs.cpu:>16.1f}{ratios[-1]:>7.1f}x", flush=True)
        print(f"{'least':<46}{min(ratios):>7.1f}x    mark: 6x\n")
        print("Peak memory and CPU of the whole analysis as recordings grow")
        print(f"{'minutes':<10}{'CPU s':>9}{'CPU s / min':>13}{'wall s':>9}{'peak MB':>10}")
        for minutes in (5, 10) if quick else (5, 20, 60, 180):
            audio = long_file(work / f"{minutes}.wav", ["skilful", "mixed", "poor", "stereo"], minutes * 60)
            cost = analyse(audio, work)
            print(
                f"{minutes:<10}{cost.cpu:>9.1f}{cost.cpu / minutes:>13.2f}{cost.wall:>9.1f}{cost.memory:>10.0f}",
                flush=True,
            )
        print("mark for 60 minutes: 1200 MB")


def analyse(audio: Path, work: Path) -> Cost:
    """The whole command, results written."""
    return run("-c", _OURS, "analyse", str(audio), "--out", str(work / "out"), "--quiet", "--again")


def reference(audio: Path, work: Path) -> Cost:
    """openai-whisper, given the decoded samples, since its own loader needs the ffmpeg program."""
    import numpy as np

    from fidelity.audio import open_audio

    array = work / "samples.npy"
    np.save(array, np.concatenate([block.mono for block in open_audio(audio).blocks()]))
    return run("-c", _REFERENCE, str(array))


def run(*arguments: str) -> Cost:
    """Run Python with these arguments, on one thread, and say what it cost."""
    import time

    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(arguments)[:80]} failed with status {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / 1024)


def long_file(target: Path, names: list[str], length: float | None) -> Path:
    """The samples in turn, over and over, as one mono 16 kHz file of ``length`` seconds."""
    import wave

    import numpy as np

    from fidelity.audio import open_audio

    recordings = [
        next(p for p in sorted((SAMPLES / n).iterdir()) if p.suffix in (".m4a", ".ogg", ".mp3", ".webm")) for n in names
    ]
    # Piece by piece: a process is born with its parent's peak, so a large array here would be counted as theirs.
    pieces = [
        (np.clip(block.mono, -1, 1) * 32767).astype("<i2") for path in recordings for block in open_audio(path).blocks()
    ]
    left = int((length or sum(map(len, pieces)) / 16_000) * 16_000)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        for piece in cycle(pieces):
            file.writeframes(piece[:left].tobytes())
            left -= len(piece[:left])
            if not left:
                break
    return target


def seconds(audio: Path) -> float:
    """Length of a WAV file."""
    import wave

    with wave.open(str(audio)) as file:
        return file.getnframes() / file.getframerate()


if __name__ == "__main__":
    main()
