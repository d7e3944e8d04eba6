"""Analyses of the sample recordings, kept beside them so that the demo has them from the first minute.

They are what ``changetalk analyse`` gives, compressed: fifteen kilobytes each, where making one takes twenty seconds.
Words that are kept stay as they are: another processor hears a comma for a full stop, and what the demo shows of a
recording would move with it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

from fidelity.conversation import Analysis, Turn
from fidelity.pipeline import analyse, code
from fidelity.training.sample_script import SAMPLES, chosen, load_script

NAME = "analysis.json.gz"


def build(out: Path, only: Sequence[str] = (), *, samples: Path = SAMPLES) -> tuple[Path, ...]:
    """Write ``<name>/analysis.json.gz`` under ``out`` for each sample that has one, or for those named.

    The words that are kept are coded anew; a sample without any is listened to.
    """
    written = []
    for name in chosen(only, samples):
        kept = samples / name / NAME
        if not kept.is_file() and name not in only:
            continue
        analysis = (
            coded_anew(read(kept)) if kept.is_file() else analyse(samples / name / load_script(name, samples).recording)
        )
        target = out / name / NAME
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(squeezed(analysis))
        written.append(target)
    return tuple(written)


def coded_anew(kept: Analysis) -> Analysis:
    """The same words from the same recording, with the codes, scores and feedback of the models there are now."""
    same = [
        Turn(**{f.name: getattr(turn, f.name) for f in fields(Turn) if f.name != "utterances"}) for turn in kept.turns
    ]
    now = code(same)
    coders = {model.name for model in now.models}
    heard_by = tuple(model for model in kept.models if model.name not in coders)
    return replace(now, recording=kept.recording, settings=kept.settings, models=(*heard_by, *now.models))


def squeezed(analysis: Analysis) -> bytes:
    """The analysis as it is kept: without white space, and the same bytes for the same analysis."""
    plain = json.dumps(json.loads(analysis.to_json()), ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(plain.encode(), 9, mtime=0)


def read(path: Path) -> Analysis:
    """What ``squeezed`` made."""
    return Analysis.from_json(gzip.decompress(path.read_bytes()))
