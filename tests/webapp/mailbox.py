"""The letters that the platform wrote into its folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit


@dataclass
class Mailbox:
    """A folder of letters, the oldest first."""

    folder: Path

    def empty(self) -> None:
        """Throw all away."""
        for path in self.folder.glob("*"):
            path.unlink()

    def letters(self, to: str = "") -> list[EmailMessage]:
        """The letters, or those to an address."""
        paths = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
        return [letter for letter in read if not to or letter["To"] == to]

    def link(self, to: str) -> str:
        """The path of the link in the last letter to an address."""
        found = re.search(r"^https?://\S+/\S+$", self.letters(to)[-1].get_content(), re.MULTILINE)
        assert found is not None
        return urlsplit(found[0]).path
