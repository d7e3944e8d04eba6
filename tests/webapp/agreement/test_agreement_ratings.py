"""Agreement of two who rated the same recordings as a whole."""

from __future__ import annotations

from tests.webapp.agreement import made
from tests.webapp.agreement.place import Place, row
from webapp.accounts.tables import Person
from webapp.coaching.services import coaching
from webapp.practice.tables import Recording


def _rate(place: Place, of: Recording, who: Person, value: int, *, send: bool = True) -> None:
    coaching.keep(place.db, who, of, coaching.Told(noticed="You stayed with her."), {"empathy": value})
    if send:
        coaching.send(place.db, who, of)
    place.db.commit()


def test_ratings_of_two_who_rated_the_same_recordings(place: Place) -> None:
    values = [(1, 2), (2, 2), (3, 4), (4, 4), (5, 5)]
    for hers, his in values:
        of = made.recording(place.db, place.owner, [place.tess, place.bo])
        _rate(place, of, place.tess, hers)
        _rate(place, of, place.bo, his)
    assert [words for _, words in place.overview().options] == ["You with Bo Baker (ratings alone)"]
    page = place.page()
    assert "5 conversations" in row(page, "Empathy")
    assert "Strong" in row(page, "Empathy") or "to strong" in row(page, "Empathy")


def test_ratings_that_were_not_sent_are_nobodys_business(place: Place) -> None:
    of = made.recording(place.db, place.owner, [place.tess, place.bo])
    _rate(place, of, place.tess, 3)
    _rate(place, of, place.bo, 4, send=False)
    assert place.overview().options == []
