"""Small secrets at rest."""

from __future__ import annotations

import pytest

from webapp.secrets_box import CannotOpen, SecretsBox

BOX = SecretsBox("a key for tests")


def test_what_is_closed_can_be_opened() -> None:
    for plain in (b"", b"x", "é — ".encode() * 5000):
        closed = BOX.encrypt(plain, purpose="note of 1")
        assert BOX.decrypt(closed, purpose="note of 1") == plain
        assert len(closed) == len(plain) + 29
        assert len(plain) < 10 or plain not in closed


def test_closed_twice_it_looks_different() -> None:
    assert BOX.encrypt(b"same", purpose="note") != BOX.encrypt(b"same", purpose="note")


@pytest.mark.parametrize("place", [0, 1, 12, 13, -1])
def test_a_change_shows(place: int) -> None:
    closed = bytearray(BOX.encrypt(b"secret", purpose="note"))
    closed[place] ^= 1
    with pytest.raises(CannotOpen):
        BOX.decrypt(bytes(closed), purpose="note")


@pytest.mark.parametrize("kept", [b"", b"\x01", b"\x01" * 13, b"nonsense", b"\x02" * 50])
def test_what_was_never_closed_cannot_be_opened(kept: bytes) -> None:
    with pytest.raises(CannotOpen):
        BOX.decrypt(kept, purpose="note")


def test_another_purpose_or_key_opens_nothing() -> None:
    closed = BOX.encrypt(b"secret", purpose="note of 1")
    with pytest.raises(CannotOpen):
        BOX.decrypt(closed, purpose="note of 2")
    with pytest.raises(CannotOpen):
        SecretsBox("another key").decrypt(closed, purpose="note of 1")


def test_fingerprints_are_of_the_secret_the_purpose_and_the_key() -> None:
    one = BOX.fingerprint(b"secret", purpose="code of 1")
    assert one == BOX.fingerprint(b"secret", purpose="code of 1")
    others = {
        BOX.fingerprint(b"other", purpose="code of 1"),
        BOX.fingerprint(b"secret", purpose="code of 2"),
        SecretsBox("another key").fingerprint(b"secret", purpose="code of 1"),
    }
    assert len({one, *others}) == 4
