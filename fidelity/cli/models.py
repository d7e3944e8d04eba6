"""``changetalk models``: what is in use, whether it is sound, and what is known of it."""

from __future__ import annotations

import argparse
import sys

from fidelity.artefacts import find, names
from fidelity.classify.local import VERSION, in_use, load
from fidelity.config import TranscribeOptions
from fidelity.errors import ModelError
from fidelity.training.marks import marks
from fidelity.transcribe.weights import converted_weights


def run(chosen: argparse.Namespace) -> int:
    """List the models after checking every byte, or show one model's card, or the figures of all."""
    if chosen.figures:
        sys.stdout.write(marks(chosen.models))
        return 0
    if chosen.name is not None:
        sys.stdout.write(find(chosen.name, chosen.models).card)
        return 0
    damaged = 0
    for name in names(chosen.models):
        try:
            artefact = find(name, chosen.models)
            sys.stdout.write(f"{name:<14}{artefact.version:<8}sound   {artefact.sha256[:12]}  {artefact.folder}\n")
        except ModelError as error:
            damaged += 1
            sys.stdout.write(f"{name:<14}{'':<8}DAMAGED {error}\n")
    if chosen.calibration is not None:
        damaged += _calibration(chosen)
    weights = TranscribeOptions().model
    sys.stdout.write(f"{'whisper':<14}{weights:<8}sound   {converted_weights(weights)}\n")
    return 2 if damaged else 0


def _calibration(chosen: argparse.Namespace) -> int:
    """Show the local calibration; 1 if it cannot be used with the models in use."""
    try:
        own = load(chosen.calibration, in_use(chosen.models))
    except ModelError as error:
        sys.stdout.write(f"{'calibration':<14}{'':<8}REFUSED {error}\n")
        return 1
    about = f"{chosen.calibration} ({own.sessions} sessions)"
    sys.stdout.write(f"{'calibration':<14}{VERSION:<8}sound   {own.sha256[:12]}  {about}\n")
    return 0
