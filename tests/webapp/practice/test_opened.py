"""Who else opened it: every time, by name, and nothing that is about another recording."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.organisation.made import cohort
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from tests.webapp.practice.test_sharing import Team
from webapp import audit, clock
from webapp.accounts.tables import Person
from webapp.organisation.tables import Cohort


def told(visitor: Visitor, address: str) -> list[str]:
    page = visitor.get(address)
    return [
        " ".join(div.get_text(strip=True) for div in row.select("td > div")[1:]) for row in page.soup.select("tbody tr")
    ]


def test_each_time_somebody_else_did_something(app: Flask, db: Session) -> None:
    team = Team(db)
    address = f"/recordings/{team.recording.id}"
    hers = people.signed_in(Visitor(app.test_client()), team.owner)
    page = hers.get(f"{address}/opened")
    assert page.heading == "Who has opened it"
    assert "Nobody but you has opened it" in page.text
    made.shared(db, team.recording, team.trainer)
    theirs = people.signed_in(Visitor(app.test_client()), team.trainer)
    theirs.get(f"{address}/comments")
    theirs.client.get(f"{address}/sound", headers={"Range": "bytes=0-9"})
    theirs.client.get(f"{address}/sound", headers={"Range": "bytes=10-19"})  # the same listening goes on
    token = theirs.last.soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index,union-attr]
    theirs.client.post(f"{address}/comments", data={"csrf_token": token, "text": "Warm"})
    hers.get(f"{address}/comments")  # what she does herself is hers
    assert told(hers, f"{address}/opened") == [
        "Tess Trainer Commented on a recording", "Tess Trainer Listened to a recording",
        "Tess Trainer Opened a recording",
    ]  # fmt: skip


def test_nothing_of_another_recording_or_of_one_that_had_the_number_before(visitor: Visitor, db: Session) -> None:
    team = Team(db)
    another = made.ready(db, people.person(db, team.place))
    audit.record(db, "recording.opened", actor=team.trainer, subject_id=another.id)
    audit.record(db, "cohort.change", actor=team.trainer, subject_id=team.recording.id)
    audit.record(db, "recording.heard", actor=team.trainer, subject_id=team.recording.id)
    db.flush()
    before = audit.AuditEvent(
        at=team.recording.created_at - timedelta(days=1), name="recording.opened", actor_id=team.trainer.id,
        authority_id=team.place.id, subject_id=team.recording.id, about={},
    )  # fmt: skip
    db.add(before)
    db.commit()
    people.signed_in(visitor, team.owner)
    assert told(visitor, f"/recordings/{team.recording.id}/opened") == ["Tess Trainer Listened to a recording"]


def test_looks_at_the_skills_of_her_cohort_while_it_was_open(visitor: Visitor, db: Session) -> None:
    team = Team(db)
    hers = cohort(db, team.place, "Hers", members=[team.owner], trainers=[team.trainer, team.other])
    elsewhere = cohort(db, team.place, "Elsewhere", trainers=[team.trainer])

    def look(minutes: int, trainer: Person, at: Cohort = hers, name: str = "cohort.skills") -> None:
        event = audit.AuditEvent(
            at=clock.now() + timedelta(minutes=minutes), name=name, actor_id=trainer.id,
            authority_id=team.place.id, subject_id=at.id, about={},
        )  # fmt: skip
        db.add(event)

    share = made.shared(db, team.recording, team.trainer)
    share.shared_at, share.withdrawn_at = clock.now() + timedelta(minutes=2), clock.now() + timedelta(minutes=6)
    look(1, team.trainer)  # not open to her yet
    look(3, team.trainer)
    look(4, team.trainer, name="cohort.skills_export")
    look(5, team.other)  # it is not open to him
    look(5, team.trainer, elsewhere)
    look(5, team.trainer, name="cohort.add_date")
    look(7, team.trainer)  # not any more
    db.commit()
    people.signed_in(visitor, team.owner)
    assert told(visitor, f"/recordings/{team.recording.id}/opened") == [
        "Tess Trainer Took the numbers of how the skills of a cohort move",
        "Tess Trainer Looked at how the skills of a cohort move",
    ]


def test_many_are_paged_in_as_many_queries_as_few(visitor: Visitor, db: Session) -> None:
    team = Team(db)
    people.signed_in(visitor, team.owner)
    address = f"/recordings/{team.recording.id}/opened"
    asked = []
    for number in (1, 120):
        for _ in range(number):
            audit.record(db, "recording.opened", actor=team.trainer, subject_id=team.recording.id)
        db.commit()
        with counted(db.get_bind().engine) as sent:
            page = visitor.get(address)
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 5
    assert "Page 1 of 5" in page.text
    assert len(told(visitor, f"{address}?page=5")) == 21
    assert clock.now() > team.recording.created_at


def test_a_page_whose_key_is_lost_says_so(visitor: Visitor, db: Session) -> None:
    team = Team(db)
    team.recording.about = team.recording.about[:-1] + bytes([team.recording.about[-1] ^ 1])
    db.commit()
    people.signed_in(visitor, team.owner)
    page = visitor.get(f"/recordings/{team.recording.id}", status=500)
    assert "Nothing is deleted" in page.text
    for path in ("sharing", "opened", "comments", "delete"):
        visitor.get(f"/recordings/{team.recording.id}/{path}")  # what needs no key goes on
