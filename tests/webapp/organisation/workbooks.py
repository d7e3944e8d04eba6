"""Excel files, good and broken, for tests of the import."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

HEADS = ("Name", "E-mail")
NIA = ("Nia Rowe", "nia@council.example")


def workbook(*rows: Sequence[object], sheets: Sequence[str] = ("People",), hidden: str = "") -> bytes:
    """The rows on the first sheet that is not hidden."""
    book = Workbook()
    book.remove(book.active)
    for title in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title == hidden else "visible"
    shown = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    for row in rows:
        shown.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, change(text) if name == part else text)
    return out.getvalue()


def zipped(**parts: Any) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def as_excel_writes(data: bytes) -> bytes:
    """The workbook with its text in a part of its own, where Excel keeps it."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f't="s"><v>{len(kept) - 1}</v>'

    data = rewritten(data, SHEET, lambda text: re.sub('t="inlineStr"><is>(<t>.*?</t>)</is>', keep, text))
    override = f'<Override PartName="/{STRINGS}" ContentType="{_STRINGS_TYPE}"/></Types>'
    data = rewritten(data, "[Content_Types].xml", lambda text: text.replace("</Types>", override))
    strings = "".join(f"<si>{text}</si>" for text in kept)
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(STRINGS, f'<sst xmlns="{_NAMESPACE}">{strings}</sst>')
    return out.getvalue()


GOOD = as_excel_writes(workbook(HEADS, NIA))


def bomb() -> bytes:
    """A small workbook that unpacks to more than anybody's list of people."""
    return rewritten(GOOD, SHEET, lambda text: text + " " * (45 * 2**20))


def far_row() -> bytes:
    """A workbook whose only person is said to be in row two thousand million."""
    return rewritten(GOOD, SHEET, lambda text: text.replace('r="2"', 'r="2000000000"'))


def entities() -> bytes:
    """A workbook whose text doubles itself over and over when it is read."""
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    kind = f'<!DOCTYPE x [<!ENTITY e0 "lol">{levels}]>'

    return rewritten(GOOD, STRINGS, lambda text: kind + text.replace("Nia Rowe", "&e9;"))
