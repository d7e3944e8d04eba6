"""``changetalk models``: what is in use, whether it is sound, and what is known of it."""

from __future__ import annotations

import argparse
import sys

from fidelity.artefacts import find, names
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
    weights = TranscribeOptions().model
    sys.stdout.write(f"{'whisper':<14}{weights:<8}sound   {converted_weights(weights)}\n")
    return 2 if damaged else 0
