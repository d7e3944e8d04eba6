"""Files of people, and every way in which they can be broken. Nothing of this needs a database."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webapp.organisation import workbooks
from tests.webapp.organisation.workbooks import GOOD, HEADS, NIA, SHEET, rewritten, workbook, zipped
from webapp.errors import Refused
from webapp.organisation.services import import_file
from webapp.organisation.services.import_file import Sheet

TEXT = "name,e-mail\nNia Rowe,nia@council.example\n"
PEOPLE = [{"name": "Nia Rowe", "email": "nia@council.example"}]


def cells(data: bytes | str) -> list[dict[str, str]]:
    return [row.cells for row in import_file.read(data.encode() if isinstance(data, str) else data).rows]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        f"\n\n ,\n{TEXT}\n\n,,,\n".encode(),
        b'"Full Name";"E-Mail address"\n"Nia Rowe";nia@council.example',
        b"E_MAIL, NAME \n nia@council.example ,  Nia   Rowe \n",
        b"name,email,,\nNia Rowe,nia@council.example,,\n",
        "name,e-mail\nNia\u200b Rowe,nia@council.example\x07\n".encode(),
        GOOD,
        workbook(HEADS, NIA),
        workbook(("E-mail", "NAME"), reversed(NIA)),
        workbook((), (), HEADS, (None, None), NIA),
        workbook(HEADS, NIA, sheets=("Notes", "People"), hidden="Notes"),
        rewritten(GOOD, SHEET, lambda text: text.replace('ref="A1:B2"', 'ref="A1"')),
    ],
)
def test_ways_to_write_the_same(data: bytes) -> None:
    assert cells(data) == PEOPLE


def test_windows_1252() -> None:
    assert cells("name,email\nÉilis O’Neill,e@council.example".encode("windows-1252"))[0]["name"] == "Éilis O’Neill"


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    text = 'name,email\n\n"Nia\nRowe",nia@council.example\nTom,tom@council.example\n'
    rows = import_file.read(text.encode()).rows
    assert [(row.number, row.cells["name"]) for row in rows] == [(3, "Nia Rowe"), (4, "Tom")]
    rows = import_file.read(workbook(HEADS, (), NIA)).rows
    assert [row.number for row in rows] == [3]


def test_columns_that_are_there_and_that_are_not_ours() -> None:
    sheet = import_file.read(b"Phone,Role,name,Mail,Start date\n07,trainer,Nia,n@council.example,1 May\n")
    assert sheet.columns == ["name", "email", "role"]
    assert sheet.unknown == ["Phone", "Start date"]
    assert Sheet.from_json(sheet.to_json()) == sheet


def test_what_a_spreadsheet_would_run_is_text() -> None:
    told = [f"{sign}cmd|' /C calc'!A0" for sign in "=+-@"]
    text = "name,email\n" + "".join(f'"{name}",n@council.example\n' for name in told)
    assert [row["name"] for row in cells(text)] == told


def test_numbers_and_dates_in_a_workbook_are_text() -> None:
    told = cells(workbook(("Name", "E-mail", "Team"), (12.0, 3.5, datetime(2027, 3, 1)), (True, None, "North")))
    assert told == [
        {"name": "12", "email": "3.5", "team": "2027-03-01 00:00:00"},
        {"name": "True", "email": "", "team": "North"},
    ]


def test_more_than_one_sheet_is_said() -> None:
    sheet = import_file.read(workbook(HEADS, NIA, sheets=("Staff", "Other")))
    assert sheet.notes == ["Only the first sheet is read, “Staff”."]


@pytest.mark.parametrize("name", ["Name", "E-mail"])
def test_a_formula_is_a_fault_of_its_row(name: str) -> None:
    place = HEADS.index(name)
    row = list(NIA)
    row[place] = '=HYPERLINK("http://evil.example","Nia")'
    rows = import_file.read(workbook((*HEADS, "Phone"), (*row, "=1+1"), NIA)).rows
    assert "holds a formula" in rows[0].faults[0]
    assert rows[0].cells[["name", "email"][place]] == ""
    assert (rows[1].faults, len(rows[0].faults)) == ([], 1)  # one under a heading that is not ours is no matter


@pytest.mark.parametrize("kind", ['t="array" ref="A2"', 't="shared" ref="A2" si="0"', 't="dataTable" ref="A2"'])
def test_formulas_of_every_kind(kind: str) -> None:
    cell = f'<c r="A2"><f {kind}>1+1</f><v>2</v></c>'
    data = rewritten(workbook(HEADS, ("", NIA[1])), SHEET, lambda t: t.replace('<c r="A2" t="inlineStr" />', cell))
    rows = import_file.read(data).rows
    assert "holds a formula" in rows[0].faults[0]


def test_an_error_in_a_cell_is_a_fault_of_its_row() -> None:
    rows = import_file.read(workbook(HEADS, ("#N/A", NIA[1]))).rows
    assert "Excel error" in rows[0].faults[0]


def test_too_many_cells_or_characters_are_faults_of_their_row() -> None:
    rows = import_file.read(
        f"name,email\nRowe, Nia,n@council.example\n{'x' * 6000},n@council.example\nTom\n".encode()
    ).rows
    assert "quotation marks" in rows[0].faults[0]
    assert "5,000 characters" in rows[1].faults[0]
    assert rows[2].cells == {"name": "Tom", "email": ""}


BOOK = "xl/workbook.xml"
BROKEN: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "white space": (b" \r\n\t\n", "empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "empty"),
    "only empty cells": (b",,,\n;;;\n", "heading"),
    "headings only": (b"name,email\n", "nobody under them"),
    "no headings": (b"Nia Rowe,nia@council.example\n", "none called name and none called e-mail"),
    "no name": (b"email,team\nnia@council.example,North\n", "none called name. It says: email, team"),
    "no address": (b"name\nNia\n", "none called e-mail"),
    "a column twice": (b"name,e-mail,Mail\nNia,n@council.example,\n", "Two columns are called e-mail"),
    "too large": (b"name,email\n" + b"x" * (5 * 2**20), "larger than 5 MB"),
    "too many people": (b"name,email\n" + b"a,b\n" * 5001, "more than 5,000 people"),
    "too many empty rows": (b"name,email\n" + b",\n" * 20_001 + b"a,b\n", "empty rows"),
    "too many columns": (b"name,email," + b"x," * 61 + b"\na,b\n", "columns"),
    "a quotation mark left open": (b'name,email\n"Nia,nia@council.example\nTom,t@council.example\n', "Row 2"),
    "a quotation mark too many": (b'name,email\n"Nia" Rowe,nia@council.example\n', "Row 2"),
    "an endless cell": (b"name,email\n" + b"x" * 140_000 + b",n@council.example\n", "Row 2"),
    "bytes": (bytes(range(256)) * 4, "not a table"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a table"),
    "half of UTF-16": ("name,email\n".encode("utf-16")[:-1], "not a table"),
    "no encoding": (b"name,email\n\x81\x8d,n@council.example", "not a table"),
    "a PDF": (b"%PDF-1.7\n1 0 obj <</Type/Catalog>>\n", "none called name"),
    "a web page": (b"<!doctype html><title>name</title>", "none called name"),
    "an older Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "older Excel file"),
    "PK and no zip": (b"PK\x03\x04nonsense", "cannot be read"),
    "half a workbook": (GOOD[: len(GOOD) // 2], "cannot be read"),
    "a zip of something else": (zipped(**{"a.txt": "hello"}), "cannot be read"),
    "an empty workbook": (workbook(), "empty"),
    "a workbook with headings only": (workbook(HEADS), "nobody under them"),
    "a workbook without headings": (workbook(NIA), "none called name"),
    "a formula as a heading": (workbook(('="Na"&"me"', "E-mail"), NIA), "none called name"),
    "a workbook of too many people": (workbook(HEADS, *[NIA] * 5001), "more than 5,000 people"),
    "a sheet that is no XML": (rewritten(GOOD, SHEET, lambda text: text[:-30]), "cannot be read"),
    "a sheet with a wrong number": (
        rewritten(GOOD, SHEET, lambda t: t.replace("<v>3</v>", "<v>99</v>")),
        "cannot be read",
    ),
    "a row that is no number": (rewritten(GOOD, SHEET, lambda t: t.replace('r="2"', 'r="x"')), "cannot be read"),
    "a workbook without sheets": (
        rewritten(GOOD, BOOK, lambda t: re.sub("<sheet .*?/>", "", t)),
        "sheet that can be seen",
    ),
    "a workbook of hidden sheets": (
        rewritten(GOOD, BOOK, lambda t: t.replace('state="visible"', 'state="hidden"')),
        "sheet that can be seen",
    ),
    "a row without end": (workbooks.far_row(), "empty rows"),
    "a bomb": (workbooks.bomb(), "far more than a list"),
    "entities within entities": (workbooks.entities(), "cannot be read"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_a_sentence(name: str) -> None:
    data, said = BROKEN[name]
    with pytest.raises(Refused, match=said) as caught:
        import_file.read(data)
    message = str(caught.value)
    assert message.endswith(".")
    assert len(message) < 600


@given(st.binary(max_size=400) | st.binary(max_size=200).map(b"name,email\n".__add__))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        sheet = import_file.read(data)
    except Refused:
        return
    assert Sheet.from_json(sheet.to_json()) == sheet


@given(
    st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=3), min_size=1, max_size=8), st.sampled_from(",;\t")
)
@settings(max_examples=150, deadline=None)
def test_any_rows_are_read(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["name", "e-mail"], *rows])
    try:
        sheet = import_file.read(out.getvalue().encode("utf-8", "replace"))
    except Refused:
        return
    assert len(sheet.rows) <= len(rows)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_any_damage_to_a_workbook_is_read_or_refused(place: int, value: int) -> None:
    damaged = GOOD[:place] + bytes([value]) + GOOD[place + 1 :]
    with suppress(Refused):
        assert import_file.read(damaged).columns == ["name", "email"]
