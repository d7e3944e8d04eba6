"""What people type and send, made fit to keep: on one line, and nothing that cannot be seen."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

_INVISIBLE = frozenset({"Cc", "Cs", "Co", "Cn"})  # control, surrogate, private and unassigned characters
_MARKS = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def tidy(text: str | None) -> str:
    """One line without invisible characters, runs of white space as one space, letters composed."""
    spaced = " ".join((text or "").split())
    if not spaced.isprintable():
        seen = "".join(c for c in spaced if c not in _MARKS and unicodedata.category(c) not in _INVISIBLE)
        spaced = " ".join(seen.split())
    return unicodedata.normalize("NFC", spaced)


def is_address(text: str) -> bool:
    """Whether mail could be sent there. Nobody is asked whether it would arrive."""
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return True
