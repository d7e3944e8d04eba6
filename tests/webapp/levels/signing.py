"""A practitioner, her trainer and a level that she can be signed off for."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp.levels import made
from tests.webapp.levels.made import field
from tests.webapp.levels.place import Place
from tests.webapp.pages import Page, Visitor
from tests.webapp.practice import made as recordings
from webapp.levels.tables import SignOff
from webapp.practice.tables import Recording

REASON = "She stayed with what mattered to him, twice."


class Signing(Place):
    """With a level of one rule that she can be signed off for."""

    def __init__(self, app: Flask, db: Session) -> None:
        super().__init__(app, db)
        self.level = made.level(db, self.actor, [made.COACHED])
        self.address = f"/levels/{self.level.id}/people/{self.person.id}"

    def coach(self) -> Recording:
        recording = recordings.ready(self.db, self.person, title="Mornings")
        recordings.shared(self.db, recording, self.trainer)
        made.coached(self.db, recording, self.trainer)
        return recording

    def sign(self, visitor: Visitor | None = None, status: int = 200, **more: str) -> Page:
        visitor = visitor or self.theirs
        seen = field(visitor.get(self.address), "seen")
        return visitor.send(self.address, {"reason": REASON, "seen": seen, **more}, status=status)

    def signed(self) -> list[SignOff]:
        self.db.expire_all()
        return list(self.db.scalars(select(SignOff).order_by(SignOff.id)))

    def revoke(self, visitor: Visitor | None = None, status: int = 200, reason: str = "A slip of mine.") -> Page:
        visitor, address = visitor or self.theirs, f"/levels/sign-offs/{self.signed()[-1].id}"
        visitor.get(address)
        return visitor.send(address, {"reason": reason}, status=status)
