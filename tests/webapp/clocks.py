"""Lets time pass in a test, without waiting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from webapp import clock

_real = clock.now


def wait(monkeypatch: pytest.MonkeyPatch, **how_long: float) -> None:
    """From here on it is ``how_long`` (days, hours, minutes, seconds) later than it really is."""
    monkeypatch.setattr(clock, "now", lambda: _real() + timedelta(**how_long))
