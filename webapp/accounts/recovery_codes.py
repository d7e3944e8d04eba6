"""Ten codes that stand in for a lost phone, each once."""

from __future__ import annotations

import secrets

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp import secrets_box
from webapp.accounts import queries
from webapp.accounts.tables import Person, RecoveryCode

HOW_MANY = 10
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike on paper
_GROUPS, _GROUP = 3, 4  # 59 bits: enough, as a fingerprint cannot be tried out without the key


def make(session: Session, person: Person) -> list[str]:
    """New codes in place of any old ones. This is the only time they can be seen."""
    drop(session, person)
    codes = [_one() for _ in range(HOW_MANY)]
    session.add_all(RecoveryCode(person_id=person.id, fingerprint=_fingerprint(session, person, c)) for c in codes)
    return codes


def use(session: Session, person: Person, typed: str) -> bool:
    """Whether it is one of her codes; if so, it is used up. The caller holds the person's row."""
    found = queries.recovery_code(session, person.id, _fingerprint(session, person, typed))
    if found is None:
        return False
    session.delete(found)
    return True


def drop(session: Session, person: Person) -> None:
    """Take all codes back."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def _one() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _fingerprint(session: Session, person: Person, code: str) -> str:
    plain = "".join(c for c in code.upper() if c in _LETTERS)
    return secrets_box.of(session).fingerprint(plain.encode(), purpose=f"recovery code of {person.id}")
