"""Passwords: argon2 hashes, and what a password must be."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from webapp.errors import Refused

SHORTEST, LONGEST = 12, 256
_hasher = PasswordHasher()  # the library's own defaults follow RFC 9106


def hashed(password: str, *, name: str = "", email: str = "") -> str:
    """The hash to keep.

    Raises:
        Refused: too short, too long, or easily guessed.
    """
    if len(password) < SHORTEST:
        raise Refused(
            f"A password needs at least {SHORTEST} characters. Three words nobody would put together work well."
        )
    if len(password) > LONGEST:
        raise Refused(f"A password may have at most {LONGEST} characters.")
    plain = password.casefold()
    guessable = [part for part in (*name.casefold().split(), email.casefold().partition("@")[0]) if len(part) > 3]
    if len(set(plain)) < 5 or any(plain.replace(part, "").strip(" 0123456789!.") == "" for part in guessable):
        raise Refused("That password is easily guessed. Three words nobody would put together work well.")
    return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password. It takes as long where there is none, so that time tells nothing."""
    try:
        right = _hasher.verify(kept or _nobodys(), password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return right and kept is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password")
