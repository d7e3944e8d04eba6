"""Certificates of a sign-off, and what the person takes away of it."""

from __future__ import annotations

import csv
import io

from tests.webapp.levels.signing import REASON, Signing
from tests.webapp.pages import Visitor
from webapp.practice.services import export_file


def test_anyone_with_the_code_sees_the_certificate_and_that_it_is_revoked(it: Signing, visitor: Visitor) -> None:
    it.sign(**{"exception-0": "Coached elsewhere."})
    code = it.signed()[0].code
    for typed in (code, code.lower(), code.replace("-", "")):
        page = visitor.get(f"/levels/certificates/{typed}")
        assert "Olu Owner" in page.text
        assert "Practising safely" in page.text
        assert "not valid" not in page.text
        assert REASON not in page.text
        assert "Coached elsewhere." not in page.text
    assert "/pdf" not in " ".join(page.links())
    it.hers.get(f"/levels/certificates/{code}")
    pdf = it.hers.client.get(f"/levels/certificates/{code}/pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")
    it.theirs.get(f"/levels/certificates/{code}/pdf", status=404)
    it.revoke()
    page = visitor.get(f"/levels/certificates/{code}")
    assert "This certificate is not valid any more." in page.text
    assert "slip" not in page.text
    assert "Get it as PDF" not in it.hers.get(f"/levels/certificates/{code}").text
    assert "not valid any more" in it.hers.get(f"/levels/certificates/{code}/pdf", status=404).text
    visitor.get("/levels/certificates/ABCD-EFGH-JKLM", status=404)
    visitor.get("/levels/certificates/---", status=404)


def test_names_as_they_were_on_the_day_and_letters_of_any_length(it: Signing) -> None:
    it.person.name = "Wilhelmina-Augustína " * 5
    it.db.commit()
    it.sign(**{"exception-0": "So."})
    code = it.signed()[0].code
    it.person.name = "Mina"
    it.db.commit()
    assert "Augustína" in it.hers.get(f"/levels/certificates/{code}").text
    assert it.hers.client.get(f"/levels/certificates/{code}/pdf").data.startswith(b"%PDF")


def test_her_export_has_her_sign_offs(it: Signing) -> None:
    def files() -> dict[str, str]:
        found = export_file.members(it.db, it.person, lambda: None)
        return {one.name: b"".join(one.content).decode("utf-8-sig") for one in found}

    assert "levels.csv" not in files()
    it.sign(**{"exception-0": "Coached elsewhere."})
    it.revoke()
    (row,) = csv.DictReader(io.StringIO(files()["levels.csv"]))
    assert (row["level"], row["by"], row["reason"]) == ("Practising safely", "Tess Trainer", REASON)
    assert row["exceptions"] == "1 coached recording: Coached elsewhere."
    assert row["revoked because"] == "A slip of mine."
