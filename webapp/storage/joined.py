"""Several things in the vault, read as one file."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence

from webapp.storage.placed import Placed
from webapp.storage.vault import Vault

_READ = 1 << 16  # bytes handed out at a time


def joined(vault: Vault, pieces: Sequence[tuple[str, int]]) -> io.BufferedReader:
    """Things given as names and sizes, one after the other. At most one is held in memory, so they should be small."""
    return io.BufferedReader(_Joined(vault, pieces), _READ)


class _Joined(Placed):
    def __init__(self, vault: Vault, pieces: Sequence[tuple[str, int]]) -> None:
        self._vault = vault
        self._names = [name for name, _ in pieces]
        self._starts = [0]
        for _, size in pieces:
            self._starts.append(self._starts[-1] + size)
        self.size = self._starts[-1]
        self._held: tuple[int, bytes] = (-1, b"")

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self.size:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        if self._held[0] != number:
            with self._vault.open(self._names[number]) as file:
                self._held = (number, file.read())
        within = self._at - self._starts[number]
        found = self._held[1][within : within + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)
