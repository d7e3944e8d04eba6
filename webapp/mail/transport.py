"""How a letter leaves: by an SMTP server, always encrypted on the way, or as a file into a folder."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from webapp.settings import Settings

Deliver = Callable[[EmailMessage], object]

_PATIENCE_S = 10
_PORTS = {"smtp": 587, "smtps": 465}
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})  # a relay here may go without encryption


class NotEncrypted(OSError):
    """The mail server offers no encryption, and letters carry links that open accounts."""


@contextmanager
def opened(settings: Settings) -> Iterator[Deliver]:
    """A way to send several letters.

    Raises:
        OSError: the server does not answer, does not know us or offers no encryption; or the folder cannot be written.
    """
    if not settings.mail_server:
        yield partial(_into, settings.data / "outbox")
        return
    with _server(settings.mail_server) as server:
        yield server.send_message


def _server(url: str) -> smtplib.SMTP:
    told = urlsplit(url)
    host, port = told.hostname or "", told.port or _PORTS[told.scheme]
    safe = ssl.create_default_context()
    if told.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_PATIENCE_S, context=safe)
    else:
        server = smtplib.SMTP(host, port, timeout=_PATIENCE_S)
    try:
        server.ehlo()
        if told.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=safe)
        elif told.scheme == "smtp" and host not in _THIS_MACHINE:
            raise NotEncrypted
        if told.username:
            server.login(unquote(told.username), unquote(told.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _into(folder: Path, letter: EmailMessage) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = str(letter["Message-ID"]).strip("<>").partition("@")[0]
    part = folder / f"{name}.part"
    part.touch(mode=0o600)
    part.write_bytes(bytes(letter))
    part.rename(folder / f"{name}.eml")
