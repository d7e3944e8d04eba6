"""The blueprint of coding by hand."""

from __future__ import annotations

from flask import Blueprint

coding = Blueprint("coding", __name__, url_prefix="/coding")
