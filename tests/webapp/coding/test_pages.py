"""Pages around coding by hand: what there is, choosing a part, giving it to a colleague, settling, and the numbers."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import factories
from tests.webapp import people
from tests.webapp.coding import made
from tests.webapp.coding.made import Place
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made as recordings
from webapp.accounts.tables import Person, Role
from webapp.coding import queries
from webapp.coding.services import codings, segments, settling
from webapp.coding.services.codings import Opened
from webapp.coding.tables import Coding, Kind
from webapp.practice.services import sharing


class Two:
    """Two trainers, signed in, and a recording that is open to both."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.place = Place(db, factories.long_analysis(2))
        self.tess, self.una = self.place.trainers
        self.by_tess, self.by_una = (self.visitor(trainer) for trainer in self.place.trainers)
        self.choose = f"/coding/recordings/{self.place.recording.id}"

    def visitor(self, person: Person) -> Visitor:
        return people.signed_in(Visitor(self.app.test_client()), person)

    def both(self) -> tuple[Opened, Opened]:
        """A part that both have: the same turns, and nothing coded."""
        first = self.place.coding()
        second = codings.assign(self.db, self.tess, first.segment, self.una)
        self.db.commit()
        return first, codings.get(self.db, self.una, second.id)

    def differ(self, **turns: str) -> tuple[Opened, Opened]:
        """Both finished; Una gave some turns other codes."""
        first, second = self.both()
        return made.finished(self.db, first, "CQ"), made.finished(self.db, second, "CQ", **turns)


@pytest.fixture
def two(app: Flask, db: Session) -> Two:
    return Two(app, db)


def test_nothing_is_coded_at_first(two: Two) -> None:
    page = two.by_tess.get("/coding")
    assert page.heading == "Coding by hand"
    assert "Nothing is coded by hand yet" in page.text


def test_a_part_is_chosen_from_the_recording_and_given_to_a_colleague(two: Two) -> None:
    page = two.by_tess.get(f"/coaching/{two.place.recording.id}")
    assert two.choose in page.links()
    page = two.by_tess.get(two.choose)
    assert page.heading == "Code it by hand"
    two.by_tess.send(two.choose, {"part": "random"})
    (segment,) = queries.segments_of(two.db, two.place.recording.id)
    page = two.by_tess.get(two.choose)
    assert "Coded by you (not finished)" in page.text
    assert [o.get_text() for o in page.soup.select("select option")] == ["Una Trainer"]
    page = two.by_tess.send(f"/coding/segments/{segment.id}/coders", {"coder": str(two.una.id)})
    assert "Una Trainer finds it under “Coding by hand”" in page.text
    assert "For you to code" in two.by_una.get("/coding").text
    for wrong in ("", "x", "9" * 30, str(two.place.owner.id), str(people.person(two.db, role=Role.TRAINER).id)):
        page = two.by_tess.send(f"/coding/segments/{segment.id}/coders", {"coder": wrong}, status=400)
        assert page.soup.select_one("[role=alert]") is not None
    assert two.db.query(Coding).count() == 2


def test_the_list_costs_the_same_for_many(two: Two, engine: Engine) -> None:
    two.differ(t0="SR")
    with counted(engine) as few:
        two.by_tess.get("/coding")
    for n in range(6):
        recording = recordings.ready(two.db, two.place.owner, factories.analysis(), title=f"Talk {n}")
        for trainer in two.place.trainers:
            recordings.shared(two.db, recording, trainer)
        segment = segments.choose(two.db, two.tess, recording.id, whole=True)
        codings.assign(two.db, two.tess, segment, two.una)
    two.db.commit()
    with counted(engine) as many:
        page = two.by_tess.get("/coding")
    assert len(many) == len(few)
    assert page.text.count("Talk") >= 6


def test_others_codings_are_not_seen_before_ones_own_is_finished(two: Two) -> None:
    first, second = two.both()
    made.finished(two.db, second, "CQ")
    two.by_tess.get(f"/coding/{second.coding.id}/result", status=400)
    page = two.by_tess.get(f"/coding/segments/{first.segment.id}/settle", status=400)
    assert "Finish first" in page.text
    page = two.by_tess.get(f"/coding/{first.coding.id}/result", status=400)
    assert "not finished yet" in page.text
    two.by_una.get(f"/coding/{first.coding.id}/result", status=404)
    page = two.by_una.get(f"/coding/segments/{first.segment.id}/settle", status=400)
    assert "two finished codings" in page.text


def test_what_it_comes_to_stands_beside_the_machines_own(two: Two) -> None:
    first, _ = two.differ()
    for visitor, heading in ((two.by_tess, "Your coding"), (two.by_una, "Tess Trainer’s coding")):
        page = visitor.get(f"/coding/{first.coding.id}/result")
        assert page.heading == heading
    rows = {
        cells[0].get_text(strip=True): [c.get_text(" ", strip=True) for c in cells[1:]]
        for row in page.soup.select("tbody tr")
        if (cells := row.select("td > div"))
    }
    assert rows["Simple reflections"][0] == "0"
    assert rows["Simple reflections"][1] != "0"
    assert rows["Closed questions"][0] != "0"


def _settle(two: Two, segment: int, seen: int, status: int = 200, **more: Any) -> Any:
    return two.by_una.send(
        f"/coding/segments/{segment}/settle", {"seen": str(seen), "do": "keep", **more}, status=status
    )


def test_two_are_settled_place_by_place(two: Two) -> None:
    numbers = [t.n for t in two.place.coding().turns if t.speaker == "practitioner"][:2]
    first, _ = two.differ(**{f"t{n}": "SR" for n in numbers})
    address = f"/coding/segments/{first.segment.id}/settle"
    page = two.by_una.get(address)
    assert "differ in 2" in page.text
    assert "2 places are still open" in page.text
    assert len(page.soup.select("article mark")) == 4
    page = _settle(two, first.segment.id, 0, 400, do="finish", **{f"turn-{numbers[0]}": "second"})
    assert "1 of the practitioner's utterances has no code yet" in page.text
    agreed = queries.agreed(two.db, first.segment.id)
    assert agreed is not None
    two.db.refresh(agreed)
    assert agreed.revision == 0  # nothing of a form that was refused is kept; it still shows what was chosen
    assert page.soup.select_one(f"#turn-{numbers[0]}-second[checked]") is not None
    _settle(two, first.segment.id, 0, **{f"turn-{numbers[0]}": "second"})
    page = _settle(two, first.segment.id, 0, 409, **{f"turn-{numbers[1]}": "first"})
    assert "another tab" in page.text
    page = _settle(two, first.segment.id, 1, do="finish", **{f"turn-{numbers[1]}": "first"})
    assert page.heading == "What was agreed"
    two.db.expire_all()
    opened = codings.get(two.db, two.tess, agreed.id)
    assert [opened.parses[n] for n in numbers] == [((0, "SR"),), ((0, "CQ"),)]
    assert opened.coding.kind == Kind.AGREED
    assert "This was settled on" in two.by_una.get(address).text
    assert queries.measures(two.db, agreed.id) != []
    page = two.by_tess.get("/coding")
    assert "settled" in page.text
    assert "Coded twice, to be settled" not in page.text


def test_a_coding_that_was_laid_side_by_side_is_not_opened_again(two: Two) -> None:
    first, _ = two.differ()
    two.by_una.get(f"/coding/segments/{first.segment.id}/settle")
    with pytest.raises(Exception, match="side by side"):
        codings.reopen(two.db, two.tess, codings.get(two.db, two.tess, first.coding.id))


def test_another_parse_leaves_the_whole_turn_open(two: Two) -> None:
    first, second = two.both()
    n = next(t.n for t in first.turns if t.speaker == "practitioner" and len(t.words) > 2)
    made.code_all(two.db, first, "CQ")
    made.code_all(two.db, second, "CQ")
    codings.keep(two.db, two.una, second, {n: [[0, "CQ"], [1, "SR"]]}, second.coding.revision)
    for person, opened in ((two.tess, first), (two.una, second)):
        codings.finish(two.db, person, opened)
    found = settling.of(two.db, two.tess, first.segment.id)
    (place,) = found.places
    assert (place.turn.n, place.settled, place.chosen) == (n, False, "")
    assert [len(place.first), len(place.second), len(place.now)] == [1, 2, 1]
    settling.settle(two.db, two.tess, first.segment.id, {n: "second", 999: "first"}, 0)
    (place,) = settling.of(two.db, two.tess, first.segment.id).places
    assert (place.settled, place.chosen) == (True, "second")


def test_what_is_taken_back_is_gone_from_every_page(two: Two) -> None:
    first, _ = two.differ()
    sharing.withdraw(two.db, two.place.owner, two.place.recording, two.tess.id)
    two.db.commit()
    for path in (two.choose, f"/coding/{first.coding.id}/result", f"/coding/segments/{first.segment.id}/settle"):
        two.by_tess.get(path, status=404)
    assert "Nothing is coded by hand yet" in two.by_tess.get("/coding").text
    two.by_tess.send(two.choose, {"part": "whole"}, status=404)
    two.by_una.get(f"/coding/{first.coding.id}/result")


def test_others_find_nothing(two: Two) -> None:
    first, _ = two.differ()
    paths = (two.choose, f"/coding/{first.coding.id}/result", f"/coding/segments/{first.segment.id}/settle")
    strangers = [people.person(two.db, two.place.authority, Role.TRAINER), people.person(two.db, role=Role.TRAINER)]
    for stranger in strangers:
        visitor = two.visitor(stranger)
        for path in paths:
            visitor.get(path, status=404)
    owner = two.visitor(two.place.owner)
    for path in ("/coding", *paths):
        owner.get(path, status=403)
    page = owner.get(f"/recordings/{two.place.recording.id}/opened")
    assert "Finished coding a recording by hand" in page.text
