"""What the tests of agreement start from."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp.agreement.place import Place


@pytest.fixture
def place(app: Flask, db: Session) -> Place:
    return Place(app, db)
