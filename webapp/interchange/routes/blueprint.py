"""The pages of this domain, as one group."""

from __future__ import annotations

from flask import Blueprint

interchange = Blueprint("interchange", __name__)
