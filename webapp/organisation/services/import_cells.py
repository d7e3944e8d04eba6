"""The cells of a file, CSV or Excel, as lines of text. Formulas are never worked out."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from webapp.errors import Refused
from webapp.text import tidy

MOST_COLUMNS = 60
LONGEST_CELL = 5_000
_MOST_BLANK = 20_000  # empty rows in between, which sheets with coloured cells are full of
_MOST_UNPACKED = 20 * 2**20  # an .xlsx is a zip, and a small one can hold gigabytes; 5,000 people need 2 MB


@dataclass(frozen=True)
class Line:
    """A line by its number in the file, from 1: its cells, and what is wrong with some by their place in it."""

    number: int
    cells: list[str]
    faults: dict[int, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nothing stands there."""
        return not self.faults and not any(self.cells)


def lines_of(data: bytes, is_heading: Callable[[str], bool], most: int) -> tuple[Iterator[Line], list[str]]:
    """The first ``most`` lines that are not empty, and what the person who sent the file should know.

    ``is_heading`` knows the headings: they tell what parts the cells of a CSV file.

    Raises:
        Refused: it cannot be read. The message says what to do. A CSV file may turn out so while it is read.
    """
    if data.startswith(b"PK"):
        return _excel(data, most)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            "This is an older Excel file, or one with a password. "
            "In Excel, choose Save as, “Excel Workbook (.xlsx)” without a password, or “CSV”."
        )
    text = _text(data)
    return islice(_filled(_lines(text, _delimiter(text, is_heading))), most), []


def _filled(lines: Iterable[Line]) -> Iterator[Line]:
    blank = 0
    for line in lines:
        if not line.blank:
            yield line
            continue
        blank += 1
        if blank > _MOST_BLANK:
            raise Refused("The file has thousands of empty rows. Copy the people to a new sheet and save that.")


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


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
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
        yield Line(number, [tidy(cell) for cell in cells])


def _delimiter(text: str, is_heading: Callable[[str], bool]) -> str:
    """What parts the cells: that which gives most headings that we know, a comma where nothing does."""
    head = next((line for line in text[:20_000].splitlines() if line.strip(" ,;\t")), "")

    def known(delimiter: str) -> int:
        try:
            cells = next(csv.reader([head], delimiter=delimiter), [])
        except csv.Error:
            return 0
        return sum(map(is_heading, cells))

    return max(",;\t", key=known)


def _excel(data: bytes, most: int) -> tuple[Iterator[Line], list[str]]:
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
            lines = list(islice(_filled(_cells(sheets[0])), most))
            notes = [f"Only the first sheet is read, “{tidy(sheets[0].title)}”."] if len(sheets) > 1 else []
        finally:
            book.close()
    except Refused:
        raise
    except Exception:  # whatever a damaged or hostile workbook makes of a library that trusts it
        raise Refused(
            "This workbook cannot be read. Open it in Excel and save it once more, or save it as CSV."
        ) from None
    return iter(lines), notes


def _cells(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()  # some programs write wrong ones, and then rows would go missing
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        faults = {place: fault for place, cell in enumerate(row) if (fault := _fault(cell))}
        yield Line(number, ["" if n in faults else _written(cell.value) for n, cell in enumerate(row)], faults)


def _fault(cell: Any) -> str:
    if cell.data_type == "f":
        return "holds a formula. Put its value there instead: copy it, then choose “Paste values”."
    if cell.data_type == "e":
        return "holds an Excel error. Put the right value there."
    return ""


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else tidy(str(value)[: LONGEST_CELL + 1])
