"""The beginnings of sample recordings, for tests that need real voices but not a whole conversation."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fidelity.audio import open_audio
from tests.media import write_audio

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
RATE = 16_000
SECONDS = 60


def clip(sample: Path, path: Path) -> Path:
    """The first minute of ``sample``, written to ``path``, as a FLAC file in mono."""
    whole = np.concatenate([block.samples for block in open_audio(sample).blocks()], axis=1)
    return write_audio(path, whole[:1, : SECONDS * RATE], rate=RATE)
