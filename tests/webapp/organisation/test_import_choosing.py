"""Choosing the file of an import: the example, and files that cannot be read."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.webapp.organisation.importing import HEAD, counts
from tests.webapp.organisation.made import Office
from tests.webapp.organisation.workbooks import GOOD
from webapp.organisation.services import import_file
from webapp.organisation.tables import PeopleImport


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose a file."),
        ({"file": "text and no file"}, "Choose a file."),
        ({"file": (io.BytesIO(b""), "")}, "Choose a file."),
        ({"file": (io.BytesIO(b""), "people.csv")}, "empty"),
        ({"file": (io.BytesIO(GOOD[:300]), "people.xlsx")}, "cannot be read"),
        ({"file": (io.BytesIO(b"x" * 10_001), "people.csv")}, "larger than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_at_the_field(
    office: Office, monkeypatch: pytest.MonkeyPatch, data: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(import_file, "MOST_BYTES", 10_000)
    office.visitor.get("/people/import")
    page = office.visitor.send("/people/import", data)
    field = page.soup.select_one("#file-error")
    assert field is not None
    assert said in field.get_text()
    assert not list(office.db.scalars(select(PeopleImport)))


def test_a_file_that_is_far_too_large(office: Office) -> None:
    office.visitor.get("/people/import")
    told = {"CONTENT_LENGTH": str(17 * 2**20)}
    assert office.visitor.send("/people/import", status=413, environ_overrides=told).heading == "That is too large"


def test_a_file_name_is_only_text(office: Office) -> None:
    page = office.upload(HEAD + "Nia,nia@council.example,,,,\n", "<b>../../x\u202e" + "y" * 300 + ".csv")
    assert "<b>../../xyyy" in page.text
    assert "y" * 200 not in page.text


def test_the_example_can_be_imported(office: Office) -> None:
    response = office.visitor.get("/people/import/example.csv").response
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in response.headers["Content-Disposition"]
    page = office.upload(response.data)
    assert "3 people are new" in page.text
    assert "0 rows have an error" in page.text


@given(
    data=st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f"name,e-mail,team\n{text}".encode("utf-8", "replace"))
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_breaks_the_page_or_writes(office: Office, data: bytes) -> None:
    before = counts(office.db)
    assert office.upload(data).heading in ("Import people", "Look through the import")
    assert counts(office.db) == before
