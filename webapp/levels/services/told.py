"""Sign-offs as they are read: with their reasons, as a certificate, and as what somebody takes away."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from webapp import clock, csv_file, secrets_box
from webapp.accounts.tables import Person
from webapp.errors import NotFound
from webapp.learning.services import certificate_pdf, records
from webapp.levels import queries
from webapp.levels.services import sign_offs
from webapp.levels.tables import SignOff

_CLOSED = "This cannot be opened: the key of this installation is not the one it was closed with."
SAYS = "A trainer signed it, after looking at what was there. It is about learning, and no judgement of anybody's work."


@dataclass(frozen=True, slots=True)
class Told:
    """Why it was signed, the exceptions by the place of their rule, and why and by whom it was revoked."""

    reason: str
    exceptions: Mapping[int, str]
    revoked_reason: str
    revoked_by: str


def of(session: Session, sign_off: SignOff) -> Told:
    """The reasons of a sign-off that whoever asks may see."""
    given, revoked = _opened(session, sign_off, sign_off.told), _opened(session, sign_off, sign_off.revoked_told)
    by = session.get(Person, sign_off.revoked_by_id) if sign_off.revoked_by_id else None
    exceptions = {int(number): text for number, text in given.get("exceptions", {}).items()}
    return Told(given.get("reason", ""), exceptions, revoked.get("reason", ""), by.name if by else "")


def of_person(session: Session, person_id: int) -> Sequence[SignOff]:
    """All sign-offs of somebody, the newest first."""
    return queries.sign_offs(session, queries.ids([person_id]))


def by_code(session: Session, code: str) -> SignOff:
    """The one with a code, however it is typed, revoked or not.

    Raises:
        NotFound: there is none.
    """
    letters = records.as_written(code)
    found = queries.with_code(session, letters) if letters else None
    if found is None:
        raise NotFound(records.NO_SUCH_CODE)
    return found


def certificate(session: Session, person: Person, code: str) -> tuple[SignOff, bytes]:
    """Somebody's own sign-off as PDF.

    Raises:
        NotFound: there is none, it is somebody else's, or it was revoked.
    """
    found = by_code(session, code)
    if found.person_id != person.id:
        raise NotFound
    if found.revoked_at is not None:
        raise NotFound("This certificate is not valid any more, so there is none to print.")
    drawn = certificate_pdf.framed(
        name=found.person_name,
        has="was signed off for the level",
        title=found.level_name,
        about=f"version {found.version} of what it asks for, signed by {found.trainer_name}",
        at=found.signed_at,
        code=found.code,
        address=url_for("levels.certificate", sign_code=found.code, _external=True),
        last=SAYS,
    )
    return found, drawn


def own_file(session: Session, person: Person) -> str:
    """Everything about somebody's sign-offs as a table for her to take away; empty where there are none."""
    rows = []
    for one in of_person(session, person.id):
        told = of(session, one)
        exceptions = "; ".join(f"{one.stood[number]['words']}: {text}" for number, text in told.exceptions.items())
        stood = "; ".join(f"{it['words']}: {it['found']} of {it['needed']}" for it in one.stood)
        rows.append(
            (
                one.level_name, one.version, _when(one.signed_at), one.trainer_name, told.reason, stood, exceptions,
                one.code, _when(one.revoked_at), told.revoked_by, told.revoked_reason,
            )
        )  # fmt: skip
    heads = (
        "level", "version", "signed", "by", "reason", "what it stood on", "exceptions", "check code", "revoked",
        "revoked by", "revoked because",
    )  # fmt: skip
    return csv_file.as_csv(heads, rows) if rows else ""


def _opened(session: Session, sign_off: SignOff, closed: bytes | None) -> dict[str, Any]:
    if closed is None:
        return {}
    try:
        plain = secrets_box.of(session).decrypt(closed, purpose=sign_offs.purpose(sign_off.code))
    except secrets_box.CannotOpen:
        return {"reason": _CLOSED}
    opened: dict[str, Any] = json.loads(plain)
    return opened


def _when(at: datetime | None) -> str:
    return f"{at.astimezone(clock.HERE):%Y-%m-%d %H:%M}" if at else ""
