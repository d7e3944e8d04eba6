"""Forms about cohorts that get on."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from webapp.cohorts.services.events import Event
from webapp.organisation.forms.fields import Day, OnList, one_of
from webapp.text import tidy

_LONGEST = 120


class EventForm(FlaskForm):
    """A workshop or another date of a cohort."""

    on = Day("Day", validators=[InputRequired("Choose the day.")])
    kind = one_of("What it is", validators=[OnList()])
    words = StringField(
        "In a few words",
        filters=[tidy],
        validators=[Length(max=_LONGEST, message=f"That is too long. {_LONGEST} characters are the most.")],
        render_kw={"autocomplete": "off"},
    )

    def offer(self, kinds: Mapping[str, str]) -> None:
        """Fill the list of what it can be."""
        self.kind.choices = list(kinds.items())

    def validate_words(self, field: StringField) -> None:
        """Something else needs words."""
        if self.kind.data == "other" and not field.data:
            raise ValidationError("Say in a few words what it is.")

    def told(self) -> Event:
        """What the form says, once it is valid."""
        assert self.on.data is not None
        return Event(self.on.data, self.kind.data, self.words.data or "")
