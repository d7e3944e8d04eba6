"""The figures of agreement: between whom, over which time, by month, and as files."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

from openpyxl import load_workbook
from sklearn.metrics import cohen_kappa_score
from sqlalchemy import select

from tests.webapp import people
from tests.webapp.agreement import made
from tests.webapp.agreement.place import Place, row
from webapp import clock
from webapp.accounts.tables import Role
from webapp.agreement.services import words
from webapp.audit import AuditEvent
from webapp.coding.tables import Coding, Kind


def test_before_anybody_codes(place: Place) -> None:
    for path in ("", "/tables", "/over-time"):
        page = place.visitor.get(f"/agreement{path}")
        assert "Nobody has finished coding a recording that is open to you now" in page.text
        assert "How to begin" in page.text
    assert page.soup.select("[data-look-again]") == []


def test_figures_of_two_coders(place: Place) -> None:
    place.double_coded()
    first = place.visitor.get("/agreement")
    assert "being worked out" in first.text
    assert place.visitor.client.get(f"/agreement/ready?pair={place.pair()}").json == {"ready": True}
    page = place.page()
    assert page.heading == "Agreement"
    assert "You with Bo Baker" in page.text
    pairs = [pair for pair in made.USUAL * made.TIMES if pair[0] not in ("change", "neutral")]
    theirs = cohen_kappa_score(*zip(*pairs, strict=True))
    assert f"{theirs:.2f}" in row(page, "All practitioner codes")
    assert "40 utterances" in row(page, "All practitioner codes")
    assert "No figure: needs 30 utterances, and there are 16" in row(page, "Simple or complex")
    assert "0.21" in row(page, "Simple or complex")
    assert "Not given at all: Giving information, Persuade, Persuade with permission, Affirm" in page.text
    assert "Inside 56 turns, neither began a second utterance anywhere." in page.text
    assert "All of this comes from one recording." in page.text
    assert "No figure: needs 5 conversations, and there are 1" in page.text


def test_the_same_recordings_give_the_same_whoever_stands_first(place: Place) -> None:
    place.double_coded()
    place.page()
    found = place.overview().found
    assert found is not None
    simple = found.figure("SR", "utterances")
    assert sorted(simple.given) == [8, 16]  # of Bo, who stands first by name, and of Tess
    assert (simple.n, simple.both) == (40, 8)
    assert (found.cuts.f1, found.segments, found.recordings) == (1, 1, 1)


def test_a_coder_with_the_machine_and_with_what_was_agreed(place: Place) -> None:
    of = place.double_coded()
    on = place.db.scalars(select(Coding)).first()
    assert on is not None
    place.page(pair=place.pair(place.tess, "machine"))
    found = place.overview(place.pair(place.tess, "machine")).found
    assert found is not None
    assert found.figure("practitioner", "utterances").value == 1  # the machine coded as Tess did
    assert "agreed" not in " ".join(pair for pair, _ in place.overview().options)
    from webapp.coding.tables import Segment

    segment = place.db.get_one(Segment, on.segment_id)
    made.coding(place.db, of, segment, place.bo, [b for _, b in made.USUAL * made.TIMES], kind=Kind.AGREED)
    pairs = dict(place.overview().options)
    assert {place.pair(place.bo, "agreed"), place.pair(place.tess, "agreed"), "agreed-machine"} <= set(pairs)
    place.page(pair=place.pair(place.bo, "agreed"))
    bo = place.overview(place.pair(place.bo, "agreed")).found
    assert bo is not None
    assert bo.figure("practitioner", "utterances").value == 1
    page = place.page(pair="agreed-machine")
    assert "What was agreed with the machine" in page.text
    assert "Only people rate a whole conversation" in page.text


def test_all_coders_have_an_alpha(place: Place) -> None:
    ada = people.person(place.db, place.authority, Role.TRAINER, name="Ada Able")
    place.double_coded()
    of = made.recording(place.db, place.owner, [place.tess])
    codes = [one for one, _ in made.USUAL * made.TIMES]
    on, _ = made.segment(place.db, of, place.tess, codes)
    for coder in (place.tess, place.bo, ada):
        made.coding(place.db, of, on, coder, codes)
    page = place.page(pair="anyone-anyone")
    assert "All coders with one another" in page.text
    assert "Krippendorff's alpha" in page.text
    assert "200 codings of utterances" in row(page, "All practitioner codes")
    assert "Choose two of them above to see it." in page.text
    tables = place.page("/tables", pair="anyone-anyone")
    assert "each pair of codes stands once" in tables.text
    met = tables.soup.select_one(".confusion a[href*='cell=SR+CR'], .confusion a[href*='cell=SR%20CR']")
    assert met is not None
    assert met.get_text(" ", strip=True) == "SR with CR: 8"


def test_one_coding_only_can_be_compared_with_the_machine(place: Place) -> None:
    of = made.recording(place.db, place.owner, [place.tess])
    codes = [one for one, _ in made.USUAL * made.TIMES]
    on, _ = made.segment(place.db, of, place.tess, codes)
    made.coding(place.db, of, on, place.tess, codes)
    page = place.page(pair="anyone-machine")
    assert "Nobody has double-coded yet" in page.text
    assert "All coders with the machine" in page.text
    over_time = place.page("/over-time")
    assert "Nobody has double-coded yet. Ask a colleague" in over_time.text
    assert over_time.soup.select("[data-agreement]")


def test_enough_recordings_have_intervals_from_recordings_and_an_icc(place: Place) -> None:
    for number in range(5):
        place.double_coded(made.USUAL * (made.TIMES + number))
    page = place.page()
    assert "5 segments of 5 recordings" in page.text
    assert "Under five" not in page.text
    found = place.overview().found
    assert found is not None
    assert found.figure("practitioner", "utterances").basis == "recordings"
    assert {one.name for one in found.scores if one.value is not None} >= {"questions", "reflections"}
    assert "Questions" in row(page, "Questions")


def test_a_period_leaves_out_what_was_coded_before(place: Place) -> None:
    place.double_coded(days_ago=200)
    place.double_coded(days_ago=10)
    assert len(place.overview().segments) == 2
    assert len(place.overview(period="6").segments) == 1
    assert len(place.overview(period="nonsense").segments) == 2
    page = place.page(period="3")
    assert "1 segment of 1 recording." in page.text


def test_two_who_have_nothing_in_that_time(place: Place) -> None:
    place.double_coded(days_ago=200)
    page = place.page(period="3")
    assert "There is nothing of these two in that time." in page.text
    assert "There are no codings of these two in that time." in place.page("/tables", period="3").text
    assert place.visitor.send("/agreement", {"pair": place.pair(), "period": "3", "kind": "csv"}).heading == "Agreement"


def test_nonsense_asks_for_the_usual(place: Place) -> None:
    place.double_coded()
    for pair in ("", "x", "1-2-3", "anyone", "-", f"{place.tess.id}-{place.tess.id}", "9" * 400):
        assert place.overview(pair).chosen.pair == place.pair()


def test_over_time_by_month(place: Place) -> None:
    for days_ago in (100, 60, 60, 10):
        place.double_coded(days_ago=days_ago)
    page = place.page("/over-time")
    assert page.heading == "Agreement over time"
    charts = page.soup.select("[data-agreement]")
    assert len(charts) == 4
    assert "so it may be chance" in page.text
    assert "With one month there is nothing to compare it with." in page.text  # the others have too few of the client's
    told = json.loads(page.soup.select_one("#chart-coders-practitioner").string or "")
    assert [point["few"] for point in told["points"]] == [True] * 3
    assert told["experts"] is None
    assert place.visitor.client.get("/agreement/ready?page=over-time").json == {"ready": True}
    month = f"{clock.now() - timedelta(days=100):%B %Y}"
    table = next(t for t in page.soup.select("#coders-practitioner ~ details table"))
    first = table.select_one("tbody tr")
    assert first is not None
    assert first.get_text(" ", strip=True).startswith(f"Finished in {month}")
    assert "Recordings 1 Stands on 80 codings of utterances" in first.get_text(" ", strip=True)


def test_everything_as_files_is_written_down(place: Place) -> None:
    place.double_coded()
    place.page()
    asked = {"csrf_token": place.visitor.token, "pair": place.pair(), "period": "all"}
    sent = {kind: place.visitor.client.post("/agreement", data={**asked, "kind": kind}) for kind in ("csv", "xlsx")}
    rows = list(csv.reader(io.StringIO(sent["csv"].data.decode("utf-8-sig"))))
    assert rows[0] == list(words.HEADS)
    assert {len(one) for one in rows} == {len(words.HEADS)}
    assert {one[2] for one in rows[1:]} >= {"Codes", "Cuts", "Summary scores", "Table of practitioner codes"}
    assert "Some words" not in sent["csv"].text
    met = next(one for one in rows if one[3] == "CR with SR")
    assert (met[5], met[6]) == ("count", "8.0")
    sheet = load_workbook(io.BytesIO(sent["xlsx"].data)).active
    assert sheet is not None
    assert len(list(sheet.iter_rows())) == len(rows)
    events = place.db.scalars(select(AuditEvent).where(AuditEvent.name == "agreement.export")).all()
    assert [event.about["kind"] for event in events] == ["csv", "xlsx"]
