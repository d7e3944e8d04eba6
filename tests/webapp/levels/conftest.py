"""What the tests of levels start from."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp import people
from tests.webapp.levels import made
from tests.webapp.levels.signing import Signing
from webapp.accounts.tables import Person, Role


@pytest.fixture
def place(db: Session) -> tuple[Person, Person, Person]:
    """A practitioner in the cohort of a trainer, and a colleague of the trainer."""
    here = people.authority(db)
    owner = people.person(db, here, name="Olu Owner")
    trainer, other = (people.person(db, here, Role.TRAINER) for _ in range(2))
    made.cohort(db, trainer, [owner])
    return owner, trainer, other


@pytest.fixture
def it(app: Flask, db: Session) -> Signing:
    return Signing(app, db)
