"""Made-up people and places for tests of the platform."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.webapp.pages import Visitor
from webapp import clock
from webapp.accounts import passwords
from webapp.accounts.tables import Person, Role
from webapp.organisation.tables import Authority

PASSWORD = "violet ladder teapot"
_numbers = count(1)


@cache
def _hash() -> str:
    return passwords.hashed(PASSWORD)


def authority(db: Session, name: str = "") -> Authority:
    """A council."""
    made = Authority(name=name or f"Council {next(_numbers)}")
    db.add(made)
    db.commit()
    return made


def person(db: Session, place: Authority | None = None, role: Role = Role.PRACTITIONER, **more: Any) -> Person:
    """Somebody with the password ``PASSWORD``."""
    number = next(_numbers)
    told: dict[str, Any] = {
        "authority_id": (place or authority(db)).id,
        "email": f"person{number}@council.example",
        "name": f"Person {number}",
        "discipline": "Children's social work",
        "role": role,
        "password_hash": _hash(),
        "created_at": clock.now(),
    }
    made = Person(**{**told, **more})
    db.add(made)
    db.commit()
    return made


def signed_in(visitor: Visitor, someone: Person) -> Visitor:
    """The visitor, signed in as someone."""
    visitor.sign_in(someone.email, PASSWORD)
    return visitor
