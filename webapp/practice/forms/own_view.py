"""Four short questions before the feedback. Every one may be left out."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from webapp.practice.services.own_view import LISTENED, LONGEST
from webapp.text import tidy

_SHORT = Length(max=LONGEST, message=f"That is too long. {LONGEST:,} characters are the most.")


class OwnViewForm(FlaskForm):
    """What went well, how much was listening, what was hardest, what to look at."""

    well = TextAreaField("What went well, in your eyes?", filters=[tidy], validators=[_SHORT])
    listened = RadioField(
        "How often did you listen, rather than tell or advise?",
        choices=[SelectChoice(str(number), words) for number, words in LISTENED.items()],
        validators=[Optional()],
    )
    hardest = TextAreaField("What was hardest?", filters=[tidy], validators=[_SHORT])
    look_at = TextAreaField("What would you like to look at?", filters=[tidy], validators=[_SHORT])
