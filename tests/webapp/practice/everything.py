"""Somebody with one of everything, who asks for all of it."""

from __future__ import annotations

import csv
import io
import json
import os

from sqlalchemy.orm import Session

from fidelity.masking import Name
from tests.webapp import people
from tests.webapp.pages import Page, Visitor
from tests.webapp.practice import made
from webapp import clock, secrets_box
from webapp.accounts.tables import Person, Role
from webapp.learning.tables import Attempt, CourseVersion, ModuleDone, Note
from webapp.practice.services import about, comments, masks
from webapp.practice.tables import Correction, Goal, KeptCounts, Kind, OwnView, Recording

SOUND = os.urandom(2_500_000)


def with_everything(db: Session) -> tuple[Person, Recording]:
    """Somebody with one of everything."""
    owner = people.person(db, name="Zoë Owner")
    trainer = people.person(db, role=Role.TRAINER, authority_id=owner.authority_id, name="Tess Trainer")
    recording = made.ready(db, owner, sound=SOUND, title="../=cmd()", about=about.About(goal="Mornings"))
    made.shared(db, recording, trainer)
    comments.add(db, trainer, recording, "=Warm", 187.2)
    masks.suggest(db, recording, [Name("Leanne", "person", 2)])
    box, now = secrets_box.of(db), clock.now()

    def closed(told: object, what: str) -> bytes:
        return box.encrypt(json.dumps(told).encode(), purpose=f"{what} recording {recording.folder}")

    version = CourseVersion(
        slug="small",
        version="1",
        digest="d",
        title="S",
        told={"title": "S", "modules": []},
        loaded_at=now,
        current=False,
    )
    db.add(version)
    db.flush()
    db.add_all([
        Correction(
            recording_id=recording.id, person_id=owner.id, at=now, kind="words", told=closed({"n": 3}, "correction of")
        ),
        OwnView(recording_id=recording.id, at=now, answers=closed({"well": "I waited"}, "own view of")),
        Goal(person_id=owner.id, recording_id=recording.id, name="reflections", chosen_at=now),
        KeptCounts(
            authority_id=owner.authority_id, owner_id=owner.id, held_on=clock.today(), kind=Kind.REAL, name="questions",
            value=7.0, n=7,
        ),
        Note(
            person_id=owner.id, course="small", exercise="think", changed_at=now,
            text=box.encrypt("Für mich".encode(), purpose=f"note of {owner.id}"),
        ),
        Attempt(
            once="x", person_id=owner.id, course_version_id=version.id, course="small", module="one", exercise="say",
            at=now, answer={"text": "You worry."}, state="done", score=1.0,
        ),
        ModuleDone(person_id=owner.id, course="small", module="one", done_at=now, score=0.9),
    ])  # fmt: skip
    db.commit()
    return owner, recording


def asked(visitor: Visitor) -> Page:
    visitor.get("/export")
    return visitor.send("/export")


def link(page: Page) -> str:
    return next(address for address in page.links() if address.startswith("/export/file/"))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))
