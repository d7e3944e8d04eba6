"""A trainer's own coaching: how soon she answers and how her words fall, for her alone."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import Engine

from tests.webapp import people
from tests.webapp.coaching.pair import Pair
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from webapp import clock
from webapp.accounts.tables import Role
from webapp.coaching.services import coaching, own
from webapp.coaching.services.coaching import Told


def test_her_own_coaching_is_for_her_alone_and_says_little_of_little(app: Flask, pair: Pair) -> None:
    assert "/coaching/mine" in pair.theirs.get("/coaching").links()
    page = pair.theirs.get("/coaching/mine")
    assert page.heading == "Your own coaching"
    assert "nothing to show yet" in page.text
    pair.write("send")
    page = pair.theirs.get("/coaching/mine")
    assert "1 recording" in page.text
    assert "too few to say" in page.text
    other = people.signed_in(
        Visitor(app.test_client()), people.person(pair.db, pair.place, Role.TRAINER, name="Ugo Other")
    )
    assert "nothing to show yet" in other.get("/coaching/mine").text
    pair.hers.get("/coaching/mine", status=403)


def test_how_soon_she_answers_and_how_her_words_fall(pair: Pair, engine: Engine) -> None:
    for days in (2, 4, 9):
        recording = made.ready(pair.db, pair.owner)
        share = made.shared(pair.db, recording, pair.trainer)
        share.shared_at = clock.now() - timedelta(days=days, hours=1)
        coaching.keep(pair.db, pair.trainer, recording, Told(noticed="one two three", ask="four"), {})
        coaching.send(pair.db, pair.trainer, recording)
    pair.db.commit()
    found = own.of(pair.db, pair.trainer)
    assert (found.sent, found.days, found.longest, found.few) == (3, 4, 9, False)
    told = [(part.words, part.share, part.times) for part in found.parts]
    assert told == [(9, 75, 3), (3, 25, 3), (0, 0, 0), (0, 0, 0)]
    with counted(engine) as few:
        page = pair.theirs.get("/coaching/mine")
    assert "Half of them waited 4 days or less, and the longest wait was 9 days" in page.text
    made_more = made.ready(pair.db, pair.owner)
    made.shared(pair.db, made_more, pair.trainer)
    coaching.keep(pair.db, pair.trainer, made_more, Told(offer="five"), {})
    coaching.send(pair.db, pair.trainer, made_more)
    pair.db.commit()
    with counted(engine) as many:
        pair.theirs.get("/coaching/mine")
    assert len(many) == len(few)
