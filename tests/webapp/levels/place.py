"""Who the pages of levels are about: a practitioner, her trainer, and an administrator."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.levels import made
from tests.webapp.pages import Visitor
from webapp.accounts.tables import Person, Role


class Place:
    """A practitioner in her trainer's cohort, and an administrator; the first two are signed in."""

    def __init__(self, app: Flask, db: Session) -> None:
        self.app, self.db = app, db
        self.place = people.authority(db)
        self.person = people.person(db, self.place, name="Olu Owner")
        self.trainer = people.person(db, self.place, Role.TRAINER, name="Tess Trainer")
        self.actor = people.person(db, self.place, Role.ADMINISTRATOR, name="Ada Office")
        self.cohort = made.cohort(db, self.trainer, [self.person])
        self.hers, self.theirs = self.visitor(self.person), self.visitor(self.trainer)

    def visitor(self, someone: Person) -> Visitor:
        """A browser in which somebody is signed in."""
        return people.signed_in(Visitor(self.app.test_client()), someone)
