"""The blueprint of supervision."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for

supervision = Blueprint("supervision", __name__, url_prefix="/supervision")


def to(page: str, **values: object) -> Response:
    """Lead to another page about supervision."""
    return redirect(url_for(f"supervision.{page}", **values))  # type: ignore[arg-type, return-value]
