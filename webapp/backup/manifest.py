"""What a backup says of itself."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from webapp import migrate
from webapp.errors import Refused
from webapp.secrets_box import SecretsBox
from webapp.version import VERSION

NAME = "manifest.json"
FORM = 1


class Member(BaseModel):
    """A file in the backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int  # bytes
    sha256: str


class Manifest(BaseModel):
    """When and from what a backup was made, and what must be in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: int  # of the backup itself
    version: str  # of Changetalk
    revision: str  # of the database
    made_at: datetime
    database: str  # sqlite or postgresql; it can be restored into the other
    key: str  # by which the key is known again, without telling it
    rows: dict[str, int]  # by table
    members: dict[str, Member]  # by name; all but this one

    def check_version(self) -> None:
        """See that this version can read it.

        Raises:
            Refused: it cannot.
        """
        if self.form != FORM or self.revision != migrate.newest():
            raise Refused(
                f"This backup was made by version {self.version} (database {self.revision}), and this is version "
                f"{VERSION} (database {migrate.newest()}). Install version {self.version}, restore the backup there, "
                "and then upgrade."
            )


def read(told: bytes) -> Manifest:
    """A manifest from its JSON.

    Raises:
        Refused: it is none.
    """
    try:
        return Manifest.model_validate_json(told)
    except ValidationError:
        raise Refused("This is no backup of Changetalk, or its manifest is damaged.") from None


def key_mark(key: str) -> str:
    """What tells a key from another one, and does not help anybody to guess it."""
    return SecretsBox(key).fingerprint(b"", purpose="backup")
