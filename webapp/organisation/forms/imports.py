"""Forms for importing people."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField


class FileForm(FlaskForm):
    """A file of people."""

    file = FileField("File", validators=[FileRequired("Choose a file.")], render_kw={"accept": ".csv,.txt,.tsv,.xlsx"})


class ConfirmForm(FlaskForm):
    """Yes, do what was shown; ``rest`` leaves out what cannot be done."""

    seen = HiddenField()
    rest = BooleanField()
