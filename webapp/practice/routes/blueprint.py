"""The blueprint, and what several of its pages use."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for

practice = Blueprint("practice", __name__)


def to(page: str, **values: object) -> Response:
    """Lead to another page about recordings."""
    return redirect(url_for(f"practice.{page}", **values))  # type: ignore[arg-type, return-value]
