"""The feedback page: what is on it, for whom, and nobody else; her own view, which is hers alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from fidelity.codebook import CODES
from fidelity.measures import MEASURES
from fidelity.score import score
from tests import factories
from tests.webapp import people
from tests.webapp.conftest import NewApp
from tests.webapp.pages import Page, Visitor, counted
from tests.webapp.practice import made
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.errors import NotFound, Refused
from webapp.learning.content.check import check_course
from webapp.practice.services import learn_more, own_view
from webapp.practice.services.about import About
from webapp.practice.services.own_view import Answers
from webapp.practice.tables import OwnView, Recording, State
from webapp.settings import ROOT

ORDER = [
    "What went well", "One next step", "Moments worth hearing again", "Measures", "Talk time", "Timeline",
    "Your view beside it", "Transcript", "About the whole", "It is yours",
]  # fmt: skip


@pytest.fixture
def owner(db: Session) -> Person:
    return people.person(db, name="Nia Rowe")


@pytest.fixture
def recording(db: Session, owner: Person) -> Recording:
    return made.ready(db, owner, about=About(goal="Calmer evenings", wants="My reflections"))


@pytest.fixture
def trainer(db: Session, owner: Person) -> Person:
    return people.person(db, role=Role.TRAINER, authority_id=owner.authority_id)


def skipped(db: Session, recording: Recording, owner: Person) -> str:
    """The address of the page, once she has skipped her own view."""
    own_view.keep(db, owner, recording, Answers())
    db.commit()
    return f"/recordings/{recording.id}/feedback"


def headings(page: Page, level: int = 2) -> list[str]:
    return [h.get_text(" ", strip=True) for h in page.soup.main.find_all(f"h{level}")]  # type: ignore[union-attr]


def test_from_her_own_view_to_the_page(visitor: Visitor, db: Session, owner: Person, recording: Recording) -> None:
    people.signed_in(visitor, owner)
    page = visitor.get(f"/recordings/{recording.id}/feedback")
    assert page.heading == "First, your own view"
    assert "Only you can read your answers" in page.text
    page = visitor.send(f"/recordings/{recording.id}/own-view", {"well": "I <b>waited</b>", "listened": "4"})
    assert page.heading == "With Sam"
    assert page.soup.title is not None
    assert page.soup.title.get_text().startswith("Feedback on With Sam")
    assert headings(page) == ORDER
    assert "It was about: Calmer evenings" in page.text
    assert "You wanted to know: My reflections" in page.text
    assert "I <b>waited</b>" in page.text
    assert "More listening than telling" in page.text
    assert "Reflections: about" in page.text
    db.expire_all()
    assert db.get_one(Recording, recording.id).seen_at is not None
    kept = db.scalars(select(OwnView)).one()
    assert kept.answers is not None
    assert b"waited" not in kept.answers
    page = visitor.get(f"/recordings/{recording.id}/own-view")
    assert page.soup.select_one("input[checked]")["value"] == "4"  # type: ignore[index]


def test_her_own_view_is_skipped_and_written_later(
    visitor: Visitor, db: Session, owner: Person, recording: Recording
) -> None:
    people.signed_in(visitor, owner)
    address = f"/recordings/{recording.id}/own-view"
    visitor.get(address)
    page = visitor.send(address, {"skip": "yes", "well": "not sent"})
    assert "You left your own view out" in page.text
    assert db.scalars(select(OwnView.answers)).all() == [None]
    visitor.get(address)
    assert "It was hard" in visitor.send(address, {"hardest": "It was hard"}).text
    visitor.get(address)
    assert "It was hard" in visitor.send(address, {"skip": "yes", "hardest": "changed"}).text


@pytest.mark.parametrize("sent", [{"well": "x" * 2001}, {"listened": "9"}, {"listened": "no number"}])
def test_an_own_view_that_does_not_fit(
    visitor: Visitor, db: Session, owner: Person, recording: Recording, sent: dict[str, str]
) -> None:
    people.signed_in(visitor, owner)
    visitor.get(f"/recordings/{recording.id}/own-view")
    assert "Something is not right yet" in visitor.send(f"/recordings/{recording.id}/own-view", sent).text
    assert db.scalars(select(OwnView)).all() == []


def test_own_views_are_read_for_nobody_else(db: Session, owner: Person, recording: Recording, trainer: Person) -> None:
    own_view.keep(db, owner, recording, Answers(well="Mine", listened=2))
    assert own_view.read(db, owner, recording) == Answers(well="Mine", listened=2)
    with pytest.raises(NotFound):
        own_view.read(db, trainer, recording)
    with pytest.raises(NotFound):
        own_view.keep(db, trainer, recording, Answers())
    with pytest.raises(Refused, match="too long"):
        own_view.keep(db, owner, recording, Answers(well="x" * 2001))
    with pytest.raises(Refused, match="one of the five"):
        own_view.keep(db, owner, recording, Answers(listened=6))


def test_a_trainer_sees_it_while_it_is_shared_and_never_her_own_view(
    visitor: Visitor, db: Session, owner: Person, recording: Recording, trainer: Person
) -> None:
    own_view.keep(db, owner, recording, Answers(well="For my eyes", listened=2, hardest="The silence"))
    share = made.shared(db, recording, trainer)
    people.signed_in(visitor, trainer)
    page = visitor.get(f"/recordings/{recording.id}/feedback")
    assert headings(page) == [one for one in ORDER if one not in ("Your view beside it", "It is yours")]
    assert "Nia Rowe shared this recording with you" in page.text
    for secret in ("For my eyes", "The silence", "More telling than listening", "own-view"):
        assert secret not in page.response.text
    visitor.get(f"/recordings/{recording.id}/own-view", status=404)
    opened = db.scalars(select(AuditEvent).where(AuditEvent.name == "recording.opened")).one()
    assert (opened.actor_id, opened.subject_id) == (trainer.id, recording.id)
    db.expire_all()
    assert db.get_one(Recording, recording.id).seen_at is None
    share.withdrawn_at = share.shared_at
    db.commit()
    visitor.get(f"/recordings/{recording.id}/feedback", status=404)


def test_somebody_elses_recording_is_not_there(visitor: Visitor, db: Session, recording: Recording) -> None:
    people.signed_in(visitor, people.person(db))
    for path in ("feedback", "own-view"):
        visitor.get(f"/recordings/{recording.id}/{path}", status=404)


def test_one_that_is_not_ready(app: Flask, visitor: Visitor, db: Session, owner: Person, trainer: Person) -> None:
    waiting = made.waiting(db, owner)
    waiting.state = State.WAITING
    made.shared(db, waiting, trainer)
    people.signed_in(visitor, owner)
    for path in ("feedback", "own-view"):
        assert visitor.get(f"/recordings/{waiting.id}/{path}").response.request.path == f"/recordings/{waiting.id}"
    other = people.signed_in(Visitor(app.test_client()), trainer)
    other.get(f"/recordings/{waiting.id}/feedback", status=404)


def test_moments_measures_and_codes_say_how_sure_they_are(
    visitor: Visitor, db: Session, owner: Person, recording: Recording
) -> None:
    people.signed_in(visitor, owner)
    page = visitor.get(skipped(db, recording, owner))
    analysis = factories.analysis()
    moments = page.soup.select("section[aria-labelledby=moments] .moment")
    assert len(moments) == 3
    first = analysis.feedback.moments[0]
    listen = moments[0].select_one("a.listen")
    assert listen is not None
    assert listen["data-from"] == f"{first.start:.2f}"
    assert listen["href"] == f"/recordings/{recording.id}/sound#t={first.start:.2f},{first.end:.2f}"
    assert "How has he been in touch?" in moments[0].get_text()
    measures = page.soup.select("article.measure")
    told = [m for m in analysis.scores.measures if m.withheld is None]
    assert len(measures) == len(told) > 0
    for one in measures:
        assert "likely" in one.get_text() or "with little doubt" in one.get_text()
        assert "From " in one.get_text()
    assert page.soup.select_one("a.chip.unsure[href='/codes#Persuade'] .name").get_text() == "Persuade, a suggestion"  # type: ignore[union-attr]
    assert len(page.soup.select(".said .line")) == sum(len(t.utterances) for t in analysis.turns)
    assert "it may have been somebody else" in page.text
    assert page.soup.select_one("audio[controls]")["src"] == f"/recordings/{recording.id}/sound"  # type: ignore[index]


def test_a_withheld_measure_says_why(visitor: Visitor, db: Session, owner: Person) -> None:
    whole = factories.analysis()
    short = replace(whole, turns=whole.turns[:2], scores=score(whole.turns[:2]), feedback=replace(
        whole.feedback, went_well=(), moments=(), next_step=replace(whole.feedback.next_step, measure=None)
    ))  # fmt: skip
    people.signed_in(visitor, owner)
    page = visitor.get(skipped(db, made.ready(db, owner, short), owner))
    withheld = [m for m in short.scores.measures if m.withheld]
    assert withheld
    assert "Not shown this time" in headings(page, 3)
    for one in withheld:
        assert str(one.withheld) in page.text
    assert "too little here to say" in page.text
    assert "None stood out" in page.text


def test_without_sound_it_is_still_read(visitor: Visitor, db: Session, owner: Person, recording: Recording) -> None:
    recording.sound_size = None
    people.signed_in(visitor, owner)
    page = visitor.get(skipped(db, recording, owner))
    assert page.soup.select("audio, a.listen, a.time, #use-keys") == []
    assert "Hello Leanne" in page.text


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", '<img src=x onerror="alert(1)">', "{{ 7 * 7 }}"]
)
def test_words_are_words(visitor: Visitor, db: Session, owner: Person, text: str) -> None:
    whole = factories.with_text(factories.analysis(), 1, 0, text)
    told = replace(whole.feedback, moments=(replace(whole.feedback.moments[0], heard=text, said=text, note=text),))
    turn = replace(whole.turns[0], utterances=(replace(whole.turns[0].utterances[0], why=text),))
    hostile = replace(whole, feedback=told, turns=(turn, *whole.turns[1:]))
    recording = made.ready(db, owner, hostile, title=text, about=About(goal=text, wants=text))
    own_view.keep(db, owner, recording, Answers(well=text))
    db.commit()
    people.signed_in(visitor, owner)
    page = visitor.get(f"/recordings/{recording.id}/feedback")
    assert page.soup.select_one("#t1u0 .text").get_text() == text  # type: ignore[union-attr]
    assert page.soup.select("img[src=x]") == []


def test_the_page_costs_the_same_for_a_long_conversation(
    visitor: Visitor, db: Session, engine: Engine, owner: Person, recording: Recording
) -> None:
    people.signed_in(visitor, owner)
    address = skipped(db, recording, owner)
    visitor.get(address)
    with counted(engine) as few:
        visitor.get(address)
    long = skipped(db, made.ready(db, owner, factories.long_analysis(20)), owner)
    visitor.get(long)
    with counted(engine) as many:
        page = visitor.get(long)
    assert len(page.soup.select(".said .line")) == 440
    assert len(few) == len(many) <= 13, many


def test_the_table_behind_the_timeline(visitor: Visitor, db: Session, owner: Person) -> None:
    people.signed_in(visitor, owner)
    page = visitor.get(skipped(db, made.ready(db, owner, factories.long_analysis(30)), owner))
    table = page.soup.select_one("section[aria-labelledby=timeline] table")
    assert table is not None
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in table.select("tr")]
    assert rows[0] == ["From", "You spoke", "They spoke", "Heard"]
    assert rows[1][0] == "0:01"
    assert rows[2][0].startswith("5:")
    assert "Open question" in rows[1][3]
    ids = {str(line["id"]) for line in page.soup.select(".said .line")}
    assert {str(a["href"])[1:] for a in table.select("a")} <= ids


def test_what_one_can_do_with_it_stands_on_the_page(
    visitor: Visitor, db: Session, owner: Person, recording: Recording
) -> None:
    people.signed_in(visitor, owner)
    address = skipped(db, recording, owner)
    page = visitor.get(address)
    root = f"/recordings/{recording.id}"
    ways = ("goal", "put-right", "names", "sharing", "opened", "comments", "delete")
    assert {f"{root}/{way}" for way in ways} <= set(page.links())
    visitor.send(f"{root}/comments", {"text": "I was rushing here.", "back": "feedback"})
    page = visitor.get(address)
    assert "I was rushing here." in page.soup.select_one("section[aria-labelledby=whole]").get_text()  # type: ignore[union-attr]


def test_a_trainer_comments_and_has_no_ways_that_are_the_owners(
    visitor: Visitor, db: Session, owner: Person, recording: Recording
) -> None:
    trainer = people.person(db, role=Role.TRAINER, authority_id=owner.authority_id)
    made.shared(db, recording, trainer)
    page = people.signed_in(visitor, trainer).get(f"/recordings/{recording.id}/feedback")
    root = f"/recordings/{recording.id}"
    assert not {f"{root}/{way}" for way in ("goal", "put-right", "names", "sharing", "delete")} & set(page.links())
    assert page.soup.select("section[aria-labelledby=moments] textarea")


def test_codes_and_measures_lead_to_the_course(
    visitor: Visitor, db: Session, owner: Person, recording: Recording
) -> None:
    files, faults = check_course(ROOT / "courses" / learn_more.PLACES["course"])
    assert files is not None
    assert faults == []
    there = {path.parent.name for path in Path(ROOT / "courses" / learn_more.PLACES["course"]).glob("*/module.yml")}
    codes, measures = learn_more.PLACES["codes"], learn_more.PLACES["measures"]
    assert {*codes.values(), *measures.values(), learn_more.PLACES["reading"]} <= there
    assert set(codes) == set(CODES) - {"NC", "neutral"}
    assert set(measures) == {measure.name for measure in MEASURES}
    assert learn_more.places(db) == learn_more.LearnMore()  # nothing is loaded
    people.signed_in(visitor, owner)
    address = skipped(db, recording, owner)
    assert "/learn/" not in visitor.get(address).response.text


def test_plotly_comes_from_its_package_and_is_kept(visitor: Visitor) -> None:
    packed = visitor.client.get("/charts/plotly.min.js", headers={"Accept-Encoding": "gzip"})
    plain = visitor.client.get("/charts/plotly.min.js")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert "immutable" in plain.headers["Cache-Control"]
    assert plain.mimetype == "text/javascript"
    assert b"plotly.js v" in plain.data[:2000]
    timeline = visitor.client.get("/charts/timeline.js")
    assert timeline.status_code == 200
    again = visitor.client.get("/charts/timeline.js", headers={"If-None-Match": timeline.headers["ETag"]})
    assert again.status_code == 304


def test_it_holds_on_postgresql(new_app: NewApp) -> None:
    app = new_app("postgresql")
    with app.extensions["sessions"]() as db:
        owner = people.person(db)
        recording = made.ready(db, owner)
        address = skipped(db, recording, owner)
        visitor = people.signed_in(Visitor(app.test_client()), owner)
        assert visitor.get(address).heading == "With Sam"
        db.expire_all()
        assert db.get_one(Recording, recording.id).seen_at is not None
