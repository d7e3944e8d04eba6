"""Names for people that tell other systems who is the same person, and nothing else."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp import secrets_box

_DIGITS = 32  # of 64; enough for no two people ever to share one


def of(session: Session, person_id: int) -> str:
    """Somebody's name for other systems: always the same, and without our key not to be led back to her."""
    return secrets_box.of(session).fingerprint(str(person_id).encode(), purpose="person for other systems")[:_DIGITS]
