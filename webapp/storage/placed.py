"""A file that is only read, from any place."""

from __future__ import annotations

import io


class Placed(io.RawIOBase):
    """Keeps the place that is read next; ``readinto`` is left to say what is there. ``size`` is in bytes."""

    size: int
    _at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place that is read next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._at = max(0, offset + (0, self._at, self.size)[whence])
        return self._at
