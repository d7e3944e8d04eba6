"""Changetalk's fidelity engine: a recording in, a coded transcript, scores and coaching feedback out.

    >>> from fidelity import analyse
    >>> analysis = analyse("conversation.m4a")
    >>> analysis.scores.measure("reflections_to_questions").value

``analyse`` listens to a recording, ``code`` reads a transcript. Both return an ``Analysis`` and take a
progress hook ``hook(step, done, total)``. Models load when they are first used, so importing is quick.
"""

import os

# Newer builds of ONNX Runtime report to their maker and leave an identifier on the disk unless told not to before
# they load. We pin builds that cannot; this is for whoever runs the engine with another one.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from fidelity.conversation import Analysis
from fidelity.errors import FidelityError
from fidelity.pipeline import Options, analyse, code

__all__ = ["Analysis", "FidelityError", "Options", "analyse", "code"]
