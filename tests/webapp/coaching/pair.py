"""A practitioner and her trainer, with a recording that is open to both."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.webapp import people
from tests.webapp.pages import Visitor
from tests.webapp.practice import made
from webapp.accounts.tables import Person, Role
from webapp.coaching.services import coaching
from webapp.practice.services import own_view, sharing
from webapp.practice.services.about import About
from webapp.practice.tables import Recording

WORDS = {
    "noticed": "You stayed with her worry about mornings.",
    "ask": "What did you hope she would say?",
    "offer": "",
    "next_step": "One reflection before the next question.",
}


class Pair:
    """A practitioner with a recording that is open to her trainer, both signed in."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.place = people.authority(db)
        self.owner: Person = people.person(db, self.place, name="Olu Owner")
        self.trainer: Person = people.person(db, self.place, Role.TRAINER, name="Tess Trainer")
        self.recording: Recording = made.ready(
            db, self.owner, factories.long_analysis(2), title="Mornings", about=About(goal="School", wants="Questions")
        )
        made.shared(db, self.recording, self.trainer)
        self.address = f"/coaching/{self.recording.id}"
        self.hers = people.signed_in(Visitor(app.test_client()), self.owner)
        self.theirs = people.signed_in(Visitor(app.test_client()), self.trainer)
        self.theirs.get(self.address)

    def write(self, do: str = "keep", status: int = 200, **more: Any) -> Any:
        return self.theirs.send(self.address, {**WORDS, "do": do, "seen": self.seen(), **more}, status=status)

    def seen(self) -> str:
        """The mark that the page shows now; any where it is not open."""
        self.db.expire_all()
        return coaching.draft(self.db, self.trainer, self.recording).seen

    def take_back(self) -> None:
        sharing.withdraw(self.db, self.owner, self.recording, self.trainer.id)
        self.db.commit()

    def feedback(self) -> Any:
        own_view.keep(self.db, self.owner, self.recording, own_view.Answers())
        self.db.commit()
        return self.hers.get(f"/recordings/{self.recording.id}/feedback")
