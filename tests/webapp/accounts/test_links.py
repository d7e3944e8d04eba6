"""Links that work once: invitations, and new passwords in place of forgotten ones."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.clocks import wait
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Page, Visitor
from webapp import clock
from webapp.accounts import links
from webapp.accounts.tables import Link, Person, Purpose, Role
from webapp.audit import AuditEvent
from webapp.errors import NotAllowed, NotFound, Refused

NEW = "copper lantern meadow"
CHOSEN = {"password": NEW, "again": NEW}
GONE = "This link no longer works"


def invited(db: Session, **more: object) -> tuple[Person, str]:
    """Somebody new, and the path of her invitation."""
    boss = people.person(db, role=Role.ADMINISTRATOR)
    someone = people.person(db, authority_id=boss.authority_id, **{"password_hash": None, **more})
    url = links.invite(db, boss, someone)
    db.commit()
    assert url.startswith("http://127.0.0.1:5000/welcome/")
    return someone, url.removeprefix("http://127.0.0.1:5000")


def asked(visitor: Visitor, mailbox: Mailbox, someone: Person) -> str:
    """The path of the link she gets when she has forgotten her password."""
    visitor.get("/forgotten-password")
    visitor.send("/forgotten-password", {"email": someone.email})
    return mailbox.link(someone.email)


def test_from_invitation_to_home(visitor: Visitor, db: Session) -> None:
    someone, path = invited(db, name="Ada <b>Obi</b>")
    page = visitor.get(path)
    assert page.heading == "Welcome, Ada <b>Obi</b>"
    assert page.soup.select_one("#username")["value"] == someone.email
    page = visitor.send(path, CHOSEN)
    assert page.response.request.path == "/"
    assert "Your new password is kept." in page.text
    visitor.send("/sign-out")
    assert visitor.sign_in(someone.email, NEW).response.request.path == "/"
    names = db.scalars(select(AuditEvent.name).order_by(AuditEvent.id)).all()
    assert names == ["invitation.send", "invitation.use", "session.begin", "session.begin"]


def test_an_invited_trainer_sets_up_her_second_factor_first(visitor: Visitor, db: Session) -> None:
    _, path = invited(db, role=Role.TRAINER, second_factor=None)
    visitor.get(path)
    assert visitor.send(path, CHOSEN).heading == "Set up your second factor"


def test_the_letter_leaves_with_the_request(db: Session, mailbox: Mailbox, visitor: Visitor) -> None:
    boss = people.person(db, role=Role.ADMINISTRATOR, name="Zora Finch")
    someone = people.person(db, authority_id=boss.authority_id)
    path = asked(visitor, mailbox, someone)
    letter = mailbox.letters(someone.email)[-1]
    assert letter["Subject"] == "Choose a new password"
    assert someone.name in letter.get_content()
    assert visitor.get(path).heading == "Choose a new password"


@pytest.mark.parametrize("what", ["used", "old", "replaced", "forged", "other purpose", "inactive", "password since"])
def test_a_link_that_has_run_out(
    visitor: Visitor, db: Session, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    someone, path = invited(db)
    opened = visitor.get(path)
    if what == "used":
        visitor.send(path, CHOSEN)
    elif what == "old":
        wait(monkeypatch, days=14, seconds=1)
    elif what == "replaced":
        boss = db.scalars(
            select(Person).where(Person.role == Role.ADMINISTRATOR, Person.authority_id == someone.authority_id)
        ).one()
        links.invite(db, boss, someone)
    elif what == "forged":
        path = path[:-1] + ("a" if path[-1] != "a" else "b")
    elif what == "other purpose":
        path = path.replace("/welcome/", "/new-password/")
    elif what == "inactive":
        someone.active = False
    elif what == "password since":
        reset = asked(visitor, mailbox, someone)
        visitor.get(reset)
        visitor.send(reset, CHOSEN)
    db.commit()
    kept = db.scalar(select(Person.password_hash).where(Person.id == someone.id))
    page = visitor.get(path, status=410)
    assert page.heading == GONE
    assert "new" in page.text
    assert "/forgotten-password" in page.links()
    visitor.last = opened if what not in ("used", "password since") else visitor.get("/account/password")
    page = visitor.send(path, CHOSEN, status=410)
    assert page.heading == GONE
    assert db.scalar(select(Person.password_hash).where(Person.id == someone.id)) == kept


def test_a_link_lasts_as_long_as_it_says(
    visitor: Visitor, db: Session, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone, path = invited(db)
    reset = asked(visitor, mailbox, someone)
    wait(monkeypatch, hours=1, minutes=59)
    visitor.get(reset)
    wait(monkeypatch, hours=2, seconds=1)
    assert "Ask for a new link" in visitor.get(reset, status=410).text
    wait(monkeypatch, days=13, hours=23)
    visitor.get(path)


def test_looking_does_not_use_a_link_up(visitor: Visitor, db: Session) -> None:
    _, path = invited(db)
    for _ in range(3):
        visitor.get(path)
    assert visitor.send(path, CHOSEN).response.request.path == "/"


def test_sent_twice_it_counts_once(app: Flask, db: Session) -> None:
    _, path = invited(db)
    first, second = Visitor(app.test_client()), Visitor(app.test_client())
    first.get(path)
    second.get(path)
    first.send(path, CHOSEN)
    other = "marble thistle window"
    assert second.send(path, {"password": other, "again": other}, status=410).heading == GONE


def test_only_a_hash_is_kept(db: Session) -> None:
    someone, path = invited(db)
    token = path.rpartition("/")[2]
    kept = db.scalars(select(Link).where(Link.person_id == someone.id)).one()
    assert len(token) >= 43
    assert kept.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert abs(kept.expires_at - clock.now() - timedelta(days=14)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({"password": NEW, "again": "something else"}, "not the same"),
        ({"password": "", "again": ""}, "Type a new password"),
        ({"password": "x" * 5000, "again": "x" * 5000}, "too long"),
        ({"password": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"}, "easily guessed"),
        ({}, "Type a new password"),
    ],
)
def test_a_poor_password_is_told_at_its_field_and_the_link_still_works(
    visitor: Visitor, db: Session, sent: dict[str, str], words: str
) -> None:
    _, path = invited(db)
    visitor.get(path)
    page = visitor.send(path, sent)
    assert words in " ".join(p.get_text() for p in page.soup.select("form .wrong"))
    assert page.soup.select_one("[aria-invalid=true]")
    assert visitor.send(path, CHOSEN).response.request.path == "/"


def test_who_may_invite_whom(db: Session) -> None:
    boss = people.person(db, role=Role.ADMINISTRATOR)
    trainer = people.person(db, role=Role.TRAINER, authority_id=boss.authority_id)
    someone = people.person(db, authority_id=boss.authority_id)
    gone = people.person(db, authority_id=boss.authority_id, active=False)
    foreign = people.person(db)
    with pytest.raises(NotFound):
        links.invite(db, boss, foreign)
    with pytest.raises(NotAllowed):
        links.invite(db, trainer, someone)
    with pytest.raises(Refused):
        links.invite(db, boss, gone)
    assert db.scalars(select(Link)).all() == []


def test_asking_tells_nothing(visitor: Visitor, db: Session, mailbox: Mailbox) -> None:
    someone, gone = people.person(db), people.person(db, active=False)

    def answer(email: str) -> str:
        visitor.get("/forgotten-password")
        page: Page = visitor.send("/forgotten-password", {"email": email})
        return page.response.text.replace(email, "ADDRESS")

    assert answer(someone.email) == answer("nobody@council.example") == answer(gone.email)
    assert [letter["To"] for letter in mailbox.letters()] == [someone.email]


@pytest.mark.parametrize(
    "email", ["", "x" * 5000, "<script>alert(1)</script>", "a\x0bb@c.example", "a@b.example\r\nBcc: c@d.example"]
)
def test_odd_addresses_do_no_harm(visitor: Visitor, mailbox: Mailbox, email: str) -> None:
    visitor.get("/forgotten-password")
    page = visitor.send("/forgotten-password", {"email": email})
    assert "<script>" not in page.response.text
    assert mailbox.letters() == []


def test_a_new_password_ends_other_sign_ins_and_tells_the_owner(
    app: Flask, visitor: Visitor, db: Session, mailbox: Mailbox
) -> None:
    someone = people.person(db)
    elsewhere = people.signed_in(Visitor(app.test_client()), someone)
    path = asked(visitor, mailbox, someone)
    visitor.get(path)
    assert visitor.send(path, CHOSEN).response.request.path == "/"
    assert elsewhere.get("/").heading == "Sign in"
    assert visitor.get("/").response.request.path == "/"
    assert mailbox.letters(someone.email)[-1]["Subject"] == "Your password was changed"


def test_a_new_password_does_not_stand_in_for_the_second_factor(
    visitor: Visitor, db: Session, mailbox: Mailbox
) -> None:
    someone = people.person(db, role=Role.TRAINER)
    path = asked(visitor, mailbox, someone)
    visitor.get(path)
    assert visitor.send(path, CHOSEN).heading == "Your second factor"
    assert visitor.get("/").heading == "Your second factor"


def test_asking_again_ends_the_link_before(visitor: Visitor, db: Session, mailbox: Mailbox) -> None:
    someone = people.person(db)
    first = asked(visitor, mailbox, someone)
    mailbox.empty()
    second = asked(visitor, mailbox, someone)
    assert visitor.get(first, status=410).heading == GONE
    assert visitor.get(second).heading == "Choose a new password"


def test_one_mailbox_is_not_flooded(visitor: Visitor, db: Session, mailbox: Mailbox) -> None:
    someone = people.person(db)
    for _ in range(5):
        asked(visitor, mailbox, someone)
    visitor.get("/forgotten-password")
    visitor.send("/forgotten-password", {"email": someone.email}, status=429)
    assert len(mailbox.letters(someone.email)) == 5


def test_opening_an_invitation_when_somebody_else_is_signed_in(visitor: Visitor, db: Session) -> None:
    _, path = invited(db, name="Ines Vale")
    people.signed_in(visitor, people.person(db))
    visitor.get(path)
    assert "Ines Vale" in visitor.send(path, CHOSEN).text


def test_purposes_have_a_path_and_a_time() -> None:
    assert set(links.PATHS) == set(links.LASTS) == set(Purpose)
