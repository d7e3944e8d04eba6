"""Made-up people and places for tests of the platform."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import Any

import pyotp
from sqlalchemy.orm import Session, object_session

from tests.webapp.pages import Visitor
from webapp import clock, secrets_box
from webapp.accounts import passwords
from webapp.accounts.tables import STAFF, Person, Role
from webapp.organisation.tables import Authority

PASSWORD = "violet ladder teapot"
SECRET = "MRXGC5DFMFZXIZLSN5XGK3DZMVXGK3TU"  # in the app of everybody who has a second factor
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
    """Somebody with the password ``PASSWORD``; who needs a second factor has one, unless ``second_factor=None``."""
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
    db.flush()
    if role in STAFF and "second_factor" not in more:
        with_second_factor(db, made)
    db.commit()
    return made


def with_second_factor(db: Session, someone: Person) -> Person:
    """The same person, with an app on her phone that shows the codes of ``SECRET``."""
    purpose = f"second factor of {someone.id}"
    someone.second_factor = secrets_box.of(db).encrypt(SECRET.encode(), purpose=purpose)
    db.commit()
    return someone


def code(someone: Person) -> str:
    """What her app shows now. The code counts even if she used it just before, as if half a minute had passed."""
    db = object_session(someone)
    assert db is not None
    db.refresh(someone)
    someone.second_factor_step = None
    db.commit()
    return pyotp.TOTP(SECRET).now()


def signed_in(visitor: Visitor, someone: Person) -> Visitor:
    """The visitor, signed in as someone."""
    visitor.sign_in(someone.email, PASSWORD)
    if someone.second_factor:
        visitor.send("/sign-in/code", {"code": code(someone)})
    return visitor
