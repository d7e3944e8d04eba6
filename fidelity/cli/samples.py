"""``changetalk samples``: build the sample recordings again, or the analyses of them that the demo shows."""

from __future__ import annotations

import argparse
import sys

from fidelity.training import sample_analyses
from fidelity.training.samples import build


def run(chosen: argparse.Namespace) -> int:
    """Build every sample, or those named, into a folder."""
    if chosen.analyses:
        sample_analyses.build(chosen.out, only=chosen.names)
    else:
        build(chosen.out, only=chosen.names)
    sys.stdout.write(f"Samples: {chosen.out}\n")
    return 0
