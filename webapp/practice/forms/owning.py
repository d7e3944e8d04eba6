"""Forms about who has a recording, what is said about it, and how long it stays."""

from __future__ import annotations

import math
from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from webapp.accounts.tables import Person
from webapp.errors import Refused
from webapp.organisation.forms.fields import OnList, ids
from webapp.practice.services.comments import LONGEST as LONGEST_COMMENT
from webapp.practice.services.retention import LONGEST, SHORTEST

_BETWEEN = f"Choose a number of days between {SHORTEST} and {LONGEST:,}."


class ShareWith(FlaskForm):
    """Whom to open a recording to."""

    trainer = RadioField("Open it to", validate_choice=False, validators=[InputRequired("Choose a trainer."), OnList()])

    def offer(self, trainers: Iterable[Person]) -> None:
        """Fill the list."""
        self.trainer.choices = [(str(person.id), person.name) for person in trainers]


class TakeBack(FlaskForm):
    """From whom to take it back."""

    trainer = HiddenField()

    def whom(self) -> int:
        """The number of the trainer; 0, which is nobody's, where there is none."""
        return next(iter(ids([self.trainer.data or ""])), 0)


class NewComment(FlaskForm):
    """Something to say, at a moment or about the whole."""

    text = TextAreaField("Your comment", render_kw={"rows": 3, "maxlength": LONGEST_COMMENT})
    moment = HiddenField()

    def place(self) -> float | None:
        """The moment in seconds; none for the whole.

        Raises:
            Refused: that is no moment.
        """
        if not self.moment.data:
            return None
        try:
            found = float(self.moment.data)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise Refused("There is no such moment in the recording.")
        return found


class DeleteRecording(FlaskForm):
    """Whether its numbers stay."""

    keep_counts = BooleanField("Keep the counts alone for my trend")


class TryDays(FlaskForm):
    """A number of days to look at."""

    class Meta:
        """It changes nothing, so it needs no token."""

        csrf = False

    days = IntegerField(
        "Days to keep a recording", validators=[InputRequired(_BETWEEN), NumberRange(SHORTEST, LONGEST, _BETWEEN)]
    )


class KeepFor(FlaskForm):
    """A number of days that was looked at."""

    days = IntegerField(validators=[InputRequired(_BETWEEN), NumberRange(SHORTEST, LONGEST, _BETWEEN)])
