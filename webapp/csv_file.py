"""Tables as CSV files that a spreadsheet opens as they are, and runs nothing from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet takes a cell that begins so for a formula


def safe(cell: str) -> str:
    """The cell, with a quotation mark before what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(_STARTS) else cell


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as text. Numbers stay numbers, nothing stays empty, and all else is made safe."""
    return _lines([heads, *rows])


def download(text: str, name: str) -> Response:
    """The text as a file called ``name``, in UTF-8 with the mark by which Excel knows it."""
    return _file(text.encode("utf-8-sig"), name)


def streamed(heads: Sequence[str], pieces: Iterable[Iterable[Sequence[object]]], name: str) -> Response:
    """The same of a table that may be long: rows are asked for piece by piece while the file is on its way."""

    def sent() -> Iterator[bytes]:
        yield _lines([heads]).encode("utf-8-sig")
        for rows in pieces:
            yield _lines(rows).encode()

    return _file(sent(), name)


def _lines(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow(["" if c is None else c if isinstance(c, int | float) else safe(str(c)) for c in row])
    return out.getvalue()


def _file(content: bytes | Iterator[bytes], name: str) -> Response:
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
