"""Who sees agreement, and whose codings take part in it."""

from __future__ import annotations

from tests.webapp import people
from tests.webapp.agreement import made
from tests.webapp.agreement.place import Place
from webapp import clock
from webapp.accounts.tables import Role
from webapp.practice.services import deleting, sharing


def test_only_trainers(place: Place) -> None:
    for role in (Role.PRACTITIONER, Role.LEAD, Role.ADMINISTRATOR):
        visitor = place.signed_in(people.person(place.db, place.authority, role))
        for path in ("", "/tables", "/over-time", "/utterances?cell=SR+SR", "/ready"):
            visitor.get(f"/agreement{path}", status=403)


def test_a_share_that_is_taken_back_takes_its_codings_along_at_once(place: Place) -> None:
    of = place.double_coded()
    place.double_coded()
    place.page("/tables")
    assert "2 segments of 2 recordings" in place.page().text
    sharing.withdraw(place.db, place.owner, of, place.tess.id)
    place.db.commit()
    assert "being worked out" in place.visitor.get(f"/agreement?pair={place.pair()}").text
    assert "1 segment of 1 recording." in place.page().text
    page = place.page("/utterances", cell="CR SR")
    assert len(page.soup.select(".behind-cell > li")) == 8
    assert f"/recordings/{of.id}/sound#t=8.00" not in page.links()


def test_a_share_that_is_taken_back_while_the_page_is_open(place: Place) -> None:
    of = place.double_coded()
    place.page("/tables")
    sharing.withdraw(place.db, place.owner, of, place.tess.id)
    place.db.commit()
    page = place.visitor.get("/agreement/utterances", query_string={"pair": place.pair(), "cell": "CR SR"})
    assert page.soup.select(".behind-cell") == []
    assert "Nobody has finished coding" in page.text


def test_a_deleted_recording_is_gone(place: Place) -> None:
    of = place.double_coded()
    place.page()
    deleting.by_owner(place.db, place.owner, of)
    place.db.commit()
    assert "Nobody has finished coding" in place.page().text


def test_another_trainers_shares_and_another_authoritys_are_not_hers(place: Place) -> None:
    place.double_coded(open_to=[place.bo])
    elsewhere = people.authority(place.db)
    other, stranger = (people.person(place.db, elsewhere, Role.TRAINER) for _ in range(2))
    made.double_coded(place.db, people.person(place.db, elsewhere), other, stranger)
    assert place.overview().there.codings == []
    assert "Nobody has finished coding" in place.page().text


def test_a_share_across_authorities_opens_nothing(place: Place) -> None:
    elsewhere = people.authority(place.db)
    other = people.person(place.db, elsewhere, Role.TRAINER)
    made.double_coded(place.db, people.person(place.db, elsewhere), other, place.tess, open_to=[place.tess])
    assert place.overview().there.codings == []


def test_what_she_is_still_coding_herself_is_left_out(place: Place) -> None:
    of = made.recording(place.db, place.owner, [place.tess])
    codes = [one for one, _ in made.USUAL * made.TIMES]
    on, _ = made.segment(place.db, of, place.bo, codes)
    made.coding(place.db, of, on, place.bo, codes)
    assert [one.coder for one in place.overview().there.codings] == ["Bo Baker"]
    hers = made.coding(place.db, of, on, place.tess, codes, finished=False)
    assert place.overview().there.codings == []
    page = place.page()
    assert "1 segment is left out, because you are still coding it" in page.text
    hers.finished_at = clock.now()
    place.db.commit()
    assert len(place.overview().segments) == 1


def test_unfinished_codings_of_others_take_no_part(place: Place) -> None:
    of = made.recording(place.db, place.owner, [place.tess])
    codes = [one for one, _ in made.USUAL * made.TIMES]
    on, _ = made.segment(place.db, of, place.tess, codes)
    made.coding(place.db, of, on, place.tess, codes)
    made.coding(place.db, of, on, place.bo, codes, finished=False)
    assert [one.coder for one in place.overview().there.codings] == ["Tess Trainer"]
