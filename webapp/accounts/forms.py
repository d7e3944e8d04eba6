"""Forms for signing in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):
    """E-mail address and password."""

    email = EmailField(
        "E-mail address",
        validators=[InputRequired("Type your e-mail address."), Length(max=254, message="That address is too long.")],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        "Password",
        validators=[InputRequired("Type your password."), Length(max=256, message="That password is too long.")],
        render_kw={"autocomplete": "current-password"},
    )
