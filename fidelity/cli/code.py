"""``changetalk code``: the text part alone."""

from __future__ import annotations

import argparse
import sys

from fidelity.outputs import REPORT, clear_leftovers, write_outputs
from fidelity.pipeline import Options, code


def run(chosen: argparse.Namespace) -> int:
    """Code a transcript and print the analysis as JSON, or write it with a report."""
    options = Options(
        practitioner=chosen.practitioner, swap=chosen.swap, models=chosen.models, calibration=chosen.calibration
    )
    analysis = code(chosen.transcript, options)
    if chosen.out is None:
        sys.stdout.write(analysis.to_json())
    else:
        clear_leftovers(chosen.out)
        folder = write_outputs(analysis, None, chosen.out / chosen.transcript.stem)
        sys.stdout.write(f"Report: {folder / REPORT}\n")
    return 0
