"""Tables as Excel files that run nothing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from flask import Response

from webapp.csv_file import safe

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(heads: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """The table as a file called ``name``. Numbers stay numbers, nothing stays empty, and all else is made safe."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in (heads, *rows):
        sheet.append([one if one is None or isinstance(one, int | float) else safe(str(one)) for one in row])
    out = io.BytesIO()
    book.save(out)
    response = Response(out.getvalue(), mimetype=_KIND)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
