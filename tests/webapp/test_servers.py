"""What the tests themselves stand on: without a server they fail, and never pass by being left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.webapp import servers


def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    with pytest.raises(pytest.fail.Exception, match="apt install postgresql"):
        servers.program("initdb", "postgresql")
