"""How well recordings are heard: words, speakers, times, roles, on the samples and on your own material.

    python benchmarks/listening.py                    # the four samples
    python benchmarks/listening.py --speech DIR       # and clips with a text file of the same name beside them
    python benchmarks/listening.py --quick            # one sample

Columns: word error rate; share of correctly heard words given to the right person; whether the practitioner
was found; and the median and 90th percentile of how far word starts at the beginning of utterances are from
where the recording was built to have them. Samples are synthetic voices: figures on them are a check, not
a promise for a kitchen with a television on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
from whisper.normalizers import EnglishTextNormalizer

from fidelity.conversation import Analysis
from fidelity.pipeline import Options, analyse
from fidelity.training.sample_script import Reference

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
_normal = EnglishTextNormalizer()


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one recording."""

    name: str
    words: int
    errors: int
    matched: int
    right_person: int
    practitioner: bool
    apart: tuple[float, ...]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--speech", type=Path, metavar="DIR", help="clips (flac, wav) with a .txt beside each")
    chosen = parser.parse_args()
    print(
        f"{'recording':<12}{'words':>7}{'WER':>8}{'right person':>14}{'practitioner':>14}{'start, median / 90 %':>24}"
    )
    rows = []
    for folder in sorted(SAMPLES.iterdir())[: 1 if chosen.quick else None]:
        if (folder / "reference.json").is_file():
            rows.append(sample(folder))
            show(rows[-1])
    apart = tuple(a for row in rows for a in row.apart)
    total = Heard("all", *(sum(getattr(r, f) for r in rows) for f in ("words", "errors", "matched", "right_person")),
                  all(r.practitioner for r in rows), apart)  # fmt: skip
    show(total)
    for clip in sorted(chosen.speech.iterdir()) if chosen.speech else ():
        text = clip.with_suffix(".txt")
        if clip.suffix in (".flac", ".wav") and text.is_file():
            wrong, words = errors(text.read_text(), transcript(clip))
            print(f"{clip.stem:<12}{words:>7}{wrong / words:>8.3f}")


def show(row: Heard) -> None:
    """One line of the table."""
    start = f"{np.median(row.apart):.2f} / {np.quantile(row.apart, 0.9):.2f} s"
    found = "found" if row.practitioner else "MISSED"
    print(
        f"{row.name:<12}{row.words:>7}{row.errors / row.words:>8.3f}{row.right_person / row.matched:>14.4f}"
        f"{found:>14}{start:>24}",
        flush=True,
    )


def sample(folder: Path) -> Heard:
    """One sample recording through the whole analysis, against its reference."""
    reference = Reference.from_json((folder / "reference.json").read_text(encoding="utf-8"))
    analysis = analyse(folder / reference.recording, Options())
    wanted = [(w, t.speaker) for t in reference.turns for w in _normal(t.text).split()]
    given = [(w, t.speaker, word.start) for t in analysis.turns for word in t.words for w in _normal(word.text).split()]
    pairs = aligned([w for w, _ in wanted], [w for w, *_ in given])
    same = [wanted[i][1] == given[j][1] for i, j in pairs]
    swapped = sum(same) < len(same) / 2
    begins = {}
    position = 0
    for turn in reference.turns:
        for utterance in turn.utterances:
            begins[position] = utterance.start
            position += len(_normal(utterance.text).split())
    apart = tuple(abs(given[j][2] - begins[i]) for i, j in pairs if i in begins)
    wrong, words = errors(" ".join(t.text for t in reference.turns), said(analysis))
    return Heard(
        folder.name, words, wrong, len(same), len(same) - sum(same) if swapped else sum(same), not swapped, apart
    )


def said(analysis: Analysis) -> str:
    """All words, in order."""
    return " ".join(turn.text for turn in analysis.turns)


def errors(wanted: str, given: str) -> tuple[int, int]:
    """Wrong words and words in all, after the usual normalisation of spelling, case and numbers."""
    output = jiwer.process_words(_normal(wanted), _normal(given))
    wrong = output.substitutions + output.deletions + output.insertions
    return wrong, output.hits + output.substitutions + output.deletions


def aligned(wanted: Sequence[str], given: Sequence[str]) -> list[tuple[int, int]]:
    """Positions of the words that both have, in order."""
    output = jiwer.process_words(" ".join(wanted), " ".join(given))
    return [
        (chunk.ref_start_idx + k, chunk.hyp_start_idx + k)
        for chunk in output.alignments[0]
        if chunk.type == "equal"
        for k in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def transcript(clip: Path) -> str:
    """What the recogniser hears in a clip of one voice."""
    from fidelity.audio import open_audio
    from fidelity.config import TranscribeOptions
    from fidelity.transcribe import load_transcriber
    from fidelity.vad import find_speech, join_speech

    engine = load_transcriber(TranscribeOptions())
    words = []
    for block in open_audio(clip).blocks():
        joined = join_speech(block.mono, block.start, find_speech(block.mono, block.start))
        words += [w.text for w in engine.words(joined.samples)]
    return " ".join(words)


if __name__ == "__main__":
    main()
