"""Keeps small secrets in the database: encrypted at rest, each purpose under a key of its own."""

from __future__ import annotations

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from webapp import database

_FORM = b"\x01"  # which way of writing this is, so that there can be another one day
_NONCE_BYTES = 12
_KEY_BYTES = 32


class CannotOpen(Exception):
    """What is kept was changed, was meant for something else, or was closed under another key."""


class SecretsBox:
    """Closes and opens secrets with AES-GCM.

    A ``purpose`` says what a secret is and whose, such as ``second factor of 12``. It is part of the key: a value that
    is copied into another row, or used for something else, cannot be opened.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def encrypt(self, plain: bytes, *, purpose: str) -> bytes:
        """The closed form, 29 bytes longer than ``plain`` and different each time."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORM + nonce + AESGCM(self._derived(purpose)).encrypt(nonce, plain, _FORM)

    def decrypt(self, kept: bytes, *, purpose: str) -> bytes:
        """What was closed.

        Raises:
            CannotOpen: it is not what ``encrypt`` made for this purpose under this key.
        """
        start = len(_FORM)
        nonce, closed = kept[start : start + _NONCE_BYTES], kept[start + _NONCE_BYTES :]
        if not kept.startswith(_FORM) or len(nonce) < _NONCE_BYTES:
            raise CannotOpen
        try:
            return AESGCM(self._derived(purpose)).decrypt(nonce, closed, _FORM)
        except InvalidTag:
            raise CannotOpen from None

    def fingerprint(self, plain: bytes, *, purpose: str) -> str:
        """64 hexadecimal digits by which a secret is known again; without the key they cannot be tried out."""
        return hmac.new(self._derived(f"fingerprint: {purpose}"), plain, "sha256").hexdigest()

    def _derived(self, purpose: str) -> bytes:
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"changetalk: {purpose}".encode()).derive(self._key)


def of(session: Session) -> SecretsBox:
    """The box of the installation that a session belongs to."""
    return SecretsBox(database.settings_of(session).key())
