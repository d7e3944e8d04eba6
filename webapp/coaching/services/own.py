"""A trainer's own coaching, for her alone: how soon she answers, and how her words fall between the parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from statistics import median

from sqlalchemy.orm import Session

from webapp import clock
from webapp.accounts.tables import Person
from webapp.coaching import queries
from webapp.coaching.services import coaching

LOOK_BACK = timedelta(days=182)
PARTS: Mapping[str, str] = {
    "noticed": "What you noticed",
    "ask": "What you asked",
    "offer": "What you offered",
    "next_step": "Next steps",
}
_ENOUGH = 3  # fewer than this, and a figure would say more than it knows


@dataclass(frozen=True, slots=True)
class Part:
    """A part of coaching: how many words she wrote there, their share in percent, and in how many letters it stands."""

    title: str
    words: int
    share: int
    times: int


@dataclass(frozen=True, slots=True)
class Own:
    """The last six months. ``days`` is the middle of how long practitioners waited; nothing where there were few."""

    sent: int
    days: float | None
    longest: int
    parts: Sequence[Part]

    @property
    def few(self) -> bool:
        """Whether there is too little to say something of."""
        return self.sent < _ENOUGH


def of(session: Session, trainer: Person) -> Own:
    """What she sent in the last six months, in one query."""
    found = queries.sent_by(session, trainer, clock.now() - LOOK_BACK)
    waited = [(one.sent_at - shared_at).days for one, _, shared_at in found if one.sent_at and shared_at]
    written = [asdict(coaching.opened(session, recording, one)) for one, recording, _ in found]
    words = {part: sum(len(told[part].split()) for told in written) for part in PARTS}
    total = sum(words.values())
    parts = [
        Part(title, words[part], round(100 * words[part] / total) if total else 0, sum(bool(t[part]) for t in written))
        for part, title in PARTS.items()
    ]
    return Own(len(found), median(waited) if len(waited) >= _ENOUGH else None, max(waited, default=0), parts)
