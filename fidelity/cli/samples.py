"""``changetalk samples``: build the sample recordings again."""

from __future__ import annotations

import argparse
import sys

from fidelity.training.samples import build


def run(chosen: argparse.Namespace) -> int:
    """Build every sample, or those named, into a folder."""
    build(chosen.out, only=chosen.names)
    sys.stdout.write(f"Samples: {chosen.out}\n")
    return 0
