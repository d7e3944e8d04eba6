"""Fields and checks that several forms of people and places share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from markupsafe import Markup, escape
from wtforms import DateField, Form, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, StopValidation
from wtforms.widgets import Select, html_params

from webapp.text import is_address, tidy

LARGEST_ID = 2**31 - 1
_FIRST_YEAR, _LAST_YEAR = 2000, 2100  # a date outside is a slip of the finger


def line(label: str, missing: str, longest: int = 120, **more: Any) -> StringField:
    """A line of text that must be there. Invisible characters are taken out before it is checked."""
    checks = [
        InputRequired(missing),
        Filled(missing),
        Length(max=longest, message=f"That is too long. {longest} characters are the most."),
        *more.pop("validators", ()),
    ]
    return StringField(label, filters=[tidy], validators=checks, **more)


def one_of(label: str, **more: Any) -> SelectField:
    """A list to choose from, which ``OnList`` checks where it matters: the field's own words are not ours."""
    return SelectField(label, validate_choice=False, widget=Options(), **more)


class Options(Select):
    """Draws a list's choices plainly: a list of all teams is long, and WTForms' own way is ten times the work."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """See WTForms. The choices are pairs of strings."""
        told = {name: True for name in self.validation_attrs if getattr(field.flags, name, None)}
        about = html_params(name=field.name, **{"id": field.id, **told, **kwargs})
        options = "".join(
            f'<option{" selected" if value == field.data else ""} value="{escape(value)}">{escape(label)}</option>'
            for value, label in field.choices
        )
        return Markup(f"<select {about}>{options}</select>")


class Filled:
    """Something is left once the invisible is taken out."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: Form, field: Any) -> None:
        """See WTForms."""
        if not field.data:
            raise StopValidation(self.message)


class Address:
    """An e-mail address."""

    def __call__(self, _form: Form, field: Any) -> None:
        """See WTForms."""
        if not is_address(field.data or ""):
            raise ValidationError("That is no e-mail address. It looks like name@council.gov.uk.")


class OnList:
    """One of the field's own choices; the field itself does not check, because its words are not ours."""

    def __call__(self, _form: Form, field: Any) -> None:
        """See WTForms."""
        known = {str(value) for value, _ in field.choices or ()}
        given = field.data if isinstance(field.data, list) else [field.data]
        if not {str(value) for value in given if value is not None} <= known or given == [None]:
            raise ValidationError("Choose from the list.")


class Day(DateField):
    """A date, which may be left out, between the years that make sense here."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """See WTForms."""
        self.data = None
        written = valuelist[0].strip() if valuelist else ""
        if not written:
            return
        try:
            day = date.fromisoformat(written)
        except ValueError:
            raise ValueError("That is no date. Write it like 2027-03-31.") from None
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError(f"Choose a date between {_FIRST_YEAR} and {_LAST_YEAR}.")
        self.data = day


def ids(told: Iterable[str]) -> set[int]:
    """The numbers among these that can be a thing's number."""
    numbers = {int(text) for text in told if text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))}
    return {number for number in numbers if 0 < number <= LARGEST_ID}
