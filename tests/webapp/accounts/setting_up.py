"""Setting up a second factor, and what its pages and codes say."""

from __future__ import annotations

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.pages import Page, Visitor
from webapp.accounts.tables import Role
from webapp.audit import AuditEvent

STAFF = [Role.TRAINER, Role.LEAD, Role.ADMINISTRATOR]
ASKED, SET_UP = "Your second factor", "Set up your second factor"


def now() -> str:
    return pyotp.TOTP(people.SECRET).now()


def secret_on(page: Page) -> str:
    key = page.soup.select_one("code.key")
    assert key is not None
    return key.get_text().replace(" ", "")


def set_up(visitor: Visitor) -> tuple[str, list[str]]:
    """Go through the set-up page: the secret, and the recovery codes."""
    page = visitor.get("/account/second-factor")
    secret = secret_on(page)
    page = send(visitor, pyotp.TOTP(secret).now())
    assert page.heading == "Your recovery codes"
    return secret, [code.get_text() for code in page.soup.select(".codes code")]


def send(visitor: Visitor, code: str, **more: str) -> Page:
    """Type a code on the set-up page."""
    assert visitor.last is not None
    hidden = visitor.last.soup.select_one("input[name=secret]")
    assert hidden is not None
    return visitor.send("/account/second-factor", {"secret": hidden["value"], "code": code, **more})


def events(db: Session) -> list[str]:
    return list(db.scalars(select(AuditEvent.name).order_by(AuditEvent.id)))
