"""Certificates."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import url_for
from sqlalchemy.orm import Session

from webapp.accounts.tables import Person
from webapp.errors import NotFound
from webapp.learning import queries
from webapp.learning.tables import Certificate

NO_SUCH_CODE = "There is no certificate with this code. Check it letter by letter: it has three groups of four."
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that can be taken for another


def new_code() -> str:
    """A check code that nobody can guess: three groups of four."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def as_written(code: str) -> str:
    """A check code as it is kept, however it is typed; empty where there is nothing of one in it."""
    letters = "".join(c for c in code.upper() if c.isalnum())
    return "-".join(letters[k : k + 4] for k in range(0, 12, 4)) if letters else ""


def own(session: Session, person: Person) -> Sequence[Certificate]:
    """What somebody has earned."""
    return queries.certificates(session, person.id)


def by_code(session: Session, code: str) -> Certificate:
    """The certificate with a code, however it is typed.

    Raises:
        NotFound: there is none.
    """
    letters = as_written(code)
    found = queries.certificate(session, letters) if letters else None
    if found is None:
        raise NotFound(NO_SUCH_CODE)
    return found


def own_by_code(session: Session, person: Person, code: str) -> Certificate:
    """Somebody's own certificate.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = by_code(session, code)
    if found.person_id != person.id:
        raise NotFound
    return found


def address(certificate: Certificate) -> str:
    """Where anyone can see that it is real."""
    return url_for("learning.certificate", code=certificate.code, _external=True)
