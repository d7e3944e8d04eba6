"""What waits for a trainer, who reaches it, and what the page on a recording shows."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import factories
from tests.webapp import people
from tests.webapp.coaching.pair import WORDS, Pair
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent
from webapp.coaching.services import coaching, evidence, scales
from webapp.coaching.services.coaching import Told
from webapp.coaching.tables import Coaching


def test_the_queue_is_in_the_order_of_sharing_and_costs_the_same_for_many(
    app: Flask, db: Session, engine: Engine
) -> None:
    place = people.authority(db)
    trainer = people.person(db, place, Role.TRAINER)
    tess = people.signed_in(Visitor(app.test_client()), trainer)
    page = tess.get("/coaching")
    assert page.heading == "Coaching"
    assert "Nothing waits for you" in page.text
    owners = [people.person(db, place, name=name) for name in ("Zoe Last", "Abe First")]
    shown = [made.ready(db, owner, title=f"Talk of {owner.name}") for owner in owners]
    for one in shown:
        made.shared(db, one, trainer)
    with counted(engine) as few:
        page = tess.get("/coaching")
    assert [a.get_text() for a in page.soup.select("#waits ~ table a")] == ["Talk of Zoe Last", "Talk of Abe First"]
    assert page.text.count("Not begun") == 2
    for n in range(8):
        made.shared(db, made.ready(db, owners[n % 2]), trainer)
    with counted(engine) as many:
        tess.get("/coaching")
    assert len(many) == len(few)
    coaching.keep(db, trainer, shown[0], Told(ask="How was it?"), {})
    coaching.keep(db, trainer, shown[1], Told(ask="How was it?"), {})
    coaching.send(db, trainer, shown[1])
    db.commit()
    page = tess.get("/coaching")
    assert "Begun, not sent" in page.text
    assert [a.get_text() for a in page.soup.select("#done ~ table a")] == ["Talk of Abe First"]


def test_a_recording_shared_twice_stands_once_where_it_was_first(pair: Pair) -> None:
    made.shared(pair.db, pair.recording, pair.trainer)
    assert len(pair.theirs.get("/coaching").soup.select("#waits ~ table tbody tr")) == 1


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.LEAD])
def test_the_pages_are_for_those_who_train(app: Flask, db: Session, pair: Pair, role: Role) -> None:
    other = people.signed_in(Visitor(app.test_client()), people.person(db, pair.place, role))
    for path in ("/coaching", pair.address):
        other.get(path, status=403)


def test_who_it_was_not_shared_with_finds_nothing(app: Flask, db: Session, pair: Pair) -> None:
    others = [
        people.person(db, pair.place, Role.TRAINER),
        people.person(db, pair.place, Role.ADMINISTRATOR),
        people.person(db, role=Role.TRAINER),
    ]
    for other in others:
        visitor = people.signed_in(Visitor(app.test_client()), other)
        visitor.get(pair.address, status=404)
        visitor.get("/account")
        visitor.send(pair.address, {**WORDS, "do": "send"}, status=404)
        visitor.send(f"{pair.address}/settle", {"n": 1, "u": 0, "code": "OQ", "revision": 0}, status=404)
    assert db.scalars(select(Coaching)).all() == []


def test_a_trainer_does_not_coach_herself(db: Session, pair: Pair) -> None:
    own = made.ready(db, pair.trainer)
    pair.theirs.get(f"/coaching/{own.id}", status=404)


def test_what_the_page_shows(pair: Pair) -> None:
    page = pair.theirs.get(pair.address)
    assert page.heading == "Olu Owner: Mornings"
    assert "It was about: School" in page.text
    assert "Olu Owner wants to know: Questions" in page.text
    legends = [one.get_text() for one in page.soup.select("legend")]
    assert legends == [scale.title for scale in scales.catalogue().values()]
    for one in page.soup.select("fieldset.rating"):
        assert [radio["value"] for radio in one.select("input[type=radio]")] == ["1", "2", "3", "4", "5", ""]
        assert one.select_one("input[checked]")["value"] == ""  # type: ignore[index]
    assert page.soup.select_one("label[for=noticed]")
    event = pair.db.scalars(select(AuditEvent).where(AuditEvent.name == "recording.opened")).first()
    assert (event.actor_id, event.subject_id) == (pair.trainer.id, pair.recording.id)  # type: ignore[union-attr]


def test_it_is_reached_from_her_recordings_the_menu_and_the_feedback(pair: Pair) -> None:
    assert pair.address in pair.theirs.get("/recordings").links()
    assert "/coaching" in pair.theirs.get("/").links()
    assert pair.address in pair.theirs.get(f"/recordings/{pair.recording.id}/feedback").links()
    assert "/coaching" not in pair.hers.get("/").links()


def test_evidence_for_the_safeguarding_scales_is_found_by_words_and_spread() -> None:
    found = evidence.of(factories.long_analysis(30))
    assert set(found) == set(scales.catalogue())
    for name in ("purposefulness", "clarity_about_concerns", "child_focus"):
        assert found[name].by_words
        assert len(found[name].supports) <= 6


@pytest.mark.parametrize(("seconds", "words"), [(200.0, "under five"), (400.0, "under ten"), (900.0, "")])
def test_a_short_conversation_is_said_to_be_short(seconds: float, words: str) -> None:
    from dataclasses import replace

    analysis = factories.analysis()
    long = replace(analysis, recording=replace(analysis.recording, duration=seconds))
    assert (words in evidence.short(long)) if words else evidence.short(long) == ""
