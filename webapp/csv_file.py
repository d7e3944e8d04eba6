"""Tables as CSV files that a spreadsheet opens as they are, and runs nothing from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet takes a cell that begins so for a formula


def safe(cell: str) -> str:
    """The cell, with a quotation mark before what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(_STARTS) else cell


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as text. Numbers stay numbers, nothing stays empty, and all else is made safe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe(head) for head in heads])
    for row in rows:
        writer.writerow(["" if c is None else c if isinstance(c, int | float) else safe(str(c)) for c in row])
    return out.getvalue()


def download(text: str, name: str) -> Response:
    """The text as a file called ``name``, in UTF-8 with the mark by which Excel knows it."""
    response = Response(text.encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
