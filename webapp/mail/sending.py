"""Writes letters and sees them off, again and again if need be."""

from __future__ import annotations

import json
import secrets
import smtplib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from functools import cache, partial

from flask import current_app, g, has_request_context
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from webapp import clock, database, secrets_box
from webapp.logs import LOGGER
from webapp.mail import transport
from webapp.mail.tables import MailMessage
from webapp.settings import Settings

Sessions = sessionmaker[Session]

_PURPOSE = "mail"
_WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))  # after each attempt; the last one again and again
_KEPT_FOR = timedelta(days=2)  # most links are stale by then
_AT_MOST = 500  # letters in one go, so that a worker gets to its other work
_IN_A_REQUEST = 20  # as files, while somebody waits for the page


def send(session: Session, *, to: str, subject: str, text: str) -> None:
    """Post a plain letter with this piece of work: it leaves if, and only if, the work is committed.

    ``to`` is a bare address. Within a request the letter leaves right after the commit; what cannot leave then, and
    what is posted by a job or a command, goes with ``send_due``.
    """
    settings = database.settings_of(session)
    now = clock.now()
    name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(6)}"  # the same at each attempt, so that a mail program shows one
    letter = json.dumps({"name": name, "to": to, "subject": " ".join(subject.split()), "text": text})
    session.add(
        MailMessage(
            created_at=now,
            next_try_at=now,
            letter=secrets_box.of(session).encrypt(letter.encode(), purpose=_PURPOSE),
        )
    )
    if has_request_context() and not g.get("mail_posted"):
        g.mail_posted = True
        database.after_commit(partial(_send_soon, current_app.extensions["sessions"], settings))


def send_due(sessions: Sessions, settings: Settings, now: datetime, *, at_most: int = _AT_MOST) -> int:
    """Send what waits, oldest first, and say how many letters left. For a worker to call every minute or so.

    A letter is sent at least once, and twice only if the process dies between sending it and noting that. One that
    cannot be sent is tried again for two days.
    """
    with sessions() as session:
        waiting = select(MailMessage.id).where(MailMessage.next_try_at <= now)
        ids = session.scalars(waiting.order_by(MailMessage.next_try_at, MailMessage.id).limit(at_most)).all()
    sent, deliver = 0, None
    with suppress(OSError), ExitStack() as stack:  # a server that is rude when we leave has taken the letters
        for number in ids:
            letter = _claimed(sessions, settings, number, now)
            if letter is None:
                continue
            try:
                deliver = deliver or stack.enter_context(transport.opened(settings))
                deliver(letter)
            except (OSError, ValueError) as error:  # all of smtplib's errors are among them
                _failed(sessions, number, now, error)
                if deliver is None or not _only_this_one(error):
                    break
            else:
                sent += 1
                with sessions.begin() as session:
                    session.execute(delete(MailMessage).where(MailMessage.id == number))
    return sent


def _send_soon(sessions: Sessions, settings: Settings) -> None:
    def try_it() -> None:
        try:
            send_due(sessions, settings, clock.now(), at_most=_AT_MOST if settings.mail_server else _IN_A_REQUEST)
        except SQLAlchemyError as error:
            LOGGER.warning("mail waits", exc_info=error)

    # A server may be slow, and nobody should wait for it, or learn from the wait whether a letter was sent at all.
    _in_background(try_it) if settings.mail_server else try_it()


def _in_background(work: object) -> None:
    _thread().submit(work)  # type: ignore[arg-type]


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def _claimed(sessions: Sessions, settings: Settings, number: int, now: datetime) -> EmailMessage | None:
    """The letter, put off first so that no other process sends it too; nothing if another did so before us."""
    with sessions.begin() as session:
        row = session.get(MailMessage, number, with_for_update=True)
        if row is None or row.next_try_at is None or row.next_try_at > now or row.letter is None:
            return None
        row.next_try_at = now + _WAITS[min(row.attempts, len(_WAITS) - 1)]
        row.attempts += 1
        try:
            told = json.loads(secrets_box.of(session).decrypt(row.letter, purpose=_PURPOSE))
        except secrets_box.CannotOpen as error:
            _give_up(session, number, error)
            return None
        return _written(settings, row.created_at, **told)


def _written(settings: Settings, at: datetime, *, name: str, to: str, subject: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = formataddr((settings.service_name, settings.mail_from))
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{name}@{settings.mail_from.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"{text.rstrip()}\n\n-- \n{settings.service_name}\n{settings.public_url}\n")
    return letter


def _only_this_one(error: Exception) -> bool:
    """Whether it was the letter that failed, not the way."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return False
    return isinstance(error, smtplib.SMTPException | ValueError)


def _failed(sessions: Sessions, number: int, now: datetime, error: Exception) -> None:
    no_such_person = isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _ in error.recipients.values()
    )
    with sessions.begin() as session:
        row = session.get(MailMessage, number)
        if row is None:
            return
        row.error = type(error).__name__
        LOGGER.warning("mail not sent", extra={"job": number}, exc_info=error)
        if no_such_person or now - row.created_at > _KEPT_FOR:
            _give_up(session, number, error)


def _give_up(session: Session, number: int, error: Exception) -> None:
    row = session.get_one(MailMessage, number)
    row.next_try_at, row.letter, row.error = None, None, type(error).__name__
    LOGGER.warning("mail given up", extra={"job": number})
