"""Packs: made of what is shared now, masked further, put in order, shown; and what was taken back shows nothing."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.mailbox import Mailbox
from tests.webapp.organisation.made import cohort
from tests.webapp.pages import Page, Visitor, counted
from tests.webapp.practice import made
from webapp import clock, jobs
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.learning.services import reminders
from webapp.organisation.tables import Cohort
from webapp.practice.services import deleting, retention, teaching
from webapp.practice.tables import Recording, RetentionWarning, TeachingMoment
from webapp.supervision.services import packs, prompts
from webapp.supervision.tables import Pack, Place, Prompt


class Room:
    """A cohort of two with its trainer; each of the two shares a moment."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.place = people.authority(db)
        self.trainer: Person = people.person(db, self.place, Role.TRAINER, name="Tess Trainer")
        self.members = [people.person(db, self.place, name=name) for name in ("Ana Abel", "Bo Brown")]
        self.cohort: Cohort = cohort(db, self.place, "First", members=self.members, trainers=[self.trainer])
        self.recordings: list[Recording] = [made.ready(db, person) for person in self.members]
        self.moments: list[TeachingMoment] = [
            made.offered(db, self.members[0], self.recordings[0]),
            made.offered(db, self.members[1], self.recordings[1], 8, 11, "informing"),
        ]
        self.tess = people.signed_in(Visitor(app.test_client()), self.trainer)

    def pack(self) -> str:
        """Make a pack of both in the browser; its address."""
        self.tess.get(f"/supervision/cohorts/{self.cohort.id}/packs/new")
        page = self.tess.send(
            f"/supervision/cohorts/{self.cohort.id}/packs/new",
            {"title": "June", "moment": [str(one.id) for one in self.moments]},
        )
        return page.response.request.path

    def places(self) -> list[Place]:
        self.db.expire_all()
        return list(self.db.scalars(select(Place).order_by(Place.position)))

    def change(self, address: str, number: int, *, status: int = 200, **told: str) -> Page:
        self.tess.get(address)
        return self.tess.send(f"{address}/places/{self.places()[number].id}", told, status=status)

    def withdraw(self, which: int) -> None:
        person, recording = self.members[which], self.recordings[which]
        teaching.withdraw(self.db, person, recording, self.moments[which].id)
        self.db.commit()


@pytest.fixture
def room(app: Flask, db: Session) -> Room:
    return Room(app, db)


def test_made_of_what_is_shared(room: Room) -> None:
    page = room.tess.get(f"/supervision/cohorts/{room.cohort.id}/packs/new")
    assert "fewer than five people in this cohort" in page.text
    assert "hides under the table" in page.text
    for name in ("Ana", "Abel", "Bo Brown", "Jayden", room.recordings[0].title):
        assert name not in page.text
    page = room.tess.send(f"/supervision/cohorts/{room.cohort.id}/packs/new", {"title": " "}, status=400)
    assert "Give the pack a name." in page.text
    address = room.pack()
    page = room.tess.get(address)
    assert page.heading == "June"
    assert [h.get_text(strip=True) for h in page.soup.select(".pack-place h2")] == [
        "1. Giving back what was said",
        "2. Information and advice",
    ]
    assert prompts.suggestion("reflecting", "reflect") in page.text
    kept = room.db.scalars(select(Prompt)).all()
    assert [one.recording_id for one in kept] == [one.id for one in room.recordings]
    assert all(b"client" not in one.text for one in kept)
    used = room.db.scalars(select(AuditEvent).where(AuditEvent.name == "teaching.used")).all()
    assert [event.subject_id for event in used] == [one.id for one in room.recordings]
    assert "June" in room.tess.get(f"/supervision/cohorts/{room.cohort.id}").text


def test_prompts_are_edited_and_suggested(room: Room) -> None:
    address = room.pack()
    room.change(address, 0, kind="role_play", text="Pairs, ten minutes.", do="keep")
    page = room.tess.get(address)
    assert "Pairs, ten minutes." in page.text
    page = room.change(address, 0, kind="another_way", text="x", do="suggest")
    assert prompts.suggestion("reflecting", "another_way") in page.text
    page = room.change(address, 0, kind="nonsense", text="What I wrote", do="keep", status=400)
    assert "Choose what the group is asked to do." in page.text
    assert "What I wrote" in page.text
    page = room.change(address, 0, kind="reflect", text="x" * 601, do="keep", status=400)
    assert "600 characters are the most" in page.text


def test_every_skill_has_every_kind_of_prompt() -> None:
    from webapp.practice.services.teaching_skills import catalogue

    for skill in catalogue():
        for kind in prompts.kinds():
            assert 20 < len(prompts.suggestion(skill, kind)) <= prompts.LONGEST, (skill, kind)


def test_more_is_covered_and_never_uncovered(room: Room) -> None:
    address = room.pack()
    page = room.change(address, 0, kind="reflect", text="", more="the table", do="keep")
    assert "hides under […] […] when the door goes" in page.text
    page = room.change(address, 0, kind="reflect", text="", more="", do="keep")
    assert "hides under […] […] when the door goes" in page.text
    page = room.change(address, 0, kind="reflect", text="", more="the table", do="keep", status=400)
    assert "not in this moment" in page.text  # it is covered: there is nothing left to find
    room.change(address, 0, kind="reflect", text="", more="the door", do="keep")
    assert "under […] […] when […] […] goes" in room.tess.get(address).text
    assert "hides under the table" in repr(teaching.open_to(room.db, room.trainer))  # elsewhere it is as it was
    assert "table" not in repr([place.covered for place in room.places()])


def test_put_in_order(room: Room) -> None:
    address = room.pack()
    before = [place.id for place in room.places()]
    room.change(address, 1, do="up")
    assert [place.id for place in room.places()] == before[::-1]
    room.change(address, 0, do="up")  # at the end already
    assert [place.id for place in room.places()] == before[::-1]
    room.change(address, 0, do="down")
    assert [place.id for place in room.places()] == before
    room.change(address, 0, do="remove")
    assert [place.id for place in room.places()] == before[1:]
    page = room.tess.get(address)
    page = room.tess.send(f"{address}/add", {"moment": [str(room.moments[0].id), "99999"]})
    assert "1 moment added. 1 moment had been taken back meanwhile." in page.text
    assert len(room.places()) == 2
    assert "Kept." in room.tess.send(address, {"title": "July"}).text
    assert "Give the pack a name." in room.tess.send(address, {"title": ""}, status=400).text
    assert "The pack is deleted." in room.tess.send(f"{address}/delete").text
    room.db.expire_all()
    assert room.db.scalars(select(Pack)).all() == []
    assert len(room.db.scalars(select(TeachingMoment)).all()) == 2


@pytest.mark.parametrize("how", ["taken back", "deleted"])
def test_in_the_middle_of_a_pack_it_leaves_a_place_and_nothing_else(room: Room, how: str) -> None:
    address = room.pack()
    room.change(address, 0, kind="reflect", text="Why under the table?", do="keep")
    steps = [room.tess.get(f"{address}/present?step={n}") for n in (1, 2)]
    assert "hides under the table" in steps[1].text
    place = room.places()[0].id
    if how == "deleted":
        deleting.by_owner(room.db, room.members[0], room.recordings[0])
        room.db.commit()
    else:
        room.withdraw(0)
    for path in (f"{address}/present?step=2", f"{address}/present?step=3", f"{address}/print", address):
        page = room.tess.get(path)
        assert "A moment that was taken back" in page.text
        assert "under the table" not in page.text
    page = room.tess.get(f"{address}/present?step=4")
    assert page.heading == "Information and advice"
    assert "under the table" not in text_of(room, address)
    assert [one.moment_id for one in room.places()] == [None, room.moments[1].id]
    assert len(room.db.scalars(select(Prompt)).all()) == 1
    room.tess.get(address)
    told = {"kind": "reflect", "text": "still open", "do": "keep"}
    page = room.tess.send(f"{address}/places/{place}", told, status=400)
    assert "taken back meanwhile" in page.text
    assert "It is out of the pack." in room.tess.send(f"{address}/places/{place}", {"do": "remove"}).text


@pytest.mark.parametrize("how", ["taken back", "deleted", "kept long enough"])
def test_whoever_has_it_in_a_pack_is_told_without_its_words_or_whose_it_was(
    room: Room, mailbox: Mailbox, how: str
) -> None:
    other = people.person(room.db, room.place, Role.TRAINER, name="Una Trainer")
    aside = people.person(room.db, room.place, Role.TRAINER, name="Ava Trainer")
    room.cohort.trainers += [other, aside]
    address = room.pack()
    whole = [room.moments[0].id, room.moments[1].id]
    for title in ("One", "Two"):
        packs.make(room.db, other, room.cohort, title, whole)
    packs.make(room.db, aside, room.cohort, "Without it", whole[1:])
    reminders.choose(room.db, room.trainer, letters=False)
    room.db.commit()
    mailbox.empty()
    if how == "deleted":
        deleting.by_owner(room.db, room.members[0], room.recordings[0])
        room.db.commit()
    elif how == "kept long enough":
        room.recordings[0].created_at -= timedelta(days=400)
        room.db.add(RetentionWarning(recording_id=room.recordings[0].id, at=clock.now() - timedelta(days=20)))
        room.db.flush()
        assert retention.purge(room.db) == 1
        room.db.commit()
    else:
        room.withdraw(0)
    jobs.do(room.app, "mail.send")
    assert sorted(str(letter["To"]) for letter in mailbox.letters()) == sorted([room.trainer.email, other.email])
    (hers,) = mailbox.letters(room.trainer.email)
    assert hers["Subject"] == "A moment in your pack was taken back"
    assert "A moment that stood in a pack of yours" in hers.get_content()
    assert mailbox.link(room.trainer.email) == address
    assert "1 moment was taken back since." in room.tess.get(address).text
    (theirs,) = mailbox.letters(other.email)  # one letter, whatever the number of packs
    assert "A moment that stood in 2 packs of yours" in theirs.get_content()
    assert mailbox.link(other.email) == "/supervision"
    for letter in (hers, theirs):
        for words in ("Ana", "Abel", "under the table", "Without it", "June"):
            assert words not in letter.get_content()


def test_a_moment_in_no_pack_is_taken_back_without_a_letter(room: Room, mailbox: Mailbox) -> None:
    address = room.pack()
    room.change(address, 0, do="remove")
    mailbox.empty()
    room.withdraw(0)
    jobs.do(room.app, "mail.send")
    assert mailbox.letters() == []


def text_of(room: Room, address: str) -> str:
    room.tess.get(address)
    answer = room.tess.client.post(f"{address}/pdf", data={"csrf_token": room.tess.token})
    assert answer.mimetype == "application/pdf"
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)


def test_shown_step_by_step_and_on_paper(room: Room) -> None:
    address = room.pack()
    asked = prompts.suggestion("reflecting", "reflect")
    seen = [room.tess.get(f"{address}/present?step={n}").text for n in range(1, 7)]
    assert "2 moments that colleagues shared" in seen[0]
    assert asked not in seen[1]
    assert asked in seen[2]
    assert "Thank you" in seen[5]
    assert room.tess.get(f"{address}/present?step=400").heading == "Thank you"
    part = room.tess.client.get(f"{address}/present?step=2", headers={"X-Requested-With": "fetch"}).text
    assert part.lstrip().startswith('<div id="stage"')
    assert asked in room.tess.get(f"{address}/print").text
    told = " ".join(text_of(room, address).split())
    assert "June" in told
    assert "hides under the table" in told
    assert "Reflect together" in told
    for name in ("Ana", "Abel", "Brown", "Jayden", "Tess"):
        assert name not in told
    names = [e.name for e in room.db.scalars(select(AuditEvent)) if e.name.startswith("supervision_pack")]
    assert names == ["supervision_pack.made", "supervision_pack.presented", "supervision_pack.taken"]


def test_a_pack_is_its_makers_alone(room: Room) -> None:
    address = room.pack()
    other = people.person(room.db, room.place, Role.TRAINER)
    room.cohort.trainers.append(other)
    away = people.person(room.db, role=Role.TRAINER)
    office = people.person(room.db, room.place, Role.ADMINISTRATOR)
    room.db.commit()
    for person in (other, away, office):
        visitor = people.signed_in(Visitor(room.app.test_client()), person)
        for path in ("", "/print", "/present"):
            visitor.get(address + path, status=404)
    for person in (away,):
        visitor = people.signed_in(Visitor(room.app.test_client()), person)
        visitor.get(f"/supervision/cohorts/{room.cohort.id}", status=404)
        visitor.get(f"/supervision/cohorts/{room.cohort.id}/packs/new", status=404)
    room.cohort.trainers.remove(room.trainer)
    room.db.commit()
    room.tess.get(address, status=404)


def test_nothing_shared_and_nobody_there(room: Room) -> None:
    for which in (0, 1):
        room.withdraw(which)
    page = room.tess.get(f"/supervision/cohorts/{room.cohort.id}/packs/new")
    assert "No moment is shared with you for teaching now." in page.text
    empty = cohort(room.db, room.place, "Empty", members=[], trainers=[room.trainer])
    room.db.commit()
    assert "You have made no pack" in room.tess.get(f"/supervision/cohorts/{empty.id}").text
    assert "Nobody is in this cohort yet" in room.tess.get(f"/supervision/cohorts/{empty.id}/held/new").text


def test_too_many(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "MOST", 1)
    room.tess.get(f"/supervision/cohorts/{room.cohort.id}/packs/new")
    page = room.tess.send(
        f"/supervision/cohorts/{room.cohort.id}/packs/new",
        {"title": "June", "moment": [str(one.id) for one in room.moments]},
        status=400,
    )
    assert "A pack holds 1 moments at most." in page.text
    assert len(page.soup.select("input[name=moment][checked]")) == 2
    room.db.expire_all()
    assert room.db.scalars(select(Pack)).all() == []


def test_the_same_queries_for_a_long_pack(room: Room, engine: Engine) -> None:
    address = room.pack()
    with counted(engine) as few:
        room.tess.get(address)
    for n in range(4):
        moment = made.offered(room.db, room.members[0], room.recordings[0], n, n + 1)
        room.tess.get(address)
        room.tess.send(f"{address}/add", {"moment": str(moment.id)})
    with counted(engine) as many:
        page = room.tess.get(address)
    assert len(page.soup.select(".pack-place")) == 6
    assert len(few) == len(many)
