"""The blueprint of levels."""

from __future__ import annotations

from flask import Blueprint

levels = Blueprint("levels", __name__, url_prefix="/levels")
