"""``changetalk train``: the coding models again, from labelled data."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from fidelity.artefacts import CARD
from fidelity.cli.progress import Bars
from fidelity.errors import DataError
from fidelity.training.readings import kept
from fidelity.training.train import train
from fidelity.training.validate import Setting
from fidelity.training.written import read_written


def run(chosen: argparse.Namespace) -> int:
    """Measure on grouped folds, train on everything, write models and cards, and put them into use."""
    if chosen.local:
        return _local(chosen)
    kept_out = [c for c in read_written() if c.held_out]
    with Bars() as bars, tempfile.TemporaryDirectory() as scratch:
        folders = train(
            chosen.data,
            chosen.out,
            setting=setting_of(chosen, Path(scratch)),
            kept_out=kept_out,
            progress=bars,
        )
    for folder in folders:
        sys.stdout.write(f"{folder / CARD}\n")
    return 0


def _local(chosen: argparse.Namespace) -> int:
    """Fit a service's own calibration, and print its table of before and after."""
    from fidelity.training.local import train_local

    if chosen.all or chosen.keep_encoder or chosen.work is not None or chosen.workers is not None:
        raise DataError(
            "--local changes no model, so it goes without --all, --keep-encoder, --work and --workers. Leave those out."
        )
    with Bars() as bars:
        file, card = train_local(
            [chosen.data], chosen.out or Path("calibration"), models=chosen.models, anyway=chosen.anyway, progress=bars
        )
    sys.stdout.write(f"{card}\n{file}\n")
    return 0


def setting_of(chosen: argparse.Namespace, scratch: Path) -> Setting:
    """What the options ``--all``, ``--keep-encoder``, ``--work`` and ``--workers`` ask for."""
    written = tuple(c for c in read_written() if not c.held_out)
    if chosen.all and chosen.keep_encoder:
        raise DataError("--all trains the encoder, and --keep-encoder leaves it as it is. Leave one of them out.")
    workers = 2 if chosen.workers is None else chosen.workers
    if chosen.keep_encoder:
        return Setting(kept=kept(chosen.models), workers=workers, written=written)
    if not chosen.all:
        return Setting(written=written)
    from fidelity.training.network import base_weights

    return Setting(
        base=base_weights(),
        work=chosen.work or scratch,
        workers=workers,
        written=written,
    )
