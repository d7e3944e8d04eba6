"""``changetalk schema``: the JSON Schema of ``analysis.json``."""

from __future__ import annotations

import argparse
import json
import sys

from fidelity.conversation import Analysis


def run(chosen: argparse.Namespace) -> int:  # noqa: ARG001 - every command has this shape
    """Print the schema."""
    sys.stdout.write(json.dumps(Analysis.json_schema(), indent=1) + "\n")
    return 0
