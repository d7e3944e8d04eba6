"""Pages of the courses."""

from __future__ import annotations

from flask import Blueprint, render_template

learning = Blueprint("learning", __name__)


@learning.get("/")
def home() -> str:
    """What is next."""
    return render_template("learning/home.html")
