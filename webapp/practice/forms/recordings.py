"""What a person says of a recording before she brings it in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from webapp.organisation.forms.fields import Day
from webapp.practice.services.about import CONSENT_WAYS, LONGEST
from webapp.practice.tables import Kind
from webapp.text import tidy

_TOO_LONG = f"That is too long. {LONGEST} characters are the most."


class NewRecording(FlaskForm):
    """What kind of conversation it was, who agreed, and what she wants to know."""

    kind = RadioField(
        "What kind of conversation is it?",
        choices=[
            SelectChoice(Kind.ROLE_PLAY.value, "A role-play with a colleague"),
            SelectChoice(Kind.REAL.value, "A real conversation, with consent"),
        ],
        default=Kind.ROLE_PLAY.value,
        validators=[InputRequired("Say what kind of conversation it is.")],
    )
    consent_by = StringField(
        "Who agreed to the recording?", filters=[tidy], validators=[Length(max=LONGEST, message=_TOO_LONG)]
    )
    consent_way = SelectField(
        "How did they agree?",
        choices=[SelectChoice("", "Choose"), *(SelectChoice(*way) for way in CONSENT_WAYS.items())],
        validate_choice=False,  # the service looks at it, where it matters
    )
    consented = BooleanField(
        "Everybody who can be heard knows what the recording is for, who may hear it and that they can take their "
        "agreement back, and agreed."
    )
    held_on = Day("When was it?", validators=[InputRequired("Say when it was.")])
    speakers = SelectField(
        "How many people speak?",
        choices=[SelectChoice("2", "Two: me and one other"), SelectChoice("3", "Three: me and two others")],
    )
    name = StringField(
        "A name for it, if you like",
        filters=[tidy],
        validators=[Length(max=120, message="120 characters are the most.")],
    )
    goal = StringField("What change was the conversation about?", validators=[Length(max=LONGEST, message=_TOO_LONG)])
    wants = TextAreaField("What would you like feedback on?", validators=[Length(max=LONGEST, message=_TOO_LONG)])

    def mark_consent(self) -> None:
        """Say at each field what a real conversation needs and does not have yet."""
        if self.kind.data != Kind.REAL:
            return
        for field, words in (
            (self.consent_by, "Say who agreed."),
            (self.consent_way, "Say how they agreed."),
            (self.consented, "Confirm that everybody agreed."),
        ):
            if not field.data:
                field.errors = [*field.errors, words]
