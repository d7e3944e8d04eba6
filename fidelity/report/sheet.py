"""Utterances as a table for a spreadsheet."""

from __future__ import annotations

import csv as table
import io

from fidelity.conversation import Analysis

COLUMNS = (
    "turn",
    "utterance",
    "speaker",
    "voice",
    "start",
    "end",
    "text",
    "code",
    "status",
    "probability",
    "why",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet run a cell instead of showing it


def csv(analysis: Analysis) -> str:
    """One row an utterance; ``turn`` and ``utterance`` count from 0, as ``n`` and ``u`` in ``analysis.json``."""
    out = io.StringIO()
    writer = table.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for turn in analysis.turns:
        for said in turn.utterances:
            probability = said.probabilities.get(said.code) if said.code else None
            writer.writerow(
                (
                    turn.n,
                    said.u,
                    turn.speaker,
                    _plain(turn.voice or ""),
                    _number(said.start, 2),
                    _number(said.end, 2),
                    _plain(said.text),
                    said.code or "",
                    said.status if said.code else "",
                    _number(probability, 3),
                    _plain(said.why),
                )
            )
    return out.getvalue()


def _plain(text: str) -> str:
    """Text that a spreadsheet shows as it is: a quote in front of anything it would take for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
