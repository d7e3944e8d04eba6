"""What a person says of her recording before she brings it in. Kept encrypted."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from webapp import secrets_box
from webapp.errors import Refused
from webapp.practice.tables import Kind, Recording

CONSENT_WAYS = {
    "written": "In writing, on the service's form",
    "recorded": "Aloud, at the beginning of the recording",
    "spoken": "Aloud, before the recording began",
}
LONGEST = 1000  # characters of what she writes


@dataclass(frozen=True, slots=True)
class About:
    """``goal`` is the change the conversation is about; ``consent_by`` and ``consent_way`` are empty in a role-play."""

    goal: str = ""
    wants: str = ""
    consent_by: str = ""
    consent_way: str = ""
    file_name: str = ""


def check(kind: Kind, about: About, *, confirmed: bool) -> None:
    """See that a real conversation comes with consent.

    Raises:
        Refused: it does not, or something is far too long.
    """
    if any(len(text) > LONGEST for text in (about.goal, about.wants, about.consent_by, about.file_name)):
        raise Refused(f"That is too long. {LONGEST} characters are the most for each answer.")
    if kind != Kind.REAL:
        return
    if not (confirmed and about.consent_by and about.consent_way in CONSENT_WAYS):
        raise Refused(
            "A real conversation needs the consent of everybody in it: say who agreed and how, and confirm it. "
            "Without it, please do not record; a role-play with a colleague teaches as much."
        )


def keep(session: Session, recording: Recording, about: About) -> None:
    """Put it with the recording."""
    told = json.dumps(asdict(about), ensure_ascii=False).encode()
    recording.about = secrets_box.of(session).encrypt(told, purpose=_purpose(recording))


def read(session: Session, recording: Recording) -> About:
    """What was said."""
    return About(**json.loads(secrets_box.of(session).decrypt(recording.about, purpose=_purpose(recording))))


def _purpose(recording: Recording) -> str:
    return f"about recording {recording.folder}"
