"""Forms for signing in and for one's own account."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from webapp.accounts.passwords import LONGEST
from webapp.accounts.tables import DISCIPLINES

_PASSWORD_TOO_LONG = Length(max=LONGEST, message="That password is too long.")
_CODE_TOO_LONG = Length(max=40, message="That is too long for a code.")


def at(field: Field, error: Exception) -> None:
    """Show beside a field what a service found wrong with it."""
    field.errors = [*field.errors, str(error)]


def _email(**look: object) -> EmailField:
    return EmailField(
        "E-mail address",
        validators=[InputRequired("Type your e-mail address."), Length(max=254, message="That address is too long.")],
        render_kw={"autocomplete": "username", **look},
    )


def _password(label: str, missing: str, kind: str) -> PasswordField:
    return PasswordField(
        label, validators=[InputRequired(missing), _PASSWORD_TOO_LONG], render_kw={"autocomplete": kind}
    )


class SignInForm(FlaskForm):
    """E-mail address and password."""

    email = _email(autofocus=True)
    password = _password("Password", "Type your password.", "current-password")


class ForgottenPasswordForm(FlaskForm):
    """Where to send a link."""

    email = _email()


class NewPasswordForm(FlaskForm):
    """A password to be, twice."""

    password = _password("New password", "Type a new password.", "new-password")
    again = PasswordField(
        "The same again",
        validators=[EqualTo("password", "The two are not the same.")],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    """The password there is, and the one to be."""

    current = _password("The password you have now", "Type the password you have now.", "current-password")


class CodeForm(FlaskForm):
    """A code from the app."""

    code = StringField(
        "Code from your app",
        validators=[InputRequired("Type the code."), _CODE_TOO_LONG],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "off"},
    )


class RecoveryCodeForm(FlaskForm):
    """A code from paper."""

    code = StringField(
        "Recovery code",
        validators=[InputRequired("Type the code."), _CODE_TOO_LONG],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class SecondFactorForm(CodeForm):
    """A first code, and the secret it is to match, closed."""

    secret = HiddenField()


class DetailsForm(FlaskForm):
    """What a person may say about herself."""

    name = StringField(
        "Name",
        validators=[InputRequired("Type your name."), Length(max=120, message="A name may have 120 characters.")],
        render_kw={"autocomplete": "name"},
    )
    discipline = SelectField("Discipline", choices=list(DISCIPLINES))
