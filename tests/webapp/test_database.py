"""Sessions of requests."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp import database


@pytest.mark.parametrize(
    ("method", "path", "writes"),
    [
        ("GET", "/sign-in", False),
        ("POST", "/sign-in", True),
        ("GET", "/sign-in/work-account/back", True),
        ("GET", "/x", False),
    ],
)
def test_who_writes_takes_the_lock_at_once(whole_app: Flask, method: str, path: str, writes: bool) -> None:
    with whole_app.test_request_context(path, method=method):
        options = database.session().connection().get_execution_options()
        assert options["changetalk_writing"] is writes


def test_a_session_knows_its_settings(whole_app: Flask) -> None:
    with whole_app.extensions["sessions"]() as session:
        assert database.settings_of(session) is whole_app.extensions["settings"]
