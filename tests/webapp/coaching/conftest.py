"""What the tests of coaching start from."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.webapp.coaching.pair import Pair
from webapp import jobs


@pytest.fixture
def pair(app: Flask, db: Session) -> Pair:
    return Pair(app, db)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "send_now", lambda _app, name, *ids: found.append((name, *ids)))
    return found
