"""Options of the tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# As many test processes run as there are cores: threads of the numeric libraries would only wait for each other.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="what tests of the platform run on; some run on both, whatever is said here",
    )


settings.register_profile("patient", deadline=None)  # the first example of a test may import a library
settings.load_profile("patient")
