"""``changetalk corpus``: the written conversations, checked and counted."""

from __future__ import annotations

import argparse
import sys

from fidelity.training.twice import corpus_report


def run(_: argparse.Namespace) -> int:
    """Print what is there and how far its two codings agree; the first flaw is an error."""
    sys.stdout.write(corpus_report().table())
    return 0
