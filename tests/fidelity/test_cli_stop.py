"""Ctrl-C and a polite kill, also where a library turns the interrupt into an error of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import fidelity.cli.models
from fidelity.cli import main
from fidelity.errors import FidelityError


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def swallow(number: int, error: type[Exception] | None) -> Callable[[object], int]:
    def run(_: object) -> int:
        try:
            os.kill(os.getpid(), number)
        except KeyboardInterrupt as interrupt:
            if error is None:
                raise
            raise error("the package failed to load") from interrupt
        raise AssertionError("the signal did not arrive")

    return run


@pytest.mark.parametrize("error", [None, RuntimeError, ImportError, FidelityError])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_is_said_whatever_it_was_turned_into(
    number: int,
    error: type[Exception] | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(fidelity.cli.models, "run", swallow(number, error))
    assert main(["models"]) == 130
    assert "stopped" in capsys.readouterr().err


def test_a_fault_of_our_own_is_not_called_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> int:
        raise RuntimeError("a bug")

    monkeypatch.setattr(fidelity.cli.models, "run", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        main(["models"])


def test_bad_input_is_still_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["code", str(tmp_path / "missing.csv")]) == 2
    assert "missing.csv" in capsys.readouterr().err
