"""Codings by hand as ELAN keeps them (``.eaf``, format 3.0, https://archive.mpi.nl/tla/elan).

Each speaker has a tier of utterances with their times, and under it, one to one (symbolic association), a tier of
codes with their controlled vocabulary: ``practitioner`` and ``practitioner code``, ``client`` and ``client code``,
``other``. The recording stands in it by name alone, so that no folder of anybody's machine is told.

Files that others made are read when their tiers have such names, in capitals or not, or “therapist”, “patient” and
the like; the codes may hang under the utterances, stand in a tier with times of its own, or be the utterances' text.
"""

from fidelity.hand.elan.reading import read
from fidelity.hand.elan.writing import write

__all__ = ["read", "write"]
