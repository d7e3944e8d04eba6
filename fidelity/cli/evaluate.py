"""``changetalk evaluate``: the coding against human codes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from fidelity.cli.progress import Bars
from fidelity.cli.train import setting_of
from fidelity.outputs import plain_errors
from fidelity.training.evaluate import evaluate


def run(chosen: argparse.Namespace) -> int:
    """Print the table, and write the figures as JSON if asked to."""
    with Bars() as bars, tempfile.TemporaryDirectory() as scratch:
        report = evaluate(
            chosen.corpus,
            chosen.data or (),
            models=chosen.models,
            calibration=chosen.calibration,
            folds=chosen.folds,
            as_speech=chosen.as_speech,
            include_training=chosen.include_training,
            setting=setting_of(chosen, Path(scratch)) if chosen.folds else None,
            progress=bars,
        )
    sys.stdout.write(report.table())
    if chosen.json is not None:
        with plain_errors(chosen.json.parent):
            chosen.json.write_text(report.to_json(), encoding="utf-8")
    return 0
