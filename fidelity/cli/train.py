"""``changetalk train``: the coding models again, from labelled data."""

from __future__ import annotations

import argparse
import sys

from fidelity.artefacts import CARD
from fidelity.cli.progress import Bars
from fidelity.training.train import train


def run(chosen: argparse.Namespace) -> int:
    """Measure on grouped folds, train on everything, write models and cards, and put them into use."""
    with Bars() as bars:
        folders = train(chosen.data, chosen.out, progress=bars)
    for folder in folders:
        sys.stdout.write(f"{folder / CARD}\n")
    return 0
