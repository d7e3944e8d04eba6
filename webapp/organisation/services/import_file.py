"""Reads a file of people, CSV or Excel, as cells of text. Formulas are never worked out.

Everything here came from somebody's disk: a file that cannot be read is refused as a whole with a sentence, and a
cell that cannot be read is a fault of its row.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from webapp.errors import Refused
from webapp.text import tidy

MOST_BYTES = 5 * 2**20
MOST_ROWS = 5_000
_MOST_COLUMNS = 60
_MOST_BLANK = 20_000  # empty rows in between, which sheets with coloured cells are full of
_MOST_UNPACKED = 20 * 2**20  # an .xlsx is a zip: a small one can hold gigabytes. 5,000 people take two of these
_LONGEST_CELL = 5_000

COLUMNS = {  # our name of a column: what people call it, as _plain writes it
    "name": ("name", "fullname", "personname", "displayname"),
    "email": ("email", "emailaddress", "mail", "mailaddress", "workemail"),
    "team": ("team", "teamname"),
    "discipline": ("discipline", "profession"),
    "role": ("role",),
    "cohort": ("cohort", "cohortname"),
}
COLUMN_NAMES = {
    "name": "name",
    "email": "e-mail",
    "team": "team",
    "discipline": "discipline",
    "role": "role",
    "cohort": "cohort",
}
_OURS = {written: ours for ours, ways in COLUMNS.items() for written in ways}


@dataclass(frozen=True)
class Row:
    """A row of the file by its number there, the headings being row 1: text under our names of the columns."""

    number: int
    cells: dict[str, str]
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """What a file says. ``columns`` are those of ours that it has; ``notes`` are for the person who sent it."""

    columns: list[str]
    unknown: list[str]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As it is kept until somebody says yes."""
        return {
            "columns": self.columns,
            "unknown": self.unknown,
            "notes": self.notes,
            "rows": [[row.number, row.cells, row.faults] for row in self.rows],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Sheet:
        """Back from what was kept."""
        rows = [Row(number, cells, faults) for number, cells, faults in kept["rows"]]
        return cls(kept["columns"], kept["unknown"], rows, kept["notes"])


@dataclass(frozen=True)
class _Line:
    number: int
    cells: list[str]
    faults: dict[int, str] = field(default_factory=dict)  # by place in the line

    @property
    def blank(self) -> bool:
        return not self.faults and not any(self.cells)


def read(data: bytes) -> Sheet:
    """The people that a file names.

    Raises:
        Refused: it is too large, or no table of people. The message says what to do.
    """
    if len(data) > MOST_BYTES:
        raise Refused("The file is larger than 5 MB. Cut it into several files and import them one by one.")
    if not data.strip():
        raise Refused("The file is empty.")
    lines: Iterable[_Line]
    if data.startswith(b"PK"):
        lines, notes = _excel(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            "This is an older Excel file, or one with a password. "
            "In Excel, choose Save as, “Excel Workbook (.xlsx)” without a password, or “CSV”."
        )
    else:
        lines, notes = _lines(_text(data)), []
    return _sheet(lines, notes)


def _sheet(lines: Iterable[_Line], notes: list[str]) -> Sheet:
    filled = _filled(lines)
    head = next(filled, None)
    if head is None:
        raise Refused("The file is empty.")
    places, unknown = _columns(head)
    rows: list[Row] = []
    for line in filled:
        if len(rows) == MOST_ROWS:
            raise Refused(f"The file has more than {MOST_ROWS:,} people. Cut it into several files.")
        rows.append(_row(line, places, len(head.cells)))
    if not rows:
        raise Refused("The file has headings, but nobody under them.")
    return Sheet([name for name in COLUMNS if name in places], unknown, rows, notes)


def _filled(lines: Iterable[_Line]) -> Iterator[_Line]:
    blank = 0
    for line in lines:
        if not line.blank:
            yield line
            continue
        blank += 1
        if blank > _MOST_BLANK:
            raise Refused("The file has thousands of empty rows. Copy the people to a new sheet and save that.")


def _columns(head: _Line) -> tuple[dict[str, int], list[str]]:
    if sum(map(bool, head.cells)) > _MOST_COLUMNS:
        raise Refused(
            f"The file has more than {_MOST_COLUMNS} columns. Keep those with the people, and remove the rest."
        )
    places: dict[str, int] = {}
    unknown = []
    for place, written in enumerate(head.cells):
        ours = _OURS.get(_plain(written))
        if ours is None:
            unknown += [written[:80]] if written else []
        elif ours in places:
            raise Refused(f"Two columns are called {COLUMN_NAMES[ours]}. Remove one of them, or give it another name.")
        else:
            places[ours] = place
    missing = [COLUMN_NAMES[name] for name in ("name", "email") if name not in places]
    if missing:
        raise Refused(
            f"The first row needs headings, and there is none called {' and none called '.join(missing)}. "
            f"It says: {', '.join(cell[:40] for cell in head.cells[:8] if cell)}."
        )
    return places, unknown


def _row(line: _Line, places: dict[str, int], width: int) -> Row:
    cells = {name: (line.cells[place] if place < len(line.cells) else "") for name, place in places.items()}
    faults = [
        f"The cell under {COLUMN_NAMES[name]} {line.faults[place]}"
        for name, place in places.items()
        if place in line.faults
    ]
    if any(line.cells[width:]):
        faults.append(
            "There are more cells than headings. If a name or a team holds a comma, put it in quotation marks."
        )
    for name, cell in cells.items():
        if len(cell) > _LONGEST_CELL:
            cells[name] = ""
            faults.append(f"The cell under {COLUMN_NAMES[name]} holds more than {_LONGEST_CELL:,} characters.")
    return Row(line.number, cells, faults)


def _plain(heading: str) -> str:
    return "".join(c for c in heading.casefold() if c.isalnum())


def _text(data: bytes) -> str:
    unicode_text = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # as Excel calls it
    for encoding in ("utf-16",) if unicode_text else ("utf-8-sig", "windows-1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused("This file is not a table. Save it as CSV or as an Excel workbook (.xlsx), and choose that.")


def _lines(text: str) -> Iterator[_Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Refused(
                f"Row {number} of the file cannot be read. Look there for a quotation mark that is not closed, "
                "or save the file once more from your spreadsheet."
            ) from None
        if cells is None:
            return
        yield _Line(number, [tidy(cell) for cell in cells])


def _delimiter(text: str) -> str:
    """What parts the cells: that which gives most headings that we know, a comma where nothing does."""
    head = next((line for line in text[:20_000].splitlines() if line.strip(" ,;\t")), "")

    def known(delimiter: str) -> int:
        try:
            cells = next(csv.reader([head], delimiter=delimiter), [])
        except csv.Error:
            return 0
        return sum(_plain(cell) in _OURS for cell in cells)

    return max(",;\t", key=known)


def _excel(data: bytes) -> tuple[list[_Line], list[str]]:
    from openpyxl import load_workbook  # heavy, and seldom needed

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > _MOST_UNPACKED:
            raise Refused("The workbook holds far more than a list of people. Copy the people to a new one.")
        # Read with the formulas rather than their last values, so that a cell that holds one can be told: nothing
        # here works a formula out.
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            if not sheets:
                raise Refused("The workbook has no sheet that can be seen.")
            lines = list(islice(_filled(_cells(sheets[0])), MOST_ROWS + 2))
            notes = [f"Only the first sheet is read, “{tidy(sheets[0].title)}”."] if len(sheets) > 1 else []
        finally:
            book.close()
    except Refused:
        raise
    except Exception:  # whatever a damaged or hostile workbook makes of a library that trusts it
        raise Refused(
            "This workbook cannot be read. Open it in Excel and save it once more, or save it as CSV."
        ) from None
    return lines, notes


def _cells(sheet: Any) -> Iterator[_Line]:
    sheet.reset_dimensions()  # some programs write wrong ones, and then rows would go missing
    for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        faults = {place: fault for place, cell in enumerate(row) if (fault := _fault(cell))}
        yield _Line(number, ["" if n in faults else _written(cell.value) for n, cell in enumerate(row)], faults)


def _fault(cell: Any) -> str:
    if cell.data_type == "f":
        return "holds a formula. Put its value there instead: copy it, then choose “Paste values”."
    if cell.data_type == "e":
        return "holds an Excel error. Put the right value there."
    return ""


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else tidy(str(value)[: _LONGEST_CELL + 1])
