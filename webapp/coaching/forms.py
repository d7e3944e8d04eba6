"""Forms of trainers: coaching with its ratings, and a disputed code."""

from __future__ import annotations

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from webapp.coaching.services.coaching import LONGEST, Told
from webapp.coaching.services.scales import catalogue

_TALL = {"rows": 4, "maxlength": LONGEST}
_DIGITS = 9  # of a number that makes sense


class CoachingForm(FlaskForm):
    """What a trainer writes. Ratings are read from ``rating-NAME``, which may be missing or empty."""

    noticed = TextAreaField("What I noticed", render_kw=_TALL)
    ask = TextAreaField("A question", render_kw=_TALL)
    offer = TextAreaField("Something to offer", render_kw=_TALL)
    next_step = TextAreaField("A next step", render_kw=_TALL)
    do, seen = HiddenField(), HiddenField()

    def told(self) -> Told:
        """The four parts, as they are kept."""
        parts = (self.noticed, self.ask, self.offer, self.next_step)
        return Told(*((part.data or "").replace("\r\n", "\n").replace("\0", "").strip() for part in parts))

    def ratings(self) -> dict[str, int]:
        """What was chosen on each scale; a value that is no number is 0, which no scale has."""
        sent = {name: request.form.get(f"rating-{name}", "") for name in catalogue()}
        return {name: int(value) if value in set("12345") else 0 for name, value in sent.items() if value}


class SettleForm(FlaskForm):
    """Which code counts for a line, and a word on why."""

    n, u, revision = HiddenField(), HiddenField(), HiddenField()
    code = HiddenField()
    verdict = StringField()

    def number(self, name: str) -> int:
        """A number that came with the form; -1, which nothing has, where it is none."""
        text = self[name].data or ""
        return int(text) if text.isdecimal() and text.isascii() and len(text) <= _DIGITS else -1
