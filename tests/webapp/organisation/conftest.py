"""An office for each test of people and places."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.webapp.organisation import made
from tests.webapp.pages import Visitor


@pytest.fixture
def office(visitor: Visitor, db: Session) -> made.Office:
    """An authority with one administrator, who is signed in."""
    return made.office(visitor, db)
