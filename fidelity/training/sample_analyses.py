"""Analyses of the sample recordings, kept beside them so that the demo has them from the first minute.

They are what ``changetalk analyse`` gives, compressed: fifteen kilobytes each, where making one takes twenty seconds.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

from fidelity.conversation import Analysis
from fidelity.pipeline import analyse
from fidelity.training.sample_script import SAMPLES, chosen, load_script

NAME = "analysis.json.gz"


def build(out: Path, only: Sequence[str] = (), *, samples: Path = SAMPLES) -> tuple[Path, ...]:
    """Analyse the recordings of the samples, or of those named, and write ``<name>/analysis.json.gz`` under ``out``."""
    written = []
    for name in chosen(only, samples):
        analysis = analyse(samples / name / load_script(name, samples).recording)
        target = out / name / NAME
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(squeezed(analysis))
        written.append(target)
    return tuple(written)


def squeezed(analysis: Analysis) -> bytes:
    """The analysis as it is kept: without white space, and the same bytes for the same analysis."""
    plain = json.dumps(json.loads(analysis.to_json()), ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(plain.encode(), 9, mtime=0)


def read(path: Path) -> Analysis:
    """What ``squeezed`` made."""
    return Analysis.from_json(gzip.decompress(path.read_bytes()))
