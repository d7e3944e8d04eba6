"""What an owner and her trainer say to each other: at a moment, encrypted, told of without a word of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.clocks import wait
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor, counted
from tests.webapp.practice import made
from tests.webapp.practice.test_sharing import Team
from webapp import jobs
from webapp.errors import NotFound, Refused
from webapp.learning.services import reminders
from webapp.practice.services import comments
from webapp.practice.tables import Comment


@pytest.fixture
def team(db: Session) -> Team:
    found = Team(db)
    made.shared(db, found.recording, found.trainer)
    return found


def test_a_thread_at_a_moment_and_one_about_the_whole(app: Flask, db: Session, team: Team) -> None:
    address = f"/recordings/{team.recording.id}/comments"
    hers = people.signed_in(Visitor(app.test_client()), team.owner)
    theirs = people.signed_in(Visitor(app.test_client()), team.trainer)
    hers.get(address)
    hers.send(address, {"text": "How did <b>this</b> sound?\r\nTo you.", "moment": "187.24"})
    theirs.get(address)
    page = theirs.send(address, {"text": "Warm, and unhurried.", "moment": "187.2"})
    assert page.response.request.path == address
    theirs.send(address, {"text": "A good one."})
    page = hers.get(address)
    assert [h.get_text() for h in page.soup.select("main h2")] == ["About the whole", "At 3:07"]
    assert [p.get_text() for p in page.soup.select(".said-text")] == [
        "A good one.", "How did <b>this</b> sound?\nTo you.", "Warm, and unhurried.",
    ]  # fmt: skip
    assert [s.get_text() for s in page.soup.select(".remarks strong")] == ["Tess Trainer", "You", "Tess Trainer"]
    kept = db.scalars(select(Comment).order_by(Comment.id)).all()
    assert [c.moment for c in kept] == [187.2, 187.2, None]
    assert not any(b"Warm" in c.text or b"sound" in c.text for c in kept)


def test_ones_own_can_be_removed_and_no_others(visitor: Visitor, db: Session, team: Team) -> None:
    mine = comments.add(db, team.owner, team.recording, "Mine")
    theirs = comments.add(db, team.trainer, team.recording, "Theirs")
    other = comments.add(db, team.owner, made.ready(db, team.owner), "On another")
    db.commit()
    address = f"/recordings/{team.recording.id}/comments"
    people.signed_in(visitor, team.owner)
    page = visitor.get(address)
    assert [f["action"] for f in page.soup.select(".remarks form")] == [f"{address}/{mine.id}/remove"]
    for number in (theirs.id, other.id, 0):
        visitor.send(f"{address}/{number}/remove", status=404)
    visitor.get(address)
    assert "Your comment is removed" in visitor.send(f"{address}/{mine.id}/remove").text
    assert {c.id for c in db.scalars(select(Comment))} == {theirs.id, other.id}
    with pytest.raises(NotFound):
        comments.remove(db, team.trainer, team.recording, other.id)


@pytest.mark.parametrize(("told", "says"), [
    ({"text": "  \r\n"}, "Type your comment first"), ({"text": "x" * 2001}, "2,000 is the most"),
    ({"text": "x", "moment": "nan"}, "no such moment"), ({"text": "x", "moment": "-1"}, "no such moment"),
    ({"text": "x", "moment": "99999"}, "no such moment"), ({"text": "x", "moment": "1e999"}, "no such moment"),
    ({"text": "x", "moment": "soon"}, "no such moment"),
])  # fmt: skip
def test_what_makes_no_sense(visitor: Visitor, db: Session, team: Team, told: dict[str, str], says: str) -> None:
    people.signed_in(visitor, team.owner)
    visitor.get("/account")
    assert says in visitor.send(f"/recordings/{team.recording.id}/comments", told, status=400).text
    assert db.scalars(select(Comment)).all() == []


def test_before_there_is_anything_nobody_comments(db: Session, team: Team) -> None:
    with pytest.raises(Refused, match="not ready"):
        comments.add(db, team.owner, made.waiting(db, team.owner), "Early")


def test_the_form_leads_back_to_where_it_stood(visitor: Visitor, team: Team) -> None:
    people.signed_in(visitor, team.owner)
    visitor.get("/account")
    token = visitor.last.soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index,union-attr]
    root = f"/recordings/{team.recording.id}"
    for back, page in (("feedback", "feedback"), ("https://elsewhere.example", "comments"), ("", "comments")):
        answer = visitor.client.post(f"{root}/comments", data={"csrf_token": token, "text": "x", "back": back})
        assert answer.location == f"{root}/{page}#thread-whole"
    told = {"csrf_token": token, "text": "x", "back": "feedback", "moment": "12.34"}
    assert visitor.client.post(f"{root}/comments", data=told).location == f"{root}/feedback#thread-123"


def test_a_comment_stays_in_sight_when_the_feedback_points_somewhere_else(visitor: Visitor, team: Team) -> None:
    people.signed_in(visitor, team.trainer)
    root = f"/recordings/{team.recording.id}"
    beside = visitor.get(f"{root}/feedback").soup.select_one("#moments ~ article input[name=moment]")
    assert beside is not None
    for moment in (beside["value"], "187.2"):
        told = {"text": f"Said at {moment}", "moment": str(moment), "back": "feedback"}
        page = visitor.send(f"{root}/comments", told)
    assert page.text.count(f"Said at {beside['value']}") == page.text.count("Said at 187.2") == 1
    heading = page.soup.find("h3", string="At 3:07")
    assert heading is not None
    assert heading.find_next("p", class_="said-text").get_text() == "Said at 187.2"


def test_letters_go_to_the_other_side_without_a_word_of_it(
    app: Flask, db: Session, team: Team, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments.add(db, team.owner, team.recording, "A secret")
    comments.add(db, team.owner, team.recording, "Another secret")
    comments.add(db, team.trainer, team.recording, "An answer")
    db.commit()
    jobs.do(app, "mail.send")
    assert [letter["To"] for letter in mailbox.letters()].count(team.trainer.email) == 1
    assert [letter["To"] for letter in mailbox.letters()].count(team.owner.email) == 1
    assert len(mailbox.letters()) == 2  # and none to a trainer it is not open to
    for letter in mailbox.letters():
        text = letter.get_content()
        assert not {"secret", "answer", "With Sam"} & set(text.split())
        assert f"/recordings/{team.recording.id}/comments" in text
    mailbox.empty()
    wait(monkeypatch, hours=2)
    reminders.choose(db, team.trainer, letters=False)
    comments.add(db, team.owner, team.recording, "Later")
    db.commit()
    jobs.do(app, "mail.send")
    assert mailbox.letters() == []


def test_what_a_trainer_said_stays_for_its_owner(visitor: Visitor, db: Session, team: Team) -> None:
    comments.add(db, team.trainer, team.recording, "Worth keeping")
    share = made.shared(db, team.recording, team.trainer)
    share.withdrawn_at = share.shared_at
    db.commit()
    people.signed_in(visitor, team.owner)
    assert "Worth keeping" in visitor.get(f"/recordings/{team.recording.id}/comments").text


def test_one_query_for_all_threads(db: Session, team: Team) -> None:
    for n in range(30):
        comments.add(db, team.owner if n % 2 else team.trainer, team.recording, f"{n}", float(n // 3))
    db.commit()
    with counted(db.get_bind().engine) as sent:
        threads = comments.of(db, team.owner, team.recording)
    assert (len(threads), len(sent)) == (10, 1)
    assert [said.text for said in comments.at(threads, 4.0).said] == ["12", "13", "14"]
    assert comments.at(threads, 77.0).said == ()


def test_one_that_was_moved_or_whose_key_is_lost_says_so(visitor: Visitor, db: Session, team: Team) -> None:
    made_one = comments.add(db, team.trainer, team.recording, "Here")
    made_one.text = made_one.text[:-1] + bytes([made_one.text[-1] ^ 1])
    db.commit()
    people.signed_in(visitor, team.owner)
    assert "cannot be opened" in visitor.get(f"/recordings/{team.recording.id}/comments").text
