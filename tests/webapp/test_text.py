"""Text made fit to keep, and tables that run nothing."""

from __future__ import annotations

import csv
import io

import pytest

from webapp import csv_file
from webapp.paging import cut, pages, wanted
from webapp.text import is_address, tidy


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (None, ""),
        ("  Nia \t\r\n Rowe ", "Nia Rowe"),
        ("a\0b\x1b[31m\u200b\u202ec\ufeff", "ab[31mc"),
        ("\u200b \u2060", ""),
        ("E\u0301ilis O’Neill", "Éilis O’Neill"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_tidy(written: str | None, kept: str) -> None:
    assert tidy(written) == kept
    assert tidy(kept) == kept


@pytest.mark.parametrize("good", ["nia@council.gov.uk", "nia.o'neill+x@a-b.example"])
def test_addresses(good: str) -> None:
    assert is_address(good)


@pytest.mark.parametrize(
    "bad",
    ["", "nia", "nia@", "@x.example", "a b@x.example", "a@b@x.example", "é@x.example", "a@x\n.example", "a@localhost"],
)
def test_what_is_no_address(bad: str) -> None:
    assert not is_address(bad)


@pytest.mark.parametrize("cell", ["=1+1", "+44 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_what_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    text = csv_file.as_csv([cell], [[cell, "fine", None, -1, 2.5]])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [[f"'{cell}"], [f"'{cell}", "fine", "", "-1", "2.5"]]


@pytest.mark.parametrize(
    ("told", "number"), [(None, 1), ("", 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("٣", 1), ("9" * 30, 1)]
)
def test_the_page_that_is_asked_for(told: str | None, number: int) -> None:
    assert wanted(told) == number


def test_pages() -> None:
    assert [pages(total) for total in (0, 1, 25, 26, 50)] == [1, 1, 1, 2, 2]
    assert cut(list(range(60)), 9).items == list(range(50, 60))
