"""The blueprint of coaching."""

from __future__ import annotations

from flask import Blueprint

coaching = Blueprint("coaching", __name__, url_prefix="/coaching")
