"""What ``manage.py test`` does about the servers that tests start."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import manage


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine with apt-get and no servers; gives the commands that are run on it."""
    ran: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    monkeypatch.setattr(subprocess, "run", lambda command, **_more: ran.append(command))
    return ran


def test_it_installs_what_is_missing_and_says_what_could_not_be(
    bare: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(manage.SetUpError, match="apt install postgresql"):
        manage.find_servers()
    assert bare == [["apt-get", "-q", "update"], ["apt-get", "-q", "install", "-y", "postgresql"]]


def test_it_only_says_so_where_it_may_not(bare: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(manage.SetUpError, match="The tests need postgres, which could not be installed"):
        manage.find_servers()
    assert bare == []


def test_a_browser_without_windows_is_tried_first(bare: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(manage, "playwright_browser", lambda: None)
    with pytest.raises(manage.SetUpError, match="need Chromium"):
        manage.find_browser()
    assert [ran[-1] for ran in bare] == ["update", "chromium-headless-shell", "update", "chromium", "chromium"]


def test_a_browser_that_is_there_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "chromium" else None)
    assert manage.find_browser() == "/usr/bin/chromium"


def test_what_is_there_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    manage.find_servers()


@pytest.mark.parametrize(("failures", "tries"), [(0, 1), (1, 2), (2, 2)])
def test_an_installation_that_fails_once_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int, tries: int
) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.touch()
    monkeypatch.setattr(manage, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(manage, "PYTHON", python)
    asked: list[str] = []

    def call(*arguments: str) -> int:
        asked.append(arguments[-1])
        return int(len(asked) <= failures)

    monkeypatch.setattr(manage, "call", call)
    if failures < 2:
        manage.install("test")
        assert (tmp_path / "installed-test").exists()
    else:
        with pytest.raises(manage.SetUpError, match="Is there a network"):
            manage.install("test")
        assert not (tmp_path / "installed-test").exists()
    assert asked == [f"{manage.ROOT}[test]"] * tries
