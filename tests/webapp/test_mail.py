"""Letters leave after the commit, wait when they cannot, and never stop a request."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.mailbox import Mailbox
from tests.webapp.pages import Visitor
from tests.webapp.smtp_server import MailServer, certificate, running
from webapp import clock, mail, secrets_box
from webapp.logs import OneLine
from webapp.mail import sending, transport
from webapp.mail.tables import MailMessage
from webapp.settings import Settings

SendDue = Callable[..., int]


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


@pytest.fixture
def send_due(app: Flask, db: Session, settings: Settings) -> SendDue:
    """Sends what is due ``after`` a while, by a server if one is given."""

    def send(server: str = "", after: timedelta = timedelta(), **more: Any) -> int:
        db.commit()
        under = settings.model_copy(update={"mail_server": server})
        try:
            return mail.send_due(app.extensions["sessions"], under, clock.now() + after, **more)
        finally:
            db.expire_all()

    return send


def waiting(db: Session) -> list[MailMessage]:
    return list(db.scalars(select(MailMessage).order_by(MailMessage.id)))


def post(db: Session, to: str = "a@council.example", subject: str = "Hello", text: str = "Words.") -> None:
    mail.send(db, to=to, subject=subject, text=text)


def test_a_letter_as_a_file(db: Session, mailbox: Mailbox, send_due: SendDue) -> None:
    post(db, subject="Grüße\r\nBcc: b@council.example", text="Line one.\n\nÉtude — two.")
    assert mailbox.letters() == []
    assert send_due() == 1
    (letter,) = mailbox.letters()
    assert letter["To"] == "a@council.example"
    assert letter["From"] == "Changetalk <changetalk@localhost>"
    assert letter["Subject"] == "Grüße Bcc: b@council.example"
    assert letter["Bcc"] is None
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime is not None
    assert "Étude — two.\n\n-- \nChangetalk\nhttp://127.0.0.1:5000" in letter.get_content()
    assert waiting(db) == []
    (path,) = mailbox.folder.glob("*")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(mailbox.folder.stat().st_mode) == 0o700


def test_nothing_leaves_before_the_commit(db: Session, app: Flask, settings: Settings, mailbox: Mailbox) -> None:
    post(db)
    db.rollback()
    assert mail.send_due(app.extensions["sessions"], settings, clock.now()) == 0
    assert mailbox.letters() == []


def test_what_waits_cannot_be_read_in_the_database(db: Session) -> None:
    post(db, text="https://here.example/welcome/TOKEN")
    db.flush()
    (row,) = waiting(db)
    assert row.letter is not None
    assert b"TOKEN" not in row.letter
    assert b"council" not in row.letter


def test_a_folder_that_cannot_be_written_does_not_stop_a_request(
    app: Flask, visitor: Visitor, db: Session, mailbox: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = people.person(db)
    with monkeypatch.context() as broken:
        broken.setattr(transport, "_into", _full)
        visitor.get("/forgotten-password")
        assert visitor.send("/forgotten-password", {"email": someone.email}).heading == "Look at your e-mail"
    (row,) = waiting(db)
    assert (row.attempts, row.error) == (1, "OSError")
    assert row.next_try_at is not None
    assert mail.send_due(app.extensions["sessions"], settings, row.next_try_at) == 1
    assert len(mailbox.letters(someone.email)) == 1


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_request_does_not_wait_for_the_server(
    app: Flask, visitor: Visitor, db: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = people.person(db)
    later: list[Callable[[], None]] = []
    monkeypatch.setattr(sending, "_in_background", later.append)
    with running(MailServer()) as server:
        url = f"smtp://127.0.0.1:{server.port}"
        app.extensions["sessions"].configure(info={"settings": settings.model_copy(update={"mail_server": url})})
        visitor.get("/forgotten-password")
        visitor.send("/forgotten-password", {"email": someone.email})
        assert (server.connections, len(later)) == (0, 1)
        later[0]()
        assert len(server.letters) == 1


def test_by_a_server_in_one_connection(db: Session, send_due: SendDue) -> None:
    for number in range(3):
        post(db, to=f"p{number}@council.example", text="One\n.\nTwo")
    with running(MailServer()) as server:
        assert send_due(f"smtp://127.0.0.1:{server.port}") == 3
        assert server.connections == 1
        read = [message_from_bytes(letter, policy=policy.default) for letter in server.letters]
        assert [letter["To"] for letter in read] == [f"p{n}@council.example" for n in range(3)]
    assert waiting(db) == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_encrypted_and_with_a_password(
    db: Session, send_due: SendDue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    path = certificate(tmp_path)
    post(db)
    with running(MailServer(certificate=path, encrypted=scheme == "smtps", password="a b/c")) as server:
        url = f"{scheme}://us%40here:a%20b%2Fc@127.0.0.1:{server.port}"
        assert send_due(url) == 0  # nobody we trust has signed for it
        assert waiting(db)[0].error == "SSLCertVerificationError"
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        assert send_due(url, timedelta(minutes=2)) == 1
        assert server.safely == [True]


def test_a_server_elsewhere_has_to_offer_encryption(
    db: Session, send_due: SendDue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_THIS_MACHINE", frozenset())
    post(db)
    with running(MailServer()) as server:
        assert send_due(f"smtp://127.0.0.1:{server.port}") == 0
        assert server.letters == []
    assert waiting(db)[0].error == "NotEncrypted"


def test_a_wrong_password_is_a_failure_of_the_way(db: Session, send_due: SendDue) -> None:
    post(db)
    post(db)
    with running(MailServer(password="right")) as server:
        assert send_due(f"smtp://us%40here:wrong@127.0.0.1:{server.port}") == 0
        assert server.connections == 1
    assert [(row.attempts, row.error) for row in waiting(db)] == [(1, "SMTPAuthenticationError"), (0, "")]


def test_tried_again_and_at_last_given_up(db: Session, send_due: SendDue) -> None:
    with running(MailServer()) as server:
        port = server.port
    post(db)  # nobody listens there any more
    url, after, waits = f"smtp://127.0.0.1:{port}", timedelta(), []
    for _ in range(100):
        db.flush()
        (row,) = waiting(db)
        if row.next_try_at is None:
            break
        after = max(row.next_try_at - clock.now(), timedelta()) + timedelta(seconds=1)
        assert send_due(url, after) == 0
        waits.append(after)
    assert [round(w / timedelta(minutes=1)) for w in waits[:6]] == [0, 1, 6, 21, 81, 141]
    assert timedelta(days=2) <= waits[-1] < timedelta(days=2, hours=2)
    assert row.error == "ConnectionRefusedError"
    assert row.letter is None


def test_not_before_its_time_and_not_too_many_at_once(db: Session, send_due: SendDue, mailbox: Mailbox) -> None:
    for _ in range(3):
        post(db)
    assert send_due(after=timedelta(minutes=-1)) == 0
    assert send_due(at_most=2) == 2
    assert send_due() == 1
    assert len(mailbox.letters()) == 3


def test_one_bad_address_does_not_hold_up_the_rest(db: Session, send_due: SendDue) -> None:
    bad = {"gone@council.example": "550 no such person", "full@council.example": "452 later"}
    for to in (*bad, "not an address", "fine@council.example"):
        post(db, to=to)
    with running(MailServer(refuse=bad)) as server:
        assert send_due(f"smtp://127.0.0.1:{server.port}") >= 1
        assert any(b"fine@council.example" in letter for letter in server.letters)
    left = waiting(db)
    assert [row.error for row in left[:2]] == ["SMTPRecipientsRefused"] * 2
    assert [row.next_try_at is None for row in left[:2]] == [True, False]


def test_two_workers_send_a_letter_once(
    app: Flask, db: Session, settings: Settings, send_due: SendDue, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(db)
    inner: list[int] = []
    into = transport._into

    def meanwhile(*told: Any) -> None:
        inner.append(mail.send_due(app.extensions["sessions"], settings, clock.now()))
        into(*told)

    monkeypatch.setattr(transport, "_into", meanwhile)
    assert send_due() == 1
    assert inner == [0]
    assert len(mailbox.letters()) == 1


def test_under_another_key_it_is_given_up(db: Session, send_due: SendDue) -> None:
    post(db)
    db.flush()
    waiting(db)[0].letter = secrets_box.SecretsBox("another key").encrypt(b"{}", purpose="mail")
    assert send_due() == 0
    assert (waiting(db)[0].next_try_at, waiting(db)[0].error) == (None, "CannotOpen")


def test_logs_hold_nothing_of_it(db: Session, send_due: SendDue, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("changetalk").addHandler(caplog.handler)
    try:
        post(db, to="gone@council.example", subject="Private", text="Very private")
        with running(MailServer(refuse={"gone@council.example": "550 gone@council.example is no more"})) as server:
            send_due(f"smtp://127.0.0.1:{server.port}")
    finally:
        logging.getLogger("changetalk").removeHandler(caplog.handler)
    lines = [OneLine().format(record) for record in caplog.records]
    assert any(json.loads(line)["event"] == "mail given up" for line in lines)
    assert not any("council" in line or "rivate" in line for line in lines)
