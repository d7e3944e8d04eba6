"""What stands behind a cell of a table: its utterances, with their place and sound."""

from __future__ import annotations

from sqlalchemy import select

from tests.webapp.agreement import made
from tests.webapp.agreement.place import Place
from webapp.audit import AuditEvent


def test_a_cell_opens_its_utterances_with_their_place_and_sound(place: Place) -> None:
    of = place.double_coded()
    tables = place.page("/tables")
    link = next(a for a in tables.soup.select(".confusion a") if "CR with SR" in a.get_text(" ", strip=True))
    assert "8" in link.get_text()
    page = place.visitor.get(str(link["href"]))
    assert page.heading == "Complex reflection with Simple reflection"
    items = page.soup.select(".behind-cell > li")
    assert len(items) == 8
    assert "Some words numbered 2" in items[0].get_text(" ", strip=True)
    assert "Before it: Some words numbered 1" in items[0].get_text(" ", strip=True)
    assert "Bo Baker: CR , you: SR" in items[0].get_text(" ", strip=True)
    assert f"/recordings/{of.id}/sound#t=8.00" in page.links()
    place.visitor.get(f"/recordings/{of.id}/sound")
    events = place.db.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [e.about["cell"] for e in events if e.name == "agreement.utterances"] == ["CR SR"]
    assert [e.subject_id for e in events if e.name == "recording.opened"] == [of.id]


def test_a_full_cell_comes_in_pages_and_opens_only_what_it_shows(place: Place) -> None:
    for _ in range(5):
        place.double_coded()
    place.page("/tables")
    first = place.page("/utterances", cell="SR SR")
    assert len(first.soup.select(".behind-cell > li")) == 25
    assert "Page 1 of 2" in first.text
    second = place.page("/utterances", cell="SR SR", page="2")
    assert len(second.soup.select(".behind-cell > li")) == 15
    assert second.soup.select_one("ol.behind-cell[start='26']") is not None
    opened = [e.subject_id for e in place.db.scalars(select(AuditEvent)).all() if e.name == "recording.opened"]
    assert len(set(opened)) == 5


def test_utterances_that_were_cut_differently_say_whose_cut_it_is(place: Place) -> None:
    of = made.recording(place.db, place.owner, [place.tess])
    codes = [one for one, _ in made.USUAL * made.TIMES]
    texts = ["You were worried. What then?", *["Some words"] * (len(codes) - 1)]
    on, _ = made.segment(place.db, of, place.tess, codes, texts=texts)
    made.coding(place.db, of, on, place.bo, codes)
    cut = b'{"0": [[0, "SR"], [3, "OQ"]]}'
    made.coding(place.db, of, on, place.tess, codes, parses=cut)
    place.page("/tables")
    page = place.page("/utterances", cell="SR OQ")
    assert "Cut so by you alone" in page.text
    assert "What then?" in [m.get_text(strip=True) for m in page.soup.select("mark")]
    assert "½" in place.page("/tables").text


def test_a_cell_of_nonsense_is_not_found(place: Place) -> None:
    place.double_coded()
    place.page("/tables")
    for cell in ("", "SR", "SR XX", "SR SR SR", "<script>"):
        place.visitor.get("/agreement/utterances", query_string={"pair": place.pair(), "cell": cell}, status=404)
    assert "Nothing stands here." in place.page("/utterances", cell="AF AF").text
