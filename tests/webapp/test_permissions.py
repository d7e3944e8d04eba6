"""Every address of the platform is on the permission map, and the map names nothing else."""

from __future__ import annotations

from flask import Flask

from webapp.permissions import PERMISSIONS


def test_every_route_is_on_the_map(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(PERMISSIONS)
