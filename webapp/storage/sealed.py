"""Encryption in segments: written as it comes, read from any place, and every change shows.

AES-GCM under a key of its own for each thing (HKDF over the installation's key, a random salt and the thing's name).
A segment's nonce is its number and whether it is the last, as in the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár (2015): segments cannot be changed, swapped, left out, or cut off at the end without that being seen.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webapp.storage.placed import Placed

SEGMENT = 1 << 20  # bytes of plain text; a range is read a segment at a time
_FORM = b"\x01"  # which way of writing this is, so that there can be another one day
_SALT = 16
_TAG = 16
_HEAD = len(_FORM) + _SALT
_KEY_BYTES = 32

Read = Callable[[int, int], bytes]
"""Called as ``read(start, length)`` for bytes of the closed form."""


class CannotOpen(Exception):
    """What is kept was changed or cut off, was meant for something else, or was closed under another key."""


def close(key: bytes, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The closed form of what comes in ``pieces`` of any size, segment by segment."""
    salt = secrets.token_bytes(_SALT)
    cipher, head = _cipher(key, name, salt), _FORM + salt
    yield head
    held = bytearray()
    number = 0
    for piece in pieces:
        held += piece
        while len(held) > SEGMENT:  # the last segment is known only when nothing follows
            yield cipher.encrypt(_nonce(number, last=False), bytes(held[:SEGMENT]), head)
            del held[:SEGMENT]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(held), head)


def plain_size(closed: int) -> int:
    """Bytes of plain text in a closed form of so many bytes."""
    segments = max(1, -(-(closed - _HEAD) // (SEGMENT + _TAG)))
    return closed - _HEAD - segments * _TAG


class Opened(Placed):
    """What was closed, as a file to read from any place. Every byte is checked before it is handed out.

    Raises:
        CannotOpen: from reading, where it is not what ``close`` made of this name under this key.
    """

    def __init__(self, key: bytes, name: str, read: Read, closed: int) -> None:
        self._read, self._closed = read, closed
        self._head = read(0, _HEAD) if closed >= _HEAD + _TAG else b""
        if not self._head.startswith(_FORM) or len(self._head) < _HEAD:
            raise CannotOpen
        self._cipher = _cipher(key, name, self._head[len(_FORM) :])
        self.size = plain_size(closed)
        self._last = max(0, -(-self.size // SEGMENT) - 1)
        self._held: tuple[int, bytes] = (-1, b"")

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read on, to the end of a segment at most."""
        if self._at >= self.size and self.size:
            return 0
        number, within = divmod(self._at, SEGMENT)
        found = self._segment(number)[within : within + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _segment(self, number: int) -> bytes:
        if self._held[0] != number:
            closed = self._read(_HEAD + number * (SEGMENT + _TAG), SEGMENT + _TAG)
            try:
                opened = self._cipher.decrypt(_nonce(number, last=number == self._last), closed, self._head)
            except InvalidTag:
                raise CannotOpen from None
            self._held = (number, opened)
        return self._held[1]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _cipher(key: bytes, name: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), _KEY_BYTES, salt=salt, info=f"changetalk sealed: {name}".encode()).derive(key))
