"""Private until shared, with one's own trainers alone, and taken back at once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.mailbox import Mailbox
from tests.webapp.organisation.made import cohort
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from webapp import jobs
from webapp.accounts.tables import Person, Role
from webapp.audit import AuditEvent
from webapp.errors import Refused
from webapp.organisation.tables import Authority
from webapp.practice.services import sharing
from webapp.practice.tables import Recording, Share


class Team:
    """Somebody with a recording, her trainer, and others of the authority."""

    def __init__(self, db: Session) -> None:
        self.place: Authority = people.authority(db)
        self.owner = people.person(db, self.place, name="Olu Owner")
        self.trainer = people.person(db, self.place, Role.TRAINER, name="Tess Trainer")
        self.other = people.person(db, self.place, Role.TRAINER, name="Ugo Trainer")
        self.recording: Recording = made.ready(db, self.owner)


@pytest.fixture
def team(db: Session) -> Team:
    return Team(db)


def names(found: list[Person]) -> list[str]:
    return [person.name for person in found]


def test_without_a_cohort_any_trainer_of_the_authority(db: Session, team: Team) -> None:
    people.person(db, team.place, Role.ADMINISTRATOR)
    people.person(db, team.place, Role.LEAD)
    people.person(db, team.place, Role.TRAINER, active=False)
    people.person(db, role=Role.TRAINER)  # elsewhere
    assert names(sharing.trainers(db, team.owner)) == ["Tess Trainer", "Ugo Trainer"]


def test_in_a_cohort_only_who_trains_it(db: Session, team: Team) -> None:
    administrator = people.person(db, team.place, Role.ADMINISTRATOR, name="Ada Admin")
    lead = people.person(db, team.place, Role.LEAD)
    cohort(db, team.place, "Hers", members=[team.owner], trainers=[team.other, administrator, lead])
    cohort(db, team.place, "Another", members=[], trainers=[team.trainer])
    assert names(sharing.trainers(db, team.owner)) == ["Ada Admin", "Ugo Trainer"]
    with pytest.raises(Refused, match="one of your trainers"):
        sharing.give(db, team.owner, team.recording, team.trainer.id)


def test_a_trainer_cannot_share_with_herself(db: Session, team: Team) -> None:
    assert names(sharing.trainers(db, team.trainer)) == ["Ugo Trainer"]


def test_from_nobody_to_a_trainer_and_back(app: Flask, db: Session, team: Team, mailbox: Mailbox) -> None:
    address = f"/recordings/{team.recording.id}"
    hers = people.signed_in(Visitor(app.test_client()), team.owner)
    theirs = people.signed_in(Visitor(app.test_client()), team.trainer)
    theirs.get(f"{address}/comments", status=404)
    page = hers.get(f"{address}/sharing")
    assert page.heading == "Who can open it"
    assert "Nobody but you" in page.text
    assert "your private notes" in page.text
    assert [label.text.strip() for label in page.soup.select("#trainer label")] == ["Tess Trainer", "Ugo Trainer"]
    page = hers.send(f"{address}/sharing", {"trainer": str(team.trainer.id)})
    assert "Tess Trainer can open this recording now" in page.text
    assert [label.text.strip() for label in page.soup.select("#trainer label")] == ["Ugo Trainer"]
    assert theirs.get(f"{address}/comments").heading == "Comments on With Sam"
    assert theirs.client.get(f"{address}/sound").status_code == 200
    jobs.do(app, "mail.send")
    letter = mailbox.letters(team.trainer.email)[0]
    assert "Olu Owner has shared a recording" in letter["Subject"]
    assert "With Sam" not in letter.get_content()
    page = hers.send(f"{address}/sharing/withdraw", {"trainer": str(team.trainer.id)})
    assert "Tess Trainer can no longer open this recording" in page.text
    assert theirs.get(f"{address}/comments", status=404).heading == "There is nothing here"
    theirs.send(f"{address}/comments", {"text": "Too late"}, status=404)
    assert theirs.client.get(f"{address}/sound").status_code == 404
    told = db.scalars(select(AuditEvent).where(AuditEvent.name.startswith("share.")).order_by(AuditEvent.id)).all()
    assert [(e.name, e.actor_id, e.subject_id, e.about) for e in told] == [
        (f"share.{what}", team.owner.id, team.recording.id, {"trainer": team.trainer.id})
        for what in ("given", "withdrawn")
    ]
    hers.send(f"{address}/sharing/withdraw", {"trainer": str(team.trainer.id)}, status=404)
    hers.send(f"{address}/sharing", {"trainer": str(team.trainer.id)})  # and once more
    theirs.get(f"{address}/comments")


def test_sharing_twice_is_sharing_once(db: Session, team: Team) -> None:
    for _ in range(2):
        sharing.give(db, team.owner, team.recording, team.trainer.id)
    assert len(sharing.now(db, team.recording)) == 1


def test_what_is_not_ready_cannot_be_shared(visitor: Visitor, db: Session, team: Team) -> None:
    waiting = made.waiting(db, team.owner)
    people.signed_in(visitor, team.owner)
    page = visitor.get(f"/recordings/{waiting.id}/sharing")
    assert "There is nothing to share yet" in page.text
    visitor.send(f"/recordings/{waiting.id}/sharing", {"trainer": str(team.trainer.id)}, status=400)
    assert db.scalars(select(Share)).all() == []


@pytest.mark.parametrize("trainer", ["0", "-1", "99999999999999999999", "x", "", "<script>"])
def test_a_trainer_who_is_none(visitor: Visitor, db: Session, team: Team, trainer: str) -> None:
    people.signed_in(visitor, team.owner)
    address = f"/recordings/{team.recording.id}/sharing"
    visitor.get(address)
    assert "Choose" in visitor.send(address, {"trainer": trainer}).text
    visitor.send(f"{address}/withdraw", {"trainer": trainer}, status=404)
    assert db.scalars(select(Share)).all() == []


def test_somebody_who_trains_no_more_opens_nothing(visitor: Visitor, db: Session, team: Team) -> None:
    made.shared(db, team.recording, team.trainer)
    people.signed_in(visitor, team.trainer)
    visitor.get(f"/recordings/{team.recording.id}/comments")
    team.trainer.role = Role.PRACTITIONER
    db.commit()
    visitor.get(f"/recordings/{team.recording.id}/comments", status=404)


def test_the_page_needs_as_many_queries_for_many_as_for_one(visitor: Visitor, db: Session, team: Team) -> None:
    people.signed_in(visitor, team.owner)
    made.shared(db, team.recording, team.trainer)
    asked = []
    for _ in range(2):
        with counted(db.get_bind().engine) as sent:
            visitor.get(f"/recordings/{team.recording.id}/sharing")
        asked.append(len(sent))
        for _ in range(5):
            made.shared(db, team.recording, people.person(db, team.place, Role.TRAINER))
    assert asked[0] == asked[1] <= 6


PAGES = ("sharing", "comments", "delete", "opened")
SENT = ("sharing", "sharing/withdraw", "comments", "comments/1/remove", "delete")


@pytest.mark.parametrize("who", ["stranger", "colleague", "trainer", "withdrawn", "elsewhere", "administrator"])
def test_nobody_else_gets_in(visitor: Visitor, db: Session, team: Team, who: str) -> None:
    """Every address of a recording, with GET and POST."""
    address = f"/recordings/{team.recording.id}"
    visitor.get("/sign-in")
    known: dict[str, Any] = {
        "colleague": lambda: people.person(db, team.place),
        "trainer": lambda: team.trainer,
        "withdrawn": lambda: team.trainer,
        "elsewhere": lambda: people.person(db, role=Role.TRAINER),
        "administrator": lambda: people.person(db, team.place, Role.ADMINISTRATOR),
    }
    if who != "stranger":
        someone = known[who]()
        people.signed_in(visitor, someone)
        if who in ("withdrawn", "elsewhere"):
            share = made.shared(db, team.recording, someone)
            share.withdrawn_at = share.shared_at if who == "withdrawn" else None
            db.commit()
        visitor.get("/account")
    expected = 302 if who == "stranger" else 404
    token = visitor.last.soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index,union-attr]
    for page in PAGES:
        assert visitor.client.get(f"{address}/{page}").status_code == expected, page
    for page in SENT:
        answer = visitor.client.post(f"{address}/{page}", data={"csrf_token": token, "text": "x", "trainer": "1"})
        assert answer.status_code == expected, page
    db.expire_all()
    assert db.get(Recording, team.recording.id) is not None


def test_with_a_share_a_trainer_gets_to_comments_alone(visitor: Visitor, db: Session, team: Team) -> None:
    made.shared(db, team.recording, team.trainer)
    people.signed_in(visitor, team.trainer)
    address = f"/recordings/{team.recording.id}"
    assert {page: visitor.client.get(f"{address}/{page}").status_code for page in PAGES} == {
        "sharing": 404, "comments": 200, "delete": 404, "opened": 404,
    }  # fmt: skip
    visitor.get("/account")
    for page in ("sharing", "sharing/withdraw", "delete"):
        visitor.send(f"{address}/{page}", {"trainer": str(team.other.id)}, status=404)
